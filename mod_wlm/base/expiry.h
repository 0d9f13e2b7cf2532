/* base/expiry.h: how long before its end a certificate needs attention: on the page, for wlmctl, and in the log. */
#ifndef WLM_BASE_EXPIRY_H
#define WLM_BASE_EXPIRY_H

/** As a number of days, in seconds, and as text. */
#define WLM_EXPIRES_SOON_DAYS    30
#define WLM_EXPIRES_SOON_SECONDS (WLM_EXPIRES_SOON_DAYS * 86400)
#define WLM_EXPIRES_SOON_TEXT    WLM_EXPIRES_DAYS_TEXT(WLM_EXPIRES_SOON_DAYS)

#define WLM_EXPIRES_DAYS_TEXT(days)   WLM_EXPIRES_DAYS_DIGITS(days) " days"
#define WLM_EXPIRES_DAYS_DIGITS(days) #days

#endif

/* httpd/request/translate.h: which request is a member's, and which path of it httpd's rules are asked about: hooks
 * of httpd, on the thread that serves the request. */
#ifndef WLM_HTTPD_REQUEST_TRANSLATE_H
#define WLM_HTTPD_REQUEST_TRANSLATE_H

/** Register the hooks, in the parent, before httpd reads its configuration. */
void wlm_translate_register(void);

#endif

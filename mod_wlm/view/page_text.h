/* view/page_text.h: texts, numbers and times of the page. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_TEXT_H
#define WLM_VIEW_PAGE_TEXT_H

#include "view/fields.h"
#include "view/page.h"

/** @return the text, escaped for elements and for attributes in double quotes; NULL is "" */
const char *wlm_page_text_escape(const wlm_page_t *page, const char *text);
/** @return "1,234,567" */
const char *wlm_page_text_count(const wlm_page_t *page, uint64_t n);
/** @return e.g. "12 ms"; a dash for 0: not known */
const char *wlm_page_text_seconds(const wlm_page_t *page, double seconds);
/** @return "1.2M" */
const char *wlm_page_text_bytes(const wlm_page_t *page, uint64_t bytes);
/** @return "10:15:00 (3 min ago)"; the day, too, when it is not today. @param ms  not 0 */
const char *wlm_page_text_time(const wlm_page_t *page, uint64_t ms);
/** @return when the page was made, with the day and the time zone, which its other times are in */
const char *wlm_page_text_made(const wlm_page_t *page);
/** @return a field's value as text, "" when there is none */
const char *wlm_page_text_field(const wlm_page_t *page, const wlm_field_t *field, const void *of);
/** @return "3 not-connected, 1 timed-out", "" when there were none */
const char *wlm_page_text_failures(const wlm_page_t *page, const wlm_view_member_t *member);
/** @return "0 1xx, 12 2xx, 0 3xx, 0 4xx, 3 5xx" */
const char *wlm_page_text_responses(const wlm_page_t *page, const wlm_view_member_t *member);

#endif

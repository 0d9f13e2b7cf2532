/* httpd/status/answer.h: an administrative request (POST) and its answer, while the request is handled.
 * Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_ANSWER_H
#define WLM_HTTPD_STATUS_ANSWER_H

#include <httpd.h>

/** A header field of the answers of the handler wlm-status. Requests that have it need no token: it is for programs. */
#define WLM_ADMIN_FIELD "X-WLM-Admin"

/** A request for an action, and its answer. All texts are in r->pool. */
typedef struct wlm_answer_call_t {
    request_rec *r;
    apr_table_t *form;
    apr_array_header_t *lines;     /* const char *: the results, or the error */
    apr_array_header_t *details;   /* const char *: further lines that have been logged; not for the page */
    int status;                    /* HTTP */
} wlm_answer_call_t;

/** @return the value of a field of the form; NULL: it is not there, or empty */
const char *wlm_answer_field(const wlm_answer_call_t *call, const char *name);
/** How many bytes of a comment by the request's user are kept. */
int wlm_answer_comment_max(const request_rec *r);
/** One more line of the answer. */
void wlm_answer_add(wlm_answer_call_t *call, const char *line);
/** The action is refused with this status and reason. */
void wlm_answer_fail(wlm_answer_call_t *call, int status, const char *why);

#endif

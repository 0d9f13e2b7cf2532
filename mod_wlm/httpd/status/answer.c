/* The answer to an administrative request, line by line; on the thread that serves the request. */
#include <string.h>
#include "httpd/status/answer.h"
#include "shared/shared_text.h"

void wlm_answer_add(wlm_answer_call_t *call, const char *line)
{
    APR_ARRAY_PUSH(call->lines, const char *) = line;
}

void wlm_answer_fail(wlm_answer_call_t *call, int status, const char *why)
{
    call->status = status;
    wlm_answer_add(call, why);
}

int wlm_answer_comment_max(const request_rec *r)
{
    int others = r->user ? (int)strlen(r->user) + 2 : 0; /* "user: comment" */

    return others < WLM_SHARED_TEXT_SIZE - 1 ? WLM_SHARED_TEXT_SIZE - 1 - others : 0;
}

const char *wlm_answer_field(const wlm_answer_call_t *call, const char *name)
{
    const char *value = apr_table_get(call->form, name);

    return value && *value ? value : NULL;
}

/* Subrequests that ask httpd's rules about another form of a request's path. On the thread that serves the request. */
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_request.h>
#include "http/path.h"
#include "httpd/context/context.h"
#include "httpd/request/find_route.h"
#include "httpd/request/questions.h"

static void copy_headers(request_rec *r, const request_rec *from)
{
    apr_table_overlap(r->headers_out, from->headers_out, APR_OVERLAP_TABLES_SET);
    apr_table_overlap(r->err_headers_out, from->err_headers_out, APR_OVERLAP_TABLES_SET);
}

/* What the other modules said to the question, where they did not pass the path on to a member */
static int copy_answer(request_rec *r, const request_rec *answer, const char *path)
{
    if (answer->status == DONE || answer->status == HTTP_OK) {
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, WLMNO(0123) "not for a member: %s, which is the same path "
                      "for one, is httpd's own", path);
        return DECLINED;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, WLMNO(0120) "answered with %d, as %s is, which is the same path for a "
                  "member", answer->status, path);
    copy_headers(r, answer);
    return answer->status;
}

/* What becomes of this request with another path, encoded? */
static request_rec *look_up(const request_rec *r, const char *path)
{
    const char *query = r->parsed_uri.query;

    path = query ? apr_pstrcat(r->pool, path, "?", query, NULL) : path;
    return ap_sub_req_method_uri(r->method, path, r, NULL);
}

void wlm_questions_reset_locations(request_rec *r)
{
    *ap_get_request_note(r, AP_NOTE_LOCATION_WALK) = NULL;
}

static request_rec *ask(request_rec *r, wlm_question_t question, const char *path)
{
    wlm_routed_t *request = wlm_routed_of(r);
    request_rec *answer;

    wlm_questions_reset_locations(r);
    request->asks = question;
    answer = look_up(r, path);
    request->asks = WLM_ASKS_NOTHING;
    answer->main = r; /* the question hides it from the modules that it asks */
    return answer;
}

int wlm_questions_ask_rules(wlm_routed_t *request, request_rec *r)
{
    const char *path = request->path, *resolved;
    request_rec *answer;

    if (request->encoded != request->original
        && wlm_path_canonical(&path, &resolved, request->original, r->pool) != WLM_PATH_OK) {
        return wlm_find_route_refuse_dots(r, request->original);
    }
    if (request->question || strcmp(path, request->decoded) == 0) {
        return OK;
    }
    answer = ask(r, WLM_ASKS_RULES, wlm_path_encode(path, r->pool));
    if (answer->status == DONE && wlm_routed_is_ours(answer)) {
        ap_destroy_sub_req(answer);
        return OK;
    }
    return copy_answer(r, answer, path);
}

int wlm_questions_ask_authorisation(wlm_routed_t *request, request_rec *r)
{
    request_rec *answer;

    if (strcmp(request->path, r->uri) == 0) {
        return OK;
    }
    answer = ask(r, WLM_ASKS_AUTHORISATION, request->original);
    if (answer->status == HTTP_OK) {
        ap_destroy_sub_req(answer);
        return OK;
    }
    copy_headers(r, answer);
    return answer->status;
}

int wlm_questions_leave_to_httpd(wlm_routed_t *request, request_rec *r)
{
    request_rec *found = look_up(r, request->original);

    request->cluster = NULL;
    if (found->status != HTTP_OK) {
        copy_headers(r, found);
        return found->status;
    }
    ap_internal_fast_redirect(found, r);
    return OK;
}

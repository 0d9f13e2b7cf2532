/* Requests to a source. */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "base/percent.h"
#include "base/whole_file.h"
#include "tools/common/request.h"
#include "tools/discover/request.h"

#define TOKEN_MAX       65536      /* bytes of a token's file */
#define LINE_BYTES_MAX  (16 * 1024 * 1024) /* of a line of a watch: a slice has 1,000 endpoints at the most */
#define KEEPALIVE_SECONDS 20L      /* of silence: then it is looked whether the peer of the connection is there */

const char *discover_escape(const char *text, apr_pool_t *p)
{
    char *escaped = apr_palloc(p, 3 * strlen(text) + 1), *to = escaped;

    for (; *text; ++text) {
        if (isalnum((unsigned char)*text) || strchr("-._~", *text)) {
            *to++ = *text;
        }
        else {
            to = wlm_percent_put(to, *text);
        }
    }
    *to = '\0';
    return escaped;
}

/* -- what comes ---------------------------------------------------------------------------------------------------- */

typedef struct receiver_t {
    CURL *curl;
    apr_table_t *fields;           /* of the answer's head */
    discover_received_t received;
} receiver_t;

static long status_of(CURL *curl)
{
    long status = 0;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* A line of the head; the last one is empty */
static size_t receive_field(char *data, size_t size, size_t count, void *receiver)
{
    receiver_t *to = receiver;
    size_t n = tool_request_field(data, size, count, to->fields);

    if (to->received.line && n && (*data == '\r' || *data == '\n') && status_of(to->curl) == 200) {
        to->received.line(to->received.data, NULL, 0);
    }
    return n;
}

/* What another answer than 200 has is not needed */
static size_t receive(char *data, size_t size, size_t count, void *receiver)
{
    receiver_t *to = receiver;
    size_t n = size * count;

    return status_of(to->curl) != 200 || discover_received_take(&to->received, data, n) ? n : 0;
}

/* -- the token ----------------------------------------------------------------------------------------------------- */

/* @return NULL: the file cannot be used; *pwhy says why */
static const char *read_token(const char **pwhy, const discover_server_t *server, apr_pool_t *p)
{
    const char *bytes = "", *c;
    char *token;
    size_t length = 0;
    int error = wlm_whole_file_read(&bytes, &length, server->token_file, TOKEN_MAX, p);

    if (error) {
        *pwhy = apr_psprintf(p, "the token's file %s cannot be read: %s", server->token_file, strerror(error));
        return NULL;
    }
    token = apr_pstrmemdup(p, bytes, strcspn(bytes, " \t\r\n"));
    for (c = bytes + strlen(token); *c && isspace((unsigned char)*c); ++c) {
    }
    if (!*token || c != bytes + length) {
        *pwhy = apr_psprintf(p, "the token's file %s has no token alone", server->token_file);
        return NULL;
    }
    for (c = token; *c > ' ' && *c < 0x7f; ++c) {
    }
    *pwhy = *c ? apr_psprintf(p, "the token in %s has bytes that no header field has", server->token_file) : NULL;
    return *c ? NULL : token;
}

/* @return 0: the token cannot be read; *pwhy says why */
static int make_fields(struct curl_slist **pfields, const char **pwhy, const discover_server_t *server, apr_pool_t *p)
{
    const char *token = server->token_file ? read_token(pwhy, server, p) : NULL;

    *pfields = curl_slist_append(NULL, "Accept: application/json");
    if (token) {
        *pfields = curl_slist_append(*pfields, apr_pstrcat(p, server->token_field, token, NULL));
    }
    return token || !server->token_file;
}

/* -- a request ----------------------------------------------------------------------------------------------------- */

static const char *explain(long status)
{
    return status == 401 ? ": the token is not accepted, or one is needed"
         : status == 403 ? ": this may not be read with the token" : status == 404 ? ": there is no such place" : "";
}

static discover_failure_t fail(int kind, long status, const char *why)
{
    return (discover_failure_t){ kind, status, why };
}

static void set_options(discover_server_t *server, receiver_t *receiver, const char *url, struct curl_slist *fields,
                        long timeout_ms, char *error)
{
    CURL *curl = server->curl;

    curl_easy_reset(curl);         /* keeps the connection */
    tool_request_prepare(curl, url, server->cacert, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_SECONDS);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiver);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_field);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, receiver);
}

/* An end of lines by the time, or because no more are wanted, is none by a failure */
static discover_failure_t judge(const receiver_t *receiver, CURLcode code, const char *error, apr_pool_t *p)
{
    long status = status_of(receiver->curl);

    if (receiver->received.is_too_long) {
        return fail(DISCOVER_NO_ANSWER, status,
                    apr_psprintf(p, "the answer has more than %d MiB", (int)(receiver->received.most >> 20)));
    }
    if (status && status != 200) {
        return fail(DISCOVER_STATUS + (int)status, status,
                    apr_psprintf(p, "it answers with status %ld%s", status, explain(status)));
    }
    if (code == CURLE_OK || receiver->received.is_enough
        || (receiver->received.line && status && code == CURLE_OPERATION_TIMEDOUT)) {
        return fail(DISCOVER_FINE, status, NULL);
    }
    return fail(DISCOVER_UNREACHABLE, status, apr_pstrdup(p, *error ? error : curl_easy_strerror(code)));
}

static discover_failure_t perform(receiver_t *receiver, discover_server_t *server, const char *path, long timeout_ms,
                                  apr_pool_t *p)
{
    char error[CURL_ERROR_SIZE] = "";
    const char *why = NULL;
    struct curl_slist *fields;
    discover_failure_t failure;

    server->curl = server->curl ? server->curl : curl_easy_init();
    receiver->curl = server->curl;
    receiver->fields = server->fields = apr_table_make(p, 16);
    if (!server->curl) {
        return fail(DISCOVER_UNREACHABLE, 0, "out of memory");
    }
    if (!make_fields(&fields, &why, server, p)) {
        failure = fail(DISCOVER_NO_TOKEN, 0, why);
    }
    else {
        set_options(server, receiver, apr_pstrcat(p, server->url, path, NULL), fields, timeout_ms, error);
        failure = judge(receiver, curl_easy_perform(server->curl), error, p);
    }
    curl_slist_free_all(fields);
    return failure;
}

discover_failure_t discover_get(json_t **pjson, discover_server_t *server, const char *path, long timeout_ms,
                                apr_pool_t *p)
{
    receiver_t receiver = { .received = { .most = DISCOVER_ANSWER_MAX } };
    discover_failure_t failure = perform(&receiver, server, path, timeout_ms, p);
    json_error_t error;

    if (failure.kind == DISCOVER_FINE) {
        *pjson = json_loadb(receiver.received.bytes ? receiver.received.bytes : "", receiver.received.n, 0, &error);
        failure = *pjson ? failure
                : fail(DISCOVER_NO_ANSWER, failure.status, apr_psprintf(p, "the answer is no JSON: %s", error.text));
    }
    discover_received_free(&receiver.received);
    return failure;
}

discover_failure_t discover_read_lines(discover_server_t *server, const char *path, long timeout_ms,
                                       discover_line_t *line, void *data, apr_pool_t *p)
{
    receiver_t receiver = { .received = { .most = LINE_BYTES_MAX, .line = line, .data = data } };
    discover_failure_t failure = perform(&receiver, server, path, timeout_ms, p);

    discover_received_free(&receiver.received);
    return failure;
}

/* Requests to the handler wlm-status by libcurl, one at a time. An answer without the handler's own field is no answer:
 * it may come from a proxy, a login page or another server. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_strings.h>
#include "tools/common/request.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/wlmctl.h"

/* A page of another site cannot make a browser send it; the answers of the handler have it, too */
#define ADMIN_FIELD "X-WLM-Admin"
#define ANSWER_MS       30000L     /* a server without a free worker accepts connections and sends nothing */
#define ANSWER_MAX      (256L << 20) /* bytes; the state of 20,000 members has a fifth of that */

static size_t append_to_body(char *data, size_t size, size_t n, void *to)
{
    FILE *body = to;

    return ftell(body) > ANSWER_MAX ? 0 : fwrite(data, size, n, body);
}

/* -- sending ------------------------------------------------------------------------------------- */

static char *encode(CURL *curl, const apr_table_t *form)
{
    const apr_array_header_t *fields = apr_table_elts(form);
    const char *separator = "";
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    int i;

    for (i = 0; out && i < fields->nelts; ++i) {
        const apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);
        char *value = curl_easy_escape(curl, field->val, 0);

        if (value && *value) {
            fprintf(out, "%s%s=%s", separator, field->key, value);
            separator = "&";
        }
        curl_free(value);
    }
    if (out) {
        fclose(out);
    }
    return text;
}

/* Kept, for what polls, and for many forms. @return NULL: out of memory */
static CURL *get_connection(void)
{
    static _Thread_local CURL *connection;

    if (connection) {
        curl_easy_reset(connection);
    }
    else {
        connection = curl_easy_init();
    }
    return connection;
}

static void set_endpoint(CURL *curl, const wlmctl_endpoint_t *endpoint)
{
    tool_request_prepare(curl, endpoint->url, endpoint->cacert,
                         endpoint->timeout_ms ? endpoint->timeout_ms : ANSWER_MS);
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_ANY);
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    if (endpoint->netrc) {
        curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
        curl_easy_setopt(curl, CURLOPT_NETRC_FILE, endpoint->netrc);
    }
    if (endpoint->socket) {
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, endpoint->socket);
    }
}

static const char *explain_status(long status)
{
    switch (status) {
    case 401:
        return "it wants a user and a password; put them into a netrc file";
    case 403:
        return "httpd does not let you pass";
    default:
        return "that is no answer of the handler wlm-status";
    }
}

/* libcurl would go on without the credentials */
static const char *find_unreadable(const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    return endpoint->netrc && access(endpoint->netrc, R_OK) != 0
           ? apr_psprintf(p, "%s cannot be read: %s", endpoint->netrc, strerror(errno)) : NULL;
}

/* @param pwhy  out: why there is no answer */
static int perform(wlmctl_answer_t *answer, const char **pwhy, CURL *curl, const wlmctl_endpoint_t *endpoint,
                   apr_pool_t *p)
{
    char error[CURL_ERROR_SIZE] = "";
    size_t length;
    FILE *body;
    apr_table_t *fields = apr_table_make(p, 16);
    CURLcode code;

    if ((*pwhy = find_unreadable(endpoint, p)) != NULL) {
        return WLMCTL_UNREACHABLE;
    }
    if ((body = open_memstream(&answer->body, &length)) == NULL) {
        *pwhy = "out of memory";
        return WLMCTL_UNREACHABLE;
    }
    set_endpoint(curl, endpoint);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_to_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, tool_request_field);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, fields);
    code = curl_easy_perform(curl);
    fclose(body);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    if (code == CURLE_OK && apr_table_get(fields, ADMIN_FIELD)) {
        return WLMCTL_OK;
    }
    *pwhy = code != CURLE_OK ? apr_psprintf(p, "%s: %s", endpoint->url, *error ? error : curl_easy_strerror(code))
          : apr_psprintf(p, "%s answers with status %ld: %s", endpoint->url, answer->status,
                         explain_status(answer->status));
    free(answer->body);
    return WLMCTL_UNREACHABLE;
}

int wlmctl_try_post(wlmctl_answer_t *answer, const wlmctl_endpoint_t *endpoint, const apr_table_t *form,
                    const char **pwhy, apr_pool_t *p)
{
    CURL *curl = get_connection();
    char *text = curl ? encode(curl, form) : NULL;
    struct curl_slist *fields = curl_slist_append(NULL, ADMIN_FIELD ": 1");
    int code = WLMCTL_UNREACHABLE;

    *pwhy = "out of memory";
    if (curl && text && fields) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
        code = perform(answer, pwhy, curl, endpoint, p);
    }
    curl_slist_free_all(fields);
    free(text);
    return code;
}

int wlmctl_post(wlmctl_answer_t *answer, const wlmctl_endpoint_t *endpoint, const apr_table_t *form, apr_pool_t *p)
{
    const char *why;
    int code = wlmctl_try_post(answer, endpoint, form, &why, p);

    if (code != WLMCTL_OK) {
        tool_failure(why);
    }
    return code;
}

int wlmctl_post_and_report(const wlmctl_endpoint_t *endpoint, const apr_table_t *form, apr_pool_t *p)
{
    wlmctl_answer_t answer;
    int code = wlmctl_post(&answer, endpoint, form, p);

    if (code == WLMCTL_OK) {
        code = answer.status == 200 ? WLMCTL_OK : WLMCTL_REFUSED;
        fprintf(code ? stderr : stdout, "%s%s", code ? "wlmctl: " : "", answer.body);
        free(answer.body);
    }
    return code;
}

/* -- the state -------------------------------------------------------------------------------------- */

static int get_format(wlmctl_answer_t *answer, const char *format, const char **pwhy, const wlmctl_endpoint_t *endpoint,
                      apr_pool_t *p)
{
    CURL *curl = get_connection();
    wlmctl_endpoint_t state = *endpoint;
    int code;

    state.url = apr_pstrcat(p, endpoint->url, strchr(endpoint->url, '?') ? "&" : "?", "format=", format, NULL);
    if (!curl) {
        *pwhy = "out of memory";
        return WLMCTL_UNREACHABLE;
    }
    code = perform(answer, pwhy, curl, &state, p);
    if (code == WLMCTL_OK && answer->status != 200) {
        *pwhy = apr_psprintf(p, "%s answers with status %ld", state.url, answer->status);
        free(answer->body);
        return WLMCTL_UNREACHABLE;
    }
    return code;
}

int wlmctl_try_get(json_t **pview, const char **pwhy, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    wlmctl_answer_t answer;
    json_error_t error;
    int code = get_format(&answer, "json", pwhy, endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    *pview = json_loads(answer.body, 0, &error);
    free(answer.body);
    if (*pview && json_integer_value(json_object_get(*pview, "format")) == 1) {
        return WLMCTL_OK;
    }
    *pwhy = apr_psprintf(p, "%s: what the server sends is no state that this version understands%s%s", endpoint->url,
                         *pview ? "" : ": ", *pview ? "" : error.text);
    json_decref(*pview);
    return WLMCTL_UNREACHABLE;
}

int wlmctl_get(json_t **pview, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const char *why;
    int code = wlmctl_try_get(pview, &why, endpoint, p);

    if (code != WLMCTL_OK) {
        tool_failure(why);
    }
    return code;
}

int wlmctl_print(const char *format, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    wlmctl_answer_t answer;
    const char *why;
    int code = get_format(&answer, format, &why, endpoint, p);

    if (code != WLMCTL_OK) {
        tool_failure(why);
        return code;
    }
    fputs(answer.body, stdout);
    free(answer.body);
    return code;
}

int wlmctl_try_get_registry(json_t **pregistry, const char **pwhy, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    wlmctl_answer_t answer;
    json_error_t error;
    int code = get_format(&answer, "registry", pwhy, endpoint, p);

    if (code != WLMCTL_OK) {
        return code;
    }
    *pregistry = json_loads(answer.body, 0, &error);
    free(answer.body);
    if (!*pregistry) {
        *pwhy = apr_psprintf(p, "%s: what the server sends is no registry: %s", endpoint->url, error.text);
    }
    return *pregistry ? WLMCTL_OK : WLMCTL_UNREACHABLE;
}

int wlmctl_get_registry(json_t **pregistry, const wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    const char *why;
    int code = wlmctl_try_get_registry(pregistry, &why, endpoint, p);

    if (code != WLMCTL_OK) {
        tool_failure(why);
    }
    return code;
}

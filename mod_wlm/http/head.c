/* Parses the head of a response. Pure; runs on the thread that reads the response.
 *
 * What is rejected (INVALID), and what is not:
 *
 *   status line     "HTTP/1." digit, one blank, three digits from 100 on, then the line's end or a blank and
 *                   a reason that may be empty. Where the first eight bytes differ it is NOT_HTTP
 *   characters      a control character other than tab anywhere; a field name that is empty or not a token
 *   Content-Length  digits only; one field; not above the largest apr_int64_t. "5, 5" and two equal fields
 *                   are rejected, although RFC 9110 8.6 would allow to accept them
 *   Transfer-Encoding  one field that says "chunked" (any case); not in HTTP/1.0; not beside Content-Length
 *   1xx             Content-Length other than 0, or Transfer-Encoding: a body would precede the next head
 *   204             both are forbidden (RFC 9110 8.6, RFC 9112 6.1) but occur. The response has no body, and
 *                   unless it has Content-Length: 0 the connection is not kept, so that a body that does
 *                   come is not taken for the next response
 *   304, HEAD       both are valid: they describe another response
 *   101             is valid here: NO_BODY and not kept. The caller refuses it without an upgrade request
 */
#include <string.h>
#include <apr_cstr.h>
#include "http/chars.h"
#include "http/head.h"

/* What the fields say about the end of the message and of the connection */
typedef struct signs_t {
    int has_coding;                /* Transfer-Encoding: chunked */
    int close, keep_alive;         /* options of Connection */
} signs_t;

static wlm_head_result_t fail(wlm_http_head_t *head, wlm_head_result_t result, const char *error)
{
    head->error = error;
    return result;
}

/* -- framing ------------------------------------------------------------------- */

static const char *read_length(wlm_http_head_t *head, const char *value)
{
    apr_int64_t n = 0;

    if (head->content_length >= 0) {
        return "more than one Content-Length";
    }
    if (!*value) {
        return "Content-Length without a number";
    }
    for (; *value; ++value) {
        if (!wlm_http_is_digit(*value)) {
            return "Content-Length is not a number";
        }
        if (n > (APR_INT64_MAX - (*value - '0')) / 10) {
            return "Content-Length is too large";
        }
        n = n * 10 + (*value - '0');
    }
    head->content_length = n;
    return NULL;
}

static const char *read_coding(signs_t *signs, const char *value)
{
    if (signs->has_coding) {
        return "more than one Transfer-Encoding";
    }
    if (apr_cstr_casecmp(value, "chunked") != 0) {
        return "a Transfer-Encoding other than chunked";
    }
    signs->has_coding = 1;
    return NULL;
}

/* @return what is wrong with the field, or NULL */
static const char *note_field(wlm_http_head_t *head, signs_t *signs, const wlm_http_field_t *field)
{
    switch (field->name[0]) {
    case 'C': case 'c':
        if (apr_cstr_casecmp(field->name, "Content-Length") == 0) {
            return read_length(head, field->value);
        }
        if (apr_cstr_casecmp(field->name, "Connection") == 0) {
            if (strcmp(field->value, "keep-alive") == 0) { /* that is all that most members say */
                signs->keep_alive = 1;
                return NULL;
            }
            signs->close |= wlm_http_list_has(field->value, "close");
            signs->keep_alive |= wlm_http_list_has(field->value, "keep-alive");
        }
        return NULL;
    case 'T': case 't':
        if (apr_cstr_casecmp(field->name, "Transfer-Encoding") == 0) {
            return read_coding(signs, field->value);
        }
        return NULL;
    default:
        return NULL;
    }
}

/* May another head follow on this connection by its version and the field Connection? */
static int is_persistent(const wlm_http_head_t *head, const signs_t *signs)
{
    return !signs->close && (head->minor >= 1 || signs->keep_alive);
}

static wlm_http_framing_t framing_of(const wlm_http_head_t *head, const signs_t *signs, int to_head_request)
{
    if (to_head_request || head->status < 200 || head->status == 204 || head->status == 304) {
        return WLM_HTTP_NO_BODY;
    }
    if (signs->has_coding) {
        return WLM_HTTP_CHUNKED;
    }
    return head->content_length >= 0 ? WLM_HTTP_LENGTH : WLM_HTTP_UNTIL_CLOSE;
}

static wlm_head_result_t decide_framing(wlm_http_head_t *head, const signs_t *signs, int to_head_request)
{
    int says_body = signs->has_coding || head->content_length > 0;

    if (signs->has_coding && head->content_length >= 0) {
        return fail(head, WLM_HEAD_INVALID, "both Content-Length and Transfer-Encoding");
    }
    if (signs->has_coding && head->minor == 0) {
        return fail(head, WLM_HEAD_INVALID, "Transfer-Encoding in an HTTP/1.0 response");
    }
    if (head->status < 200 && says_body) {
        return fail(head, WLM_HEAD_INVALID, "an interim response that announces a body");
    }
    head->framing = framing_of(head, signs, to_head_request);
    head->keep_alive = is_persistent(head, signs) && head->framing != WLM_HTTP_UNTIL_CLOSE
                       && head->status != 101 && !(head->status == 204 && says_body);
    return WLM_HEAD_COMPLETE;
}

/* -- the head's lines ---------------------------------------------------------- */

/* The check that is possible before the head has ended: do the bytes so far begin a status line? */
static wlm_head_result_t check_start(wlm_http_head_t *head, const char *buf, apr_size_t len)
{
    static const char form[] = "HTTP/1.# ###";
    apr_size_t i;

    for (i = 0; i < len && form[i]; ++i) {
        if (form[i] == '#' ? !wlm_http_is_digit(buf[i]) : buf[i] != form[i]) {
            return i < sizeof("HTTP/1.#") - 1 ? fail(head, WLM_HEAD_NOT_HTTP, "not an HTTP/1 response")
                                              : fail(head, WLM_HEAD_INVALID, "a malformed status line");
        }
    }
    if (len > 9 && buf[9] == '0') {
        return fail(head, WLM_HEAD_INVALID, "a status below 100");
    }
    if (len > 12 && buf[12] != ' ' && buf[12] != '\r' && buf[12] != '\n') {
        return fail(head, WLM_HEAD_INVALID, "a malformed status line");
    }
    return WLM_HEAD_INCOMPLETE;
}

/* @return the size of the head with its empty line, 0 when that is not among the bytes */
static apr_size_t find_end(const char *buf, apr_size_t len, apr_size_t *pscan)
{
    const char *at = buf + (*pscan < len ? *pscan : len), *end = buf + len;

    while (at < end && (at = memchr(at, '\n', (apr_size_t)(end - at)))) {
        const char *before = at++;

        if (before > buf && before[-1] == '\r') {
            --before;
        }
        if (before > buf && before[-1] == '\n') {
            return (apr_size_t)(at - buf);
        }
    }
    *pscan = len;
    return 0;
}

int wlm_http_head_lines(const char *buf, apr_size_t len, apr_size_t from)
{
    const char *at = buf + (from < len ? from : len), *end = buf + len;
    int lines = 0;

    while (at < end && (at = memchr(at, '\n', (apr_size_t)(end - at)))) {
        ++lines;
        at += 1 + (at + 1 < end && at[1] == '\r');
        if (at < end && *at == '\n') {
            break; /* the empty line */
        }
    }
    return lines;
}

/* The next line. @return its length without the line end; *pat moves behind that */
static apr_size_t next_line(char **pat, const char *end)
{
    char *line = *pat, *lf = memchr(line, '\n', (apr_size_t)(end - line));

    *pat = lf + 1;
    return (apr_size_t)(lf - line) - (lf > line && lf[-1] == '\r');
}

static wlm_head_result_t read_status_line(wlm_http_head_t *head, char *line, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; ++i) {
        if (!wlm_http_is_text(line[i])) {
            return fail(head, WLM_HEAD_INVALID, "a control character in the status line");
        }
    }
    line[len] = '\0';
    head->minor = line[7] > '0';
    head->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    head->reason = line + (len > 13 ? 13 : len); /* also an empty one lies in the head, and moves with it */
    return WLM_HEAD_COMPLETE;
}

static wlm_head_result_t read_fields(wlm_http_head_t *head, signs_t *signs, char *at, const char *end)
{
    int max = head->fields_max < WLM_HTTP_FIELDS_MAX ? head->fields_max : WLM_HTTP_FIELDS_MAX;

    for (;;) {
        wlm_http_field_t field;
        char *line = at;
        apr_size_t len = next_line(&at, end);
        const char *error;

        if (len == 0) {
            return WLM_HEAD_COMPLETE;
        }
        if (head->nfields >= max) {
            return fail(head, WLM_HEAD_TOO_LARGE, "too many header fields");
        }
        error = wlm_http_field_parse(&field, line, len);
        if (!error) {
            error = note_field(head, signs, &field);
        }
        if (error) {
            return fail(head, WLM_HEAD_INVALID, error);
        }
        head->fields[head->nfields++] = field;
    }
}

static wlm_head_result_t read_head(wlm_http_head_t *head, char *buf, int to_head_request)
{
    char *at = buf;
    const char *end = buf + head->size;
    signs_t signs = { 0, 0, 0 };
    wlm_head_result_t result = read_status_line(head, buf, next_line(&at, end));

    if (result == WLM_HEAD_COMPLETE) {
        result = read_fields(head, &signs, at, end);
    }
    return result == WLM_HEAD_COMPLETE ? decide_framing(head, &signs, to_head_request) : result;
}

wlm_head_result_t wlm_http_head_parse(wlm_http_head_t *head, char *buf, apr_size_t len,
                                      apr_size_t max_size, int to_head_request, apr_size_t *pscan)
{
    wlm_head_result_t result = check_start(head, buf, len);

    head->error = result == WLM_HEAD_INCOMPLETE ? NULL : head->error;
    head->nfields = 0;
    head->content_length = -1;
    head->size = 0;
    if (result == WLM_HEAD_INCOMPLETE) {
        head->size = find_end(buf, len < max_size ? len : max_size, pscan);
        if (head->size) {
            result = read_head(head, buf, to_head_request);
        }
        else if (len >= max_size) {
            result = fail(head, WLM_HEAD_TOO_LARGE, "the head is too large");
        }
    }
    if (result != WLM_HEAD_INCOMPLETE) {
        *pscan = 0;
    }
    return result;
}

const char *wlm_http_head_get(const wlm_http_head_t *head, const char *name)
{
    int i;

    for (i = 0; i < head->nfields; ++i) {
        if (apr_cstr_casecmp(head->fields[i].name, name) == 0) {
            return head->fields[i].value;
        }
    }
    return NULL;
}

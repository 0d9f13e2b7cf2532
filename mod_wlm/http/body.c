/* Decodes the body of a message: plain, chunked, or until the connection closes. Pure; runs on the thread that reads
 * the message. */
#include <string.h>
#include "base/percent.h"
#include "http/body.h"
#include "http/chars.h"

/* States of the decoder of a chunked body: what the next byte may be */
enum {
    AT_SIZE,                       /* the first digit of a chunk size */
    IN_SIZE,                       /* a further digit, or what ends the number */
    BEFORE_EXTENSION,              /* after a blank behind the size: a blank or ';' */
    IN_EXTENSION,
    SIZE_LF,                       /* the LF of the chunk-size line */
    IN_DATA,
    DATA_CR, DATA_LF,              /* the line end behind the data */
    AT_TRAILER,                    /* first byte of a trailer line or of the empty line */
    IN_NAME, IN_VALUE,             /* inside a trailer line */
    TRAILER_LF,
    END_LF,                        /* the LF of the final empty line */
    AT_END,
    BROKEN
};

void wlm_http_body_init(wlm_http_body_t *body, wlm_http_framing_t framing, apr_int64_t content_length,
                        apr_pool_t *pool)
{
    memset(body, 0, sizeof(*body));
    body->framing = framing;
    body->left = framing == WLM_HTTP_LENGTH && content_length > 0 ? content_length : 0;
    body->state = AT_SIZE;
    body->pool = pool;
}

static int broken(wlm_http_body_t *body, const char *error)
{
    body->error = error;
    return BROKEN;
}

/* -- chunked: each function consumes one byte and returns the next state -------- */

static int add_digit(wlm_http_body_t *body, int value)
{
    if (body->line_len > 16) {
        return broken(body, "a chunk size of more than 16 digits");
    }
    if (body->left > (APR_INT64_MAX >> 4)) {
        return broken(body, "a chunk size that is too large");
    }
    body->left = body->left << 4 | value;
    return IN_SIZE;
}

static int after_size(wlm_http_body_t *body, char c)
{
    switch (c) {
    case '\r':
        return SIZE_LF;
    case ';':
        return IN_EXTENSION;
    case ' ': case '\t':
        return BEFORE_EXTENSION;
    default:
        return broken(body, "a malformed chunk size");
    }
}

static int parse_size_line(wlm_http_body_t *body, char c)
{
    int value = body->state <= IN_SIZE ? wlm_percent_digit(c) : -1;

    if (++body->line_len > WLM_HTTP_CHUNK_LINE_MAX) {
        return broken(body, "a chunk-size line that is too long");
    }
    if (value >= 0) {
        return add_digit(body, value);
    }
    switch (body->state) {
    case IN_SIZE:
        return after_size(body, c);
    case BEFORE_EXTENSION:
        return after_size(body, c == '\r' ? '\0' : c);  /* blanks may only come before an extension */
    case IN_EXTENSION:
        if (c == '\r') {
            return SIZE_LF;
        }
        return wlm_http_is_text(c) ? IN_EXTENSION : broken(body, "a control character in an extension");
    case SIZE_LF:
        body->line_len = 0;
        if (c != '\n') {
            return broken(body, "a chunk-size line without CRLF");
        }
        return body->left > 0 ? IN_DATA : AT_TRAILER;
    default:
        return broken(body, "a chunk without a size");
    }
}

static int parse_data_end(wlm_http_body_t *body, char c)
{
    if (c != (body->state == DATA_CR ? '\r' : '\n')) {
        return broken(body, "chunk data longer than its size");
    }
    return body->state == DATA_CR ? DATA_LF : AT_SIZE;
}

static int check_trailer_byte(wlm_http_body_t *body, char c)
{
    switch (body->state) {
    case AT_TRAILER:
        return wlm_http_is_token(c) ? IN_NAME : broken(body, "a trailer line without a name");
    case IN_NAME:
        if (c == ':') {
            return IN_VALUE;
        }
        return wlm_http_is_token(c) ? IN_NAME : broken(body, "a malformed name of a trailer field");
    case IN_VALUE:
        if (c == '\r') {
            return TRAILER_LF;
        }
        return wlm_http_is_text(c) ? IN_VALUE : broken(body, "a control character in a trailer field");
    default: /* TRAILER_LF */
        return c == '\n' ? AT_TRAILER : broken(body, "a trailer line without CRLF");
    }
}

/* Room for it only now: most bodies have none */
static void keep_trailer_byte(wlm_http_body_t *body, char c)
{
    if (!body->trailers) {
        body->trailers = apr_palloc(body->pool, WLM_HTTP_TRAILERS_MAX);
    }
    body->trailers[body->trailers_len++] = c;
}

static int parse_trailer(wlm_http_body_t *body, char c)
{
    int next;

    if (body->state == AT_TRAILER && c == '\r') {
        return END_LF;
    }
    if (body->state == END_LF) {
        return c == '\n' ? AT_END : broken(body, "a trailer section that does not end in CRLF");
    }
    next = check_trailer_byte(body, c);
    if (next != BROKEN && ++body->line_len > WLM_HTTP_TRAILERS_MAX) {
        return broken(body, "a trailer section that is too long");
    }
    if (next != BROKEN && body->pool) {
        keep_trailer_byte(body, c);
    }
    return next;
}

static int parse_framing(wlm_http_body_t *body, char c)
{
    if (body->state <= SIZE_LF) {
        return parse_size_line(body, c);
    }
    return body->state <= DATA_LF ? parse_data_end(body, c) : parse_trailer(body, c);
}

/* -- all framings ---------------------------------------------------------------- */

static wlm_http_body_result_t state_result(const wlm_http_body_t *body)
{
    switch (body->framing) {
    case WLM_HTTP_CHUNKED:
        if (body->state == BROKEN) {
            return WLM_HTTP_BODY_INVALID;
        }
        return body->state == AT_END ? WLM_HTTP_BODY_DONE : WLM_HTTP_BODY_MORE;
    case WLM_HTTP_UNTIL_CLOSE:
        return WLM_HTTP_BODY_MORE;
    default:
        return body->left > 0 ? WLM_HTTP_BODY_MORE : WLM_HTTP_BODY_DONE;
    }
}

static apr_size_t consume_data(wlm_http_body_t *body, apr_size_t len)
{
    if (body->framing == WLM_HTTP_UNTIL_CLOSE) {
        return len;
    }
    if ((apr_uint64_t)body->left < len) {
        len = (apr_size_t)body->left;
    }
    body->left -= (apr_int64_t)len;
    if (body->left == 0 && body->state == IN_DATA) {
        body->state = DATA_CR;
    }
    return len;
}

/* Consume framing bytes up to the next data, the end, or an invalid byte. @return how many */
static apr_size_t consume_framing(wlm_http_body_t *body, const char *buf, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len && body->state != IN_DATA && body->state != AT_END; ++i) {
        body->state = parse_framing(body, buf[i]);
        if (body->state == BROKEN) {
            break;
        }
    }
    return i;
}

wlm_http_body_result_t wlm_http_body_feed(wlm_http_body_t *body, const char *buf, apr_size_t len,
                                     apr_size_t *pused, const char **pdata, apr_size_t *pdata_len)
{
    *pused = *pdata_len = 0;
    *pdata = buf;
    if (state_result(body) != WLM_HTTP_BODY_MORE) {
        return state_result(body);
    }
    if (body->framing == WLM_HTTP_CHUNKED) {
        *pused = consume_framing(body, buf, len);
    }
    if (state_result(body) == WLM_HTTP_BODY_MORE && *pused < len) {
        *pdata = buf + *pused;
        *pdata_len = consume_data(body, len - *pused);
        *pused += *pdata_len;
    }
    return state_result(body);
}

int wlm_http_body_eof(wlm_http_body_t *body)
{
    if (body->framing == WLM_HTTP_UNTIL_CLOSE || state_result(body) == WLM_HTTP_BODY_DONE) {
        return 1;
    }
    if (!body->error) {
        body->error = "the body was broken off";
    }
    return 0;
}

apr_int64_t wlm_http_body_direct(const wlm_http_body_t *body)
{
    switch (body->framing) {
    case WLM_HTTP_LENGTH:
        return body->left;
    case WLM_HTTP_UNTIL_CLOSE:
        return APR_INT64_MAX;
    default:
        return 0;
    }
}

wlm_http_body_result_t wlm_http_body_skip(wlm_http_body_t *body, apr_size_t len)
{
    consume_data(body, len);
    return state_result(body);
}

int wlm_http_body_trailers(wlm_http_body_t *body, wlm_http_field_t *fields, int max)
{
    apr_size_t at = 0;
    int n = 0;

    while (at < body->trailers_len) {
        char *line = body->trailers + at, *lf = memchr(line, '\n', body->trailers_len - at);

        if (!lf || n == max || wlm_http_field_parse(&fields[n++], line, (apr_size_t)(lf - 1 - line))) {
            return -1;
        }
        at = (apr_size_t)(lf + 1 - body->trailers);
    }
    return n;
}

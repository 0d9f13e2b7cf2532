/* A body in its framing: however the input is cut, the data, the verdict and where it ends are the same; data that came
 * out of chunks comes out of other chunks again. Input: a byte of choices, a byte that makes the pieces, a byte of
 * length, the body. */
#include <string.h>
#include <apr_strings.h>
#include "fuzz.h"
#include "http/body.h"
#include "http/chars.h"

typedef struct taken_t {
    wlm_http_body_t body;
    wlm_http_body_result_t result;
    size_t used, data_len;
    char *data;
    int complete;
} taken_t;

/* One piece, in a block of its own */
static void feed(taken_t *taken, const char *bytes, size_t len, apr_pool_t *p)
{
    const char *piece = fuzz_copy(bytes, len, p), *data;
    apr_size_t at = 0, used, data_len;

    do {
        taken->result = wlm_http_body_feed(&taken->body, piece + at, len - at, &used, &data, &data_len);
        FUZZ_ASSERT(used <= len - at && (used || at == len || taken->result != WLM_HTTP_BODY_MORE));
        FUZZ_ASSERT(!data_len || (data >= piece + at && data + data_len == piece + at + used));
        FUZZ_ASSERT(taken->result != WLM_HTTP_BODY_INVALID || !data_len);
        memcpy(taken->data + taken->data_len, data, data_len);
        taken->data_len += data_len;
        at += used;
    } while (taken->result == WLM_HTTP_BODY_MORE && at < len);
    taken->used += at;
}

/* @param most  longest piece; 0: all at once */
static taken_t take(const char *bytes, size_t size, wlm_http_framing_t framing, apr_int64_t length, unsigned most,
                    apr_pool_t *p)
{
    taken_t taken = { .data = apr_palloc(p, size) };
    unsigned state = most;
    size_t at = 0;

    wlm_http_body_init(&taken.body, framing, length, p);
    do {
        size_t len = most ? fuzz_piece(&state, most) : size;

        len = len < size - at ? len : size - at;
        feed(&taken, bytes + at, len, p);
        at += len;
    } while (taken.result == WLM_HTTP_BODY_MORE && at < size);
    taken.complete = wlm_http_body_eof(&taken.body);
    FUZZ_ASSERT(taken.complete == !taken.body.error);
    FUZZ_ASSERT(taken.complete == (taken.result == WLM_HTTP_BODY_DONE || framing == WLM_HTTP_UNTIL_CLOSE));
    return taken;
}

static const char *trailers_of(const taken_t *taken)
{
    return taken->body.trailers ? taken->body.trailers : "";
}

static void check_same(const taken_t *a, const taken_t *b)
{
    FUZZ_ASSERT(a->result == b->result && a->complete == b->complete && a->used == b->used);
    FUZZ_ASSERT(a->data_len == b->data_len && memcmp(a->data, b->data, a->data_len) == 0);
    FUZZ_ASSERT(a->body.trailers_len == b->body.trailers_len
                && memcmp(trailers_of(a), trailers_of(b), a->body.trailers_len) == 0);
}

/* The end stays the end */
static void check_over(taken_t *taken)
{
    const char *data;
    apr_size_t used, data_len;

    if (taken->result != WLM_HTTP_BODY_MORE) {
        FUZZ_ASSERT(wlm_http_body_feed(&taken->body, "0\r\n\r\n", 5, &used, &data, &data_len) == taken->result);
        FUZZ_ASSERT(!used && !data_len);
    }
}

static char *put(char *to, const char *bytes, size_t length)
{
    memcpy(to, bytes, length);
    return to + length;
}

/* The same data as one chunk, with the same trailers, and what follows */
static void check_again(const taken_t *taken, apr_pool_t *p)
{
    const char *size = taken->data_len ? apr_psprintf(p, "%" APR_UINT64_T_HEX_FMT "\r\n", (apr_uint64_t)taken->data_len)
                       : "";
    char *text = apr_palloc(p, strlen(size) + taken->data_len + taken->body.trailers_len + 20), *to = text;
    taken_t again;

    to = put(to, size, strlen(size));
    to = put(to, taken->data, taken->data_len);
    to = taken->data_len ? put(to, "\r\n", 2) : to;
    to = put(to, "0\r\n", 3);
    to = put(to, trailers_of(taken), taken->body.trailers_len);
    to = put(to, "\r\nHTTP/1.1", 10);
    again = take(text, (size_t)(to - text), WLM_HTTP_CHUNKED, -1, 3, p);
    FUZZ_ASSERT(again.result == WLM_HTTP_BODY_DONE && again.used == (size_t)(to - text) - 8);
    FUZZ_ASSERT(again.data_len == taken->data_len && memcmp(again.data, taken->data, taken->data_len) == 0);
    FUZZ_ASSERT(again.body.trailers_len == taken->body.trailers_len
                && memcmp(trailers_of(&again), trailers_of(taken), taken->body.trailers_len) == 0);
}

static void check_trailers(taken_t *taken, apr_pool_t *p)
{
    enum { MOST = 8 };
    wlm_http_field_t *fields = apr_palloc(p, sizeof(*fields) * MOST);
    const char *end = trailers_of(taken) + taken->body.trailers_len, *c;
    int i, n, lines = 0;

    for (c = trailers_of(taken); c < end; ++c) {
        lines += *c == '\n';
    }
    n = wlm_http_body_trailers(&taken->body, fields, MOST);
    FUZZ_ASSERT(n == (lines <= MOST ? lines : -1));
    for (i = 0; i < n; ++i) {
        FUZZ_ASSERT(*fields[i].name && !strpbrk(fields[i].value, "\r\n"));
        FUZZ_ASSERT(fields[i].name >= trailers_of(taken) && fields[i].value + strlen(fields[i].value) < end);
    }
}

static void check_length(taken_t *taken, wlm_http_framing_t framing, apr_int64_t length, size_t size)
{
    if (framing == WLM_HTTP_LENGTH) {
        FUZZ_ASSERT(taken->used == ((size_t)length < size ? (size_t)length : size) && taken->data_len == taken->used);
    }
    else if (framing != WLM_HTTP_CHUNKED) {
        FUZZ_ASSERT(taken->used == (framing == WLM_HTTP_NO_BODY ? 0 : size) && taken->data_len == taken->used);
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    static const wlm_http_framing_t framings[] = {
        WLM_HTTP_CHUNKED, WLM_HTTP_CHUNKED, WLM_HTTP_CHUNKED, WLM_HTTP_CHUNKED, WLM_HTTP_CHUNKED,
        WLM_HTTP_LENGTH, WLM_HTTP_UNTIL_CLOSE, WLM_HTTP_NO_BODY
    };
    fuzz_input_t input = { data, size };
    wlm_http_framing_t framing = framings[fuzz_byte(&input) % 8];
    unsigned most = 1 + fuzz_byte(&input);
    apr_int64_t length = (apr_int64_t)fuzz_byte(&input);
    taken_t whole = take(input.data, input.size, framing, length, 0, p);
    taken_t pieces = take(input.data, input.size, framing, length, most, p);
    taken_t bytes = take(input.data, input.size, framing, length, 1, p);

    check_same(&whole, &pieces);
    check_same(&whole, &bytes);
    check_length(&whole, framing, length, input.size);
    check_over(&whole);
    if (framing == WLM_HTTP_CHUNKED && whole.result == WLM_HTTP_BODY_DONE) {
        check_again(&whole, p);
        check_trailers(&whole, p);
    }
}

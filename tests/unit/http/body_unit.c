/* Decodes bodies, each piece from a block of its size. On the thread of the test. */
#include "unit.h"
#include "http/body_unit.h"

void start(decoded_t *t, wlm_http_framing_t framing, apr_int64_t length, apr_size_t room)
{
    t->result = WLM_HTTP_BODY_MORE;
    t->data = malloc(room + 1);
    ck_assert_ptr_nonnull(t->data);
    apr_pool_create(&t->pool, unit_pool);
    t->data_len = t->used = 0;
    wlm_http_body_init(&t->body, framing, length, t->pool);
}

void feed(decoded_t *t, const char *text, apr_size_t len)
{
    char *piece = exact(text, len);
    apr_size_t at = 0, wrong = 0;

    do {
        apr_size_t used, data_len;
        const char *data;

        t->result = wlm_http_body_feed(&t->body, piece + at, len - at, &used, &data, &data_len);
        wrong += used > len - at || (data_len && (data < piece + at || data + data_len != piece + at + used))
                 || (used == 0 && len > at && t->result == WLM_HTTP_BODY_MORE);
        memcpy(t->data + t->data_len, data, data_len);
        t->data_len += data_len;
        at += used;
    } while (t->result == WLM_HTTP_BODY_MORE && at < len && !wrong);
    ck_assert_uint_eq(wrong, 0);
    t->used += at;
    free(piece);
}

void take(decoded_t *t, wlm_http_framing_t framing, apr_int64_t length, const char *text, apr_size_t len,
          unsigned most)
{
    apr_size_t at = 0;

    start(t, framing, length, len);
    do {
        apr_size_t step = most == 0 ? len : most == 1 ? 1 : 1 + (apr_size_t)rand() % most;
        if (step > len - at) {
            step = len - at;
        }
        feed(t, text + at, step);
        at += step;
    } while (t->result == WLM_HTTP_BODY_MORE && at < len);
    t->eof = wlm_http_body_eof(&t->body);
    ck_assert_int_eq(t->body.error != NULL, !t->eof);
}

void done(decoded_t *t)
{
    free(t->data);
    apr_pool_destroy(t->pool);
}

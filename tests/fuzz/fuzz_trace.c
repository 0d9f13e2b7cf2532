/* The request field traceparent: what is accepted is what the recommendation says, and what we make is accepted. */
#include <ctype.h>
#include <string.h>
#include "fuzz.h"
#include "http/trace_context.h"

/* Digits at [from, to), of which one is not '0' when need_one is set; no text that ends before */
static int has_digits(const char *field, size_t from, size_t to, int need_one)
{
    int some = !need_one;
    size_t i;

    for (i = from; i < to; ++i) {
        some |= field[i] != '0';
        if (!isdigit((unsigned char)field[i]) && !(field[i] >= 'a' && field[i] <= 'f')) {
            return 0;
        }
    }
    return some;
}

/* Trace Context, 3.2.2 and 3.2.4 */
static int is_right(const char *field)
{
    size_t length = strlen(field);

    return length >= WLM_TRACE_CONTEXT_LENGTH && has_digits(field, 0, 2, 0) && memcmp(field, "ff", 2) != 0
           && field[2] == '-'
           && has_digits(field, 3, 35, 1) && field[35] == '-' && has_digits(field, 36, 52, 1) && field[52] == '-'
           && has_digits(field, 53, 55, 0)
           && (length == WLM_TRACE_CONTEXT_LENGTH || (field[WLM_TRACE_CONTEXT_LENGTH] == '-'
                                                      && memcmp(field, "00", 2) != 0));
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    const char *field = fuzz_rest(&input, p), *id = wlm_trace_context_id(field);
    char *made = fuzz_copy(data, 0, p);

    FUZZ_ASSERT((id != NULL) == is_right(field));
    FUZZ_ASSERT(!id || id == field + 3);
    if (id && size >= WLM_TRACE_CONTEXT_CHILD_RANDOM) {
        made = apr_palloc(p, WLM_TRACE_CONTEXT_LENGTH + 1);
        wlm_trace_context_make_child(made, field,
                                     (const unsigned char *)fuzz_copy(data, WLM_TRACE_CONTEXT_CHILD_RANDOM, p));
        FUZZ_ASSERT(strlen(made) == WLM_TRACE_CONTEXT_LENGTH && is_right(made) && wlm_trace_context_is_sampled(made));
        FUZZ_ASSERT(strncmp(wlm_trace_context_id(made), id, WLM_TRACE_CONTEXT_ID_LENGTH) == 0);
    }
    if (size >= WLM_TRACE_CONTEXT_RANDOM) {
        made = apr_palloc(p, WLM_TRACE_CONTEXT_LENGTH + 1);
        wlm_trace_context_make(made, (const unsigned char *)fuzz_copy(data, WLM_TRACE_CONTEXT_RANDOM, p), data[0] & 1);
        FUZZ_ASSERT(strlen(made) == WLM_TRACE_CONTEXT_LENGTH && is_right(made) && wlm_trace_context_id(made) == made
                    + 3);
        FUZZ_ASSERT(made[WLM_TRACE_CONTEXT_LENGTH - 1] == (data[0] & 1 ? '1' : '0'));
    }
}

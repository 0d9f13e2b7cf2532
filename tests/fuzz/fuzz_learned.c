/* The file of learned sessions: whatever stands in its words, the table works with it, and knows then what it learns.
 * Input: the head's number of swept buckets, then the words of a small table. */
#include <string.h>
#include <apr_strings.h>
#include "base/cache_line.h"
#include "fuzz.h"
#include "shared/learned.h"

#define BYTES (16 * 64)            /* 16 buckets */
#define SWEPT 20                   /* where it stands in the head */
#define T0 apr_time_from_sec(1000000000)
#define HOUR apr_time_from_sec(3600)

/* @return NULL: it is refused */
static wlm_learned_t *read_table(fuzz_input_t *input, apr_pool_t *p)
{
    size_t size = wlm_learned_size(BYTES), room = size - BYTES, n;
    char *image = apr_pcalloc(p, size + WLM_CACHE_LINE);

    image += WLM_CACHE_LINE - (size_t)(uintptr_t)image % WLM_CACHE_LINE;
    wlm_learned_make((wlm_learned_t *)(void *)image, BYTES, (const unsigned char *)"0123456789abcde");
    FUZZ_ASSERT(wlm_learned_is_valid(image, size, BYTES) && !wlm_learned_is_valid(image, size - 1, BYTES));
    image[SWEPT] = (char)fuzz_byte(input);
    image[SWEPT + 3] = (char)(fuzz_byte(input) & 1 ? 0 : fuzz_byte(input));
    n = input->size < BYTES ? input->size : BYTES;
    memcpy(image + room, input->data, n);
    return wlm_learned_is_valid(image, size, BYTES) ? (wlm_learned_t *)(void *)image : NULL;
}

static void learn(wlm_learned_t *table, uint64_t hash, uint32_t code)
{
    int is_due, found = wlm_learned_find(table, hash, T0, HOUR, &is_due);

    FUZZ_ASSERT(found >= -1 && found < (int)WLM_LEARNED_CODES);
    wlm_learned_put(table, hash, code, T0, HOUR);
    FUZZ_ASSERT(wlm_learned_find(table, hash, T0, HOUR, &is_due) == (int)code && !is_due);
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    wlm_learned_t *table = read_table(&input, p);
    uint32_t i;

    if (!table) {
        return;
    }
    for (i = 0; i < 64; ++i) {
        learn(table, wlm_learned_hash(table, i % 3, (const char *)&i, sizeof(i)), i * 7919 % WLM_LEARNED_CODES);
    }
    wlm_learned_shift(table, (apr_interval_time_t)(signed char)fuzz_byte(&input) * HOUR);
    FUZZ_ASSERT(wlm_learned_count(table) <= wlm_learned_capacity(table));
    for (i = 0; i < 512; ++i) {
        wlm_learned_sweep(table, T0 + 2000 * HOUR, HOUR);
    }
    FUZZ_ASSERT(wlm_learned_count(table) <= wlm_learned_capacity(table));
}

/* A session in the table of WLMAffinity Learn, as there are more of them: its hash and its look-up, or its hash and its
 * insertion in place of others that have never been used. */
#include <string.h>
#include "tests/measure/bench/micro/micro.h"
#include "shared/learned.h"

#define VALUE "0194a1f3-4e5b-7c6d-8e9f-000000000000"
#define NOW apr_time_from_sec(1000000000)
#define EXPIRY apr_time_from_sec(3600)

typedef struct sessions_t {
    wlm_learned_t *table;
    uint64_t n;
} sessions_t;

static uint64_t hash_of(const wlm_learned_t *table, uint64_t number)
{
    char value[] = VALUE;

    memcpy(value, &number, sizeof(number));
    return wlm_learned_hash(table, 7, value, sizeof(value) - 1);
}

/* With room for half as many again: 12 bytes for each session */
static void *make(int size, apr_pool_t *p)
{
    sessions_t *sessions = apr_palloc(p, sizeof(*sessions));
    size_t bytes = (size_t)size * 12;
    uint64_t i;

    sessions->n = (uint64_t)size;
    sessions->table = micro_shared(wlm_learned_size(bytes));
    wlm_learned_make(sessions->table, bytes, (const unsigned char *)"0123456789abcde");
    for (i = 0; i < sessions->n; ++i) {
        wlm_learned_put(sessions->table, hash_of(sessions->table, i), (uint32_t)(i % 1000), NOW, EXPIRY);
    }
    return sessions;
}

/* Each has been used: a look-up notes that once in 16 s */
static void *make_used(int size, apr_pool_t *p)
{
    sessions_t *sessions = make(size, p);
    uint64_t i;

    for (i = 0; i < sessions->n; ++i) {
        wlm_learned_find(sessions->table, hash_of(sessions->table, i), NOW, EXPIRY, NULL);
    }
    return sessions;
}

static void find(void *thing, unsigned seed, long times)
{
    const sessions_t *sessions = thing;
    uint64_t i = seed;

    for (; times > 0; --times) {
        i = (i * 2862933555777941757u + 3037000493u);
        if (wlm_learned_find(sessions->table, hash_of(sessions->table, (i >> 16) % sessions->n), NOW, EXPIRY,
                             NULL) < 0) {
            micro_fail("a session is lost");
        }
    }
}

static void put(void *thing, unsigned seed, long times)
{
    const sessions_t *sessions = thing;
    uint64_t i = ((uint64_t)seed << 40) + sessions->n;

    for (; times > 0; --times) {
        wlm_learned_put(sessions->table, hash_of(sessions->table, i++), 7, NOW, EXPIRY);
    }
}

static const int sizes[] = { 1000, 1000000, 0 };
const micro_t micro_learned_find = {
    .name = "learned_find", .grows = "sessions", .sizes = sizes, .make = make_used, .call = find
};
const micro_t micro_learned_put = {
    .name = "learned_put", .grows = "sessions", .sizes = sizes, .make = make, .call = put
};

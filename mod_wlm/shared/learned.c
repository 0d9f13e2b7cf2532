/* The table of learned sessions. Any thread of any process; no lock, no wait. */
#include "shared/learned.h"
#include <string.h>
#include <apr_siphash.h>
#include "base/cache_line.h"

#define WORDS 8                    /* of a bucket */
#define MAGIC UINT64_C(0x31306c6d77)
#define UNIT apr_time_from_sec(16)
#define SWEEPS 512
#define COUNTED 16384              /* buckets, at most, of which it is counted how many words they have */

typedef struct bucket_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t words[WORDS]; /* 0: free */
} bucket_t;

struct wlm_learned_t {
    _Alignas(WLM_CACHE_LINE)
    uint64_t magic;
    uint64_t bytes;
    uint32_t n;                    /* buckets */
    uint32_t swept;                /* so many, of this pass */
    unsigned char secret[APR_SIPHASH_KSIZE];
    _Atomic uint32_t changed;      /* since wlm_learned_take_changed() */
    bucket_t buckets[];
};

/* -- words --------------------------------------------------------------------------------------------- */

#define TIME_BITS 16
#define USED (UINT64_C(1) << TIME_BITS)
#define CODE_SHIFT 17
#define MARK_SHIFT 37

static uint16_t unit_of(apr_time_t now)
{
    return (uint16_t)(now / UNIT);
}

/* Never 0, so no word is */
static uint64_t mark_of(uint64_t hash)
{
    uint64_t mark = hash & ((UINT64_C(1) << (64 - MARK_SHIFT)) - 1);

    return mark ? mark : 1;
}

static uint64_t make(uint64_t hash, uint32_t code, uint64_t used, uint16_t time)
{
    return mark_of(hash) << MARK_SHIFT | (uint64_t)code << CODE_SHIFT | used | time;
}

static int is_of(uint64_t word, uint64_t hash)
{
    return word >> MARK_SHIFT == mark_of(hash);
}

/* @param word  what is there, to be replaced by `by`
 * @return 0: another process was faster, and *word is what it has put there */
static int replace(wlm_learned_t *table, _Atomic uint64_t *place, uint64_t *word, uint64_t by)
{
    if (!atomic_compare_exchange_strong(place, word, by)) {
        return 0;
    }
    if (!atomic_load(&table->changed)) { /* not written by each: all read its line */
        atomic_store(&table->changed, 1);
    }
    return 1;
}

static uint32_t code_of(uint64_t word)
{
    return (uint32_t)(word >> CODE_SHIFT) & (WLM_LEARNED_CODES - 1);
}

/* In units; the clocks of two processors may differ by one */
static uint16_t age_of(uint64_t word, uint16_t now)
{
    uint16_t age = (uint16_t)(now - (uint16_t)word);

    return age == UINT16_MAX ? 0 : age;
}

static int has_expired(uint64_t word, uint16_t now, apr_interval_time_t expiry)
{
    return age_of(word, now) > expiry / UNIT;
}

/* -- making -------------------------------------------------------------------------------------------- */

static uint32_t buckets_of(size_t bytes)
{
    size_t n = bytes / sizeof(bucket_t);

    return n > UINT32_MAX ? UINT32_MAX : n < 2 ? 2 : (uint32_t)n;
}

size_t wlm_learned_size(size_t bytes)
{
    return sizeof(wlm_learned_t) + buckets_of(bytes) * sizeof(bucket_t);
}

void wlm_learned_make(wlm_learned_t *table, size_t bytes, const unsigned char secret[16])
{
    table->magic = MAGIC;
    table->bytes = bytes;
    table->n = buckets_of(bytes);
    memcpy(table->secret, secret, sizeof(table->secret));
}

size_t wlm_learned_bytes(const wlm_learned_t *table)
{
    return table->bytes;
}

int wlm_learned_is_valid(const void *image, size_t size, size_t bytes)
{
    wlm_learned_t head;

    if (size != wlm_learned_size(bytes)) {
        return 0;
    }
    memcpy(&head, image, sizeof(head));
    return head.magic == MAGIC && head.bytes == bytes && head.n == buckets_of(bytes) && head.swept <= head.n;
}

/* -- finding ------------------------------------------------------------------------------------------- */

uint64_t wlm_learned_hash(const wlm_learned_t *table, uint64_t scope, const char *value, size_t len)
{
    unsigned char key[APR_SIPHASH_KSIZE];
    uint64_t half;

    memcpy(key, table->secret, sizeof(key));
    memcpy(&half, key, sizeof(half));
    half ^= scope;
    memcpy(key, &half, sizeof(half));
    return apr_siphash24(value, len, key);
}

/* The bits that select the buckets are not those of the mark */
static bucket_t *first_of(wlm_learned_t *table, uint64_t hash)
{
    return &table->buckets[(hash >> 32) * table->n >> 32];
}

static bucket_t *second_of(wlm_learned_t *table, uint64_t hash)
{
    bucket_t *second = &table->buckets[(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32) * table->n >> 32];
    bucket_t *first = first_of(table, hash);

    return second != first ? second : second == &table->buckets[table->n - 1] ? table->buckets : second + 1;
}

static _Atomic uint64_t *find_in(bucket_t *bucket, uint64_t hash, uint64_t *pword)
{
    int i;

    for (i = 0; i < WORDS; ++i) {
        *pword = atomic_load_explicit(&bucket->words[i], memory_order_relaxed);
        if (is_of(*pword, hash)) {
            return &bucket->words[i];
        }
    }
    return NULL;
}

static _Atomic uint64_t *find(wlm_learned_t *table, uint64_t hash, uint64_t *pword)
{
    bucket_t *second = second_of(table, hash);
    _Atomic uint64_t *place;

    __builtin_prefetch(second);
    place = find_in(first_of(table, hash), hash, pword);
    return place ? place : find_in(second, hash, pword);
}

/* Are they in different parts of time, each WLM_LEARNED_REFRESH long? 2^16 units are a whole number of them */
static int is_of_another_part(uint16_t last, uint16_t now)
{
    return last / (WLM_LEARNED_REFRESH / UNIT) != now / (WLM_LEARNED_REFRESH / UNIT);
}

int wlm_learned_find(wlm_learned_t *table, uint64_t hash, apr_time_t now, apr_interval_time_t expiry, int *pis_due)
{
    uint16_t unit = unit_of(now);
    uint64_t word, used;
    _Atomic uint64_t *place = find(table, hash, &word);

    if (pis_due) {
        *pis_due = place && is_of_another_part((uint16_t)word, unit);
    }
    if (!place || has_expired(word, unit, expiry)) {
        return -1;
    }
    used = make(hash, code_of(word), USED, unit);
    if (used != word) { /* once in a unit; if another process was faster, that is as good */
        replace(table, place, &word, used);
    }
    return (int)code_of(used);
}

/* -- putting ------------------------------------------------------------------------------------------- */

/* The word of the highest rank is replaced first, as little is lost with it */
static uint32_t rank_of(uint64_t word, uint16_t now, apr_interval_time_t expiry)
{
    uint32_t age = age_of(word, now);

    return !word ? 3u << TIME_BITS : has_expired(word, now, expiry) ? (2u << TIME_BITS) + age
         : !(word & USED) ? (1u << TIME_BITS) + age : age;
}

static int free_in(const bucket_t *bucket)
{
    int i, n = 0;

    for (i = 0; i < WORDS; ++i) {
        n += !atomic_load_explicit(&bucket->words[i], memory_order_relaxed);
    }
    return n;
}

/* The place of the word of the highest rank. @param pword  set to that word */
static _Atomic uint64_t *highest_in(bucket_t *bucket, uint16_t now, apr_interval_time_t expiry, uint64_t *pword)
{
    int i, highest = 0;
    uint32_t most;

    *pword = atomic_load_explicit(&bucket->words[0], memory_order_relaxed);
    most = rank_of(*pword, now, expiry);
    for (i = 1; i < WORDS; ++i) {
        uint64_t word = atomic_load_explicit(&bucket->words[i], memory_order_relaxed);
        uint32_t rank = rank_of(word, now, expiry);

        if (rank > most) {
            most = rank;
            highest = i;
            *pword = word;
        }
    }
    return &bucket->words[highest];
}

static wlm_learned_put_t insert(wlm_learned_t *table, uint64_t hash, uint64_t word, uint16_t now,
                                apr_interval_time_t expiry)
{
    bucket_t *first = first_of(table, hash), *second = second_of(table, hash);

    for (;;) {
        uint64_t in_first, in_second;
        _Atomic uint64_t *of_first = highest_in(first, now, expiry, &in_first);
        _Atomic uint64_t *of_second = highest_in(second, now, expiry, &in_second);
        int is_second = free_in(second) > free_in(first)
                        || (in_first && rank_of(in_second, now, expiry) > rank_of(in_first, now, expiry));
        uint64_t replaced = is_second ? in_second : in_first;

        if (replace(table, is_second ? of_second : of_first, &replaced, word)) {
            return !replaced || has_expired(replaced, now, expiry) ? WLM_LEARNED_NEW : WLM_LEARNED_EVICTED;
        }
    }
}

wlm_learned_put_t wlm_learned_put(wlm_learned_t *table, uint64_t hash, uint32_t code, apr_time_t now,
                                  apr_interval_time_t expiry)
{
    uint16_t unit = unit_of(now);
    uint64_t word, changed;
    _Atomic uint64_t *place;

    while ((place = find(table, hash, &word)) != NULL) {
        changed = make(hash, code, word & USED, unit);
        if (changed == word || replace(table, place, &word, changed)) {
            return code_of(word) == code && !has_expired(word, unit, expiry) ? WLM_LEARNED_KNOWN : WLM_LEARNED_NEW;
        }
    }
    return insert(table, hash, make(hash, code, 0, unit), unit, expiry);
}

/* -- the whole table ----------------------------------------------------------------------------------- */

void wlm_learned_sweep(wlm_learned_t *table, apr_time_t now, apr_interval_time_t expiry)
{
    uint32_t end = table->swept + table->n / SWEEPS + 1;
    uint16_t unit = unit_of(now);
    int i;

    for (; table->swept < end && table->swept < table->n; ++table->swept) {
        for (i = 0; i < WORDS; ++i) {
            _Atomic uint64_t *place = &table->buckets[table->swept].words[i];
            uint64_t word = atomic_load_explicit(place, memory_order_relaxed);

            if (word && has_expired(word, unit, expiry)) {
                replace(table, place, &word, 0);
            }
        }
    }
    if (table->swept == table->n) {
        table->swept = 0;
    }
}

/* Hashes spread sessions over all buckets alike */
size_t wlm_learned_count(const wlm_learned_t *table)
{
    uint32_t step = (table->n - 1) / COUNTED + 1, b;
    uint64_t n = 0, seen = 0;

    for (b = 0; b < table->n; b += step) {
        n += (uint64_t)(WORDS - free_in(&table->buckets[b]));
        ++seen;
    }
    return (size_t)(n * table->n / seen);
}

size_t wlm_learned_capacity(const wlm_learned_t *table)
{
    return (size_t)table->n * WORDS;
}

int wlm_learned_take_changed(wlm_learned_t *table)
{
    return atomic_exchange(&table->changed, 0) != 0;
}

void wlm_learned_shift(wlm_learned_t *table, apr_interval_time_t by)
{
    uint32_t b;
    int i;

    for (b = 0; b < table->n; ++b) {
        for (i = 0; i < WORDS; ++i) {
            uint64_t word = atomic_load_explicit(&table->buckets[b].words[i], memory_order_relaxed);

            if (word) {
                word = (word & ~(uint64_t)UINT16_MAX) | (uint16_t)(word + (uint64_t)(by / UNIT));
                atomic_store_explicit(&table->buckets[b].words[i], word, memory_order_relaxed);
            }
        }
    }
}

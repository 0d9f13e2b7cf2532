/* Makes and opens seals. Pure; made when a version of a file is made, used by the threads that serve requests. */
#include <stdint.h>
#include <string.h>
#include <apr_encode.h>
#include <apr_hash.h>
#include <apr_siphash.h>
#include <apr_strings.h>
#include "route/seal.h"

/* A member under a key */
typedef struct sealed_t {
    unsigned char id[APR_SIPHASH_DSIZE];
    unsigned char key[APR_SIPHASH_KSIZE]; /* of the values that are bound to it */
    int member;
    const char *name;
    int is_current;
} sealed_t;

struct wlm_seals_t {
    apr_hash_t *by_id;             /* sealed_t.id -> sealed_t * */
    sealed_t *current;             /* by member, under the first key */
    unsigned char keys[2][APR_SIPHASH_KSIZE]; /* of wlm_seals_key(), for each half of it */
};

/* Each purpose has a hash of its own: "id", and the two halves of the key for values */
static void derive(unsigned char to[APR_SIPHASH_DSIZE], const unsigned char *key, const char *purpose,
                   const char *cluster, const char *member, apr_pool_t *p)
{
    /* a NUL, which no name has, ends each part: "a" + "bc" is not "ab" + "c" */
    apr_size_t n = strlen(purpose) + 1, c = strlen(cluster) + 1, m = strlen(member) + 1;
    char *all = apr_palloc(p, n + c + m);

    memcpy(all, purpose, n);
    memcpy(all + n, cluster, c);
    memcpy(all + n + c, member, m);
    apr_siphash24_auth(to, all, n + c + m, key);
}

static void seal_member(sealed_t *sealed, const wlm_seal_key_t *key, const char *cluster, apr_pool_t *p)
{
    const unsigned char *first = key->bytes, *second = key->bytes + APR_SIPHASH_KSIZE;

    derive(sealed->id, first, "id", cluster, sealed->name, p);
    derive(sealed->key, first, "value", cluster, sealed->name, p);
    derive(sealed->key + APR_SIPHASH_DSIZE, second, "value", cluster, sealed->name, p);
}

static void make_keys(wlm_seals_t *seals, const wlm_seal_key_t *key, const char *cluster, apr_pool_t *p)
{
    static const char *const names[] = { "first", "second" };
    int i;

    for (i = 0; i < 2; ++i) {
        derive(seals->keys[i], key->bytes, "shared", cluster, names[i], p);
        derive(seals->keys[i] + APR_SIPHASH_DSIZE, key->bytes + APR_SIPHASH_KSIZE, "shared", cluster, names[i], p);
    }
}

wlm_seals_t *wlm_seals_make(const apr_array_header_t *keys, const char *cluster, const char *const *members, int n,
                            apr_pool_t *p)
{
    wlm_seals_t *seals = apr_pcalloc(p, sizeof(*seals));
    sealed_t *sealed = apr_pcalloc(p, sizeof(*sealed) * (apr_size_t)(n * keys->nelts + 1));
    int k, m;

    seals->by_id = apr_hash_make(p);
    seals->current = sealed;
    if (keys->nelts) {
        make_keys(seals, &APR_ARRAY_IDX(keys, 0, wlm_seal_key_t), cluster, p);
    }
    for (k = 0; k < keys->nelts; ++k) {
        for (m = 0; m < n; ++m, ++sealed) {
            sealed->member = m;
            sealed->name = members[m];
            sealed->is_current = k == 0;
            seal_member(sealed, &APR_ARRAY_IDX(keys, k, wlm_seal_key_t), cluster, p);
            if (!apr_hash_get(seals->by_id, sealed->id, sizeof(sealed->id))) { /* a key may be given twice */
                apr_hash_set(seals->by_id, sealed->id, sizeof(sealed->id), sealed);
            }
        }
    }
    return seals;
}

void wlm_seals_put(char to[WLM_SEAL_LEN + 1], const wlm_seals_t *seals, int member, const char *value, apr_size_t len)
{
    const sealed_t *sealed = &seals->current[member];
    unsigned char bytes[2 * APR_SIPHASH_DSIZE];

    memcpy(bytes, sealed->id, APR_SIPHASH_DSIZE);
    apr_siphash24_auth(bytes + APR_SIPHASH_DSIZE, value, len, sealed->key);
    apr_encode_base64_binary(to, bytes, sizeof(bytes), APR_ENCODE_BASE64URL, NULL);
}

/* In constant time, so that the time does not reveal a correct prefix */
static int is_hash(const unsigned char *a, const unsigned char *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof(x));
    memcpy(&y, b, sizeof(y));
    return x == y;
}

/* base64 has several spellings for the same bytes; a seal has one: the alphabet of URLs, and 0 for the 4 bits of its
 * last character that belong to no byte. What could be read as base64 has no other characters */
static int is_spelt(const char *seal)
{
    return strchr("AQgw", seal[WLM_SEAL_LEN - 1]) && !memchr(seal, '+', WLM_SEAL_LEN)
           && !memchr(seal, '/', WLM_SEAL_LEN);
}

int wlm_seals_find(wlm_seal_found_t *found, const wlm_seals_t *seals, const char *seal, const char *value,
                   apr_size_t len)
{
    unsigned char bytes[3 * APR_SIPHASH_DSIZE], hash[APR_SIPHASH_DSIZE];
    const sealed_t *sealed;
    apr_size_t n = 0;

    if (apr_decode_base64_binary(bytes, seal, WLM_SEAL_LEN, APR_ENCODE_NONE, &n) != APR_SUCCESS
        || n != 2 * APR_SIPHASH_DSIZE
        || !(sealed = apr_hash_get(seals->by_id, bytes, APR_SIPHASH_DSIZE))) {
        return 0;
    }
    apr_siphash24_auth(hash, value, len, sealed->key);
    if (!is_hash(hash, bytes + APR_SIPHASH_DSIZE) || !is_spelt(seal)) {
        return 0;
    }
    found->member = sealed->member;
    found->name = sealed->name;
    found->is_current = sealed->is_current;
    return 1;
}

/* -- values with a seal behind them -------------------------------------------------------------------- */

#define MARK '~'                   /* a character that fields, cookies and URLs may have, and base64url has not */

const char *wlm_seals_wrap(const wlm_seals_t *seals, int member, const char *value, apr_size_t len, apr_pool_t *p)
{
    char *wrapped = apr_palloc(p, len + 1 + WLM_SEAL_LEN + 1);

    memcpy(wrapped, value, len);
    wrapped[len] = MARK;
    wlm_seals_put(wrapped + len + 1, seals, member, value, len);
    return wrapped;
}

apr_ssize_t wlm_seals_unwrap(wlm_seal_found_t *found, const wlm_seals_t *seals, const char *value, apr_size_t len)
{
    apr_size_t within = len - (WLM_SEAL_LEN + 1);

    return len > WLM_SEAL_LEN + 1 && value[within] == MARK
           && wlm_seals_find(found, seals, value + within + 1, value, within) ? (apr_ssize_t)within : -1;
}

void wlm_seals_key(unsigned char to[WLM_SEAL_KEY_SIZE], const wlm_seals_t *seals, uint64_t scope, const char *value,
                   apr_size_t len)
{
    unsigned char key[APR_SIPHASH_KSIZE];
    int i;

    for (i = 0; i < 2; ++i) {
        uint64_t half;

        memcpy(key, seals->keys[i], sizeof(key));
        memcpy(&half, key, sizeof(half));
        half ^= scope;
        memcpy(key, &half, sizeof(half));
        apr_siphash24_auth(to + i * APR_SIPHASH_DSIZE, value, len, key);
    }
}

/* Packs the addresses of a host name into words with a checksum. Any thread of any process, without a lock. */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include "base/hash.h"
#include "shared/resolved.h"

#define WORDS WLM_RESOLVED_WORDS
enum { CHECKSUM, HOST, NUMBER, FIRST };

/* FNV-1a, a word at a time; never 0, which stands for an empty record */
static uint64_t checksum(const uint64_t words[WORDS])
{
    uint64_t sum = WLM_HASH_START;
    int i;

    for (i = HOST; i < WORDS; ++i) {
        sum = wlm_hash_word(sum, words[i]);
        sum ^= sum >> 32;
    }
    return sum ? sum : 1;
}

/* An address is two words, and one for its kind and the interface of a link-local one */
static void pack(uint64_t *words, const struct sockaddr_storage *sa)
{
    if (sa->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

        memcpy(words, &in6->sin6_addr, 16);
        words[2] = (uint64_t)6 << 32 | in6->sin6_scope_id;
    }
    else {
        memcpy(words, &((const struct sockaddr_in *)sa)->sin_addr, 4);
        words[2] = (uint64_t)4 << 32;
    }
}

static void unpack(wlm_address_t *address, const uint64_t *words)
{
    struct sockaddr_storage *sa = &address->at[address->n].sa;

    if (words[2] >> 32 == 6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)sa;

        in6->sin6_family = AF_INET6;
        memcpy(&in6->sin6_addr, words, 16);
        in6->sin6_scope_id = (uint32_t)words[2];
        address->at[address->n++].len = sizeof(*in6);
    }
    else {
        struct sockaddr_in *in = (struct sockaddr_in *)sa;

        in->sin_family = AF_INET;
        memcpy(&in->sin_addr, words, 4);
        address->at[address->n++].len = sizeof(*in);
    }
}

wlm_resolved_state_t wlm_resolved_get(const wlm_resolved_t *resolved, uint64_t host, int port,
                                      wlm_address_t *address, int *pwhy)
{
    uint64_t words[WORDS];
    int i, n;

    for (i = 0; i < WORDS; ++i) {
        words[i] = atomic_load_explicit(&resolved->words[i], memory_order_relaxed);
    }
    if (words[HOST] != host || words[CHECKSUM] != checksum(words)) {
        return WLM_RESOLVED_NOTHING;
    }
    n = (int)(words[NUMBER] >> 32);
    if (n <= 0 || n > WLM_ADDRESSES_MAX) {
        *pwhy = (int)(uint32_t)words[NUMBER];
        return WLM_RESOLVED_FAILED;
    }
    memset(address, 0, sizeof(*address));
    for (i = 0; i < n; ++i) {
        unpack(address, &words[FIRST + 3 * i]);
    }
    wlm_address_set_port(address, port);
    return WLM_RESOLVED_FOUND;
}

static void store(wlm_resolved_t *resolved, const uint64_t words[WORDS])
{
    int i;

    for (i = 0; i < WORDS; ++i) {
        atomic_store_explicit(&resolved->words[i], words[i], memory_order_relaxed);
    }
}

void wlm_resolved_put(wlm_resolved_t *resolved, uint64_t host, const wlm_address_t *address, int why)
{
    uint64_t words[WORDS] = { 0 };
    int i;

    words[HOST] = host;
    words[NUMBER] = (uint64_t)(address ? address->n : 0) << 32 | (uint32_t)why;
    for (i = 0; address && i < address->n; ++i) {
        pack(&words[FIRST + 3 * i], &address->at[i].sa);
    }
    words[CHECKSUM] = checksum(words);
    store(resolved, words);
}

void wlm_resolved_clear(wlm_resolved_t *resolved)
{
    static const uint64_t nothing[WORDS];

    store(resolved, nothing);
}

const char *wlm_resolved_why(int why)
{
    return why == WLM_RESOLVED_SILENT ? "the name service has not answered yet" : gai_strerror(why);
}

/* The hash tables of the route index: virtual hosts, and entries by pattern and host. Filled while a version is made;
 * read by all threads. */
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "route/entries.h"

/* -- virtual hosts ------------------------------------------------------------------------ */

#define HOST_MAX 255               /* longest host name that is compared (RFC 1035 2.3.4) */
#define KEY_MAX  (HOST_MAX + 2)    /* port, then the name in lower case, nothing for "*" */

/* Without regard to the locale */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static void put_port(char key[KEY_MAX], int port)
{
    key[0] = (char)(port >> 8);
    key[1] = (char)port;
}

/* @return the key's length, 0 when the host's name is too long */
static apr_ssize_t host_key(char key[KEY_MAX], const char *host, int port)
{
    char address[WLM_HOST_SIZE];
    apr_ssize_t len = 2;

    put_port(key, port);
    for (host = host ? wlm_host_canonical(host, address) : NULL; host && *host; ++host) {
        if (len == KEY_MAX) {
            return 0;
        }
        key[len++] = lower(*host);
    }
    return len;
}

static int find_key(const apr_hash_t *hosts, const char *key, apr_ssize_t len)
{
    const int *id = len ? apr_hash_get((apr_hash_t *)hosts, key, len) : NULL;

    return id ? *id : WLM_ROUTE_NO_HOST;
}

void wlm_route_hosts_find(int ids[WLM_ROUTE_HOSTS], const apr_hash_t *hosts, const char *host, int port)
{
    char key[KEY_MAX];
    apr_ssize_t len = host_key(key, host, port);
    int has_host = host && *host;

    ids[0] = has_host ? find_key(hosts, key, len) : WLM_ROUTE_NO_HOST;
    ids[2] = find_key(hosts, key, 2);
    put_port(key, 0);
    ids[1] = has_host ? find_key(hosts, key, len) : WLM_ROUTE_NO_HOST;
    ids[3] = find_key(hosts, key, 2);
    ids[4] = WLM_ROUTE_ANY_HOST;
}

int wlm_route_host_add(apr_hash_t *hosts, const char *host, int port)
{
    apr_pool_t *p = apr_hash_pool_get(hosts);
    char key[KEY_MAX];
    apr_ssize_t len = host_key(key, host, port);
    int found = find_key(hosts, key, len), *id;

    if (found != WLM_ROUTE_NO_HOST || !len) {
        return found;
    }
    id = apr_palloc(p, sizeof(*id));
    *id = (int)apr_hash_count(hosts);
    apr_hash_set(hosts, apr_pmemdup(p, key, (apr_size_t)len), len, id);
    return *id;
}

/* -- entries -------------------------------------------------------------------------------- */

static apr_uint32_t *slot_of(const wlm_route_entries_t *entries, int pattern, int host)
{
    apr_uint64_t key = (apr_uint64_t)(apr_uint32_t)pattern << 32 | (apr_uint32_t)host;
    apr_uint64_t hash = key * 0x9E3779B97F4A7C15u; /* 2^64 divided by the golden ratio */
    apr_size_t mask = entries->size - 1, i = (apr_size_t)(hash >> 32) & mask;

    while (entries->slots[i]) {
        const wlm_route_entry_t *entry = &entries->entries[entries->slots[i] - 1];

        if (entry->pattern == pattern && entry->host == host) {
            break;
        }
        i = (i + 1) & mask;
    }
    return &entries->slots[i];
}

void wlm_route_entries_init(wlm_route_entries_t *entries, apr_size_t max, apr_pool_t *p)
{
    entries->used = 0;
    entries->entries = apr_palloc(p, sizeof(*entries->entries) * (max + 1));
    for (entries->size = 16; entries->size < max * 2; entries->size *= 2) {
    }
    entries->slots = apr_pcalloc(p, sizeof(*entries->slots) * entries->size);
}

void wlm_route_entries_add(wlm_route_entries_t *entries, const wlm_route_entry_t *entry)
{
    apr_uint32_t *slot = slot_of(entries, entry->pattern, entry->host);

    if (!*slot) {
        entries->entries[entries->used++] = *entry;
        *slot = entries->used;
    }
}

const wlm_route_entry_t *wlm_route_entries_find(const wlm_route_entries_t *entries, int pattern, int host)
{
    apr_uint32_t slot = *slot_of(entries, pattern, host);

    return slot ? &entries->entries[slot - 1] : NULL;
}

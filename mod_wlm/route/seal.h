/* route/seal.h: seals, short texts that name a member of a cluster and that only who has the key can make
 * (WLMAffinity). A seal has two halves: the member's sealed id, and a keyed hash of a value that it is bound to. So a
 * client learns from it neither a member's name nor its number, cannot make one for a member of its choice, and cannot
 * move one to another value. Who has seen a seal with its value can send both again: that is what they are for.
 *
 *     <id: 64 bits><hash: 64 bits>   22 characters of base64url (RFC 4648 5), for any field, cookie or URL
 *
 * The keyed hash is SipHash-2-4. A member is known by its name and that of its cluster, so seals outlive restarts and
 * changes of plugin-cfg.xml, and web servers with the same key understand each other. Made once for a cluster;
 * immutable from then on, any thread.
 */
#ifndef WLM_ROUTE_SEAL_H
#define WLM_ROUTE_SEAL_H

#include <stdint.h>
#include <apr_pools.h>
#include <apr_tables.h>

#define WLM_SEAL_LEN 22

/** Random bytes. */
typedef struct wlm_seal_key_t {
    unsigned char bytes[32];
} wlm_seal_key_t;

/** What is needed to make and find the seals of a cluster's members. */
typedef struct wlm_seals_t wlm_seals_t;

/**
 * @param keys     wlm_seal_key_t; the first one makes seals, all of them open them
 * @param cluster  its name
 * @param members  n names, which must live as long
 */
wlm_seals_t *wlm_seals_make(const apr_array_header_t *keys, const char *cluster, const char *const *members, int n,
                            apr_pool_t *p);

/** Write the seal of a member (its index) for a value, which may be empty; with a NUL. */
void wlm_seals_put(char to[WLM_SEAL_LEN + 1], const wlm_seals_t *seals, int member, const char *value, apr_size_t len);

/** A seal that was found. */
typedef struct wlm_seal_found_t {
    int member;                    /* its index */
    const char *name;
    int is_current;                /* made by the first key */
} wlm_seal_found_t;

/**
 * Open a seal. Its cost does not grow with the number of members or keys.
 * @param seal  WLM_SEAL_LEN characters
 * @return 0: it is none of this cluster, or not of this value
 */
int wlm_seals_find(wlm_seal_found_t *found, const wlm_seals_t *seals, const char *seal, const char *value,
                   apr_size_t len);

/** A value with the member's seal for it behind: "value~seal". In p. @param member  its index */
const char *wlm_seals_wrap(const wlm_seals_t *seals, int member, const char *value, apr_size_t len, apr_pool_t *p);

/** Take such a value apart. @return how long the value within is; -1: there is no seal of this cluster for it */
apr_ssize_t wlm_seals_unwrap(wlm_seal_found_t *found, const wlm_seals_t *seals, const char *value, apr_size_t len);

#define WLM_SEAL_KEY_SIZE 16

/** A name of a value, for who shares a table with other web servers that have the same first key: a keyed hash, from
 *  which the value cannot be found. @param scope  of what kind it is */
void wlm_seals_key(unsigned char to[WLM_SEAL_KEY_SIZE], const wlm_seals_t *seals, uint64_t scope, const char *value,
                   apr_size_t len);

#endif

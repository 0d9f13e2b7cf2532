/* shared/resolved.h: the last result of a host name's look-up, published by one process for all: a new process, or one
 * whose own look-up gets no answer, uses the addresses that another process has found.
 *
 * There is no lock: the words have a checksum. A read during a write, or of what two writers mixed or a dead one left
 * unfinished, finds nothing; the process then looks the name up itself.
 */
#ifndef WLM_SHARED_RESOLVED_H
#define WLM_SHARED_RESOLVED_H

#include <stdatomic.h>
#include <stdint.h>
#include "base/address.h"

#define WLM_RESOLVED_WORDS  (3 + 3 * WLM_ADDRESSES_MAX)
#define WLM_RESOLVED_SILENT (-1000) /* a reason: no answer yet; all other reasons are codes of getaddrinfo() */

/** All zero: nothing is known. */
typedef struct wlm_resolved_t {
    _Atomic uint64_t words[WLM_RESOLVED_WORDS]; /* checksum, host, number of addresses and reason, addresses */
} wlm_resolved_t;

typedef enum { WLM_RESOLVED_NOTHING, WLM_RESOLVED_FOUND, WLM_RESOLVED_FAILED } wlm_resolved_state_t;

/**
 * Read the published result for a host.
 * @param host     its key; NOTHING when the record is of another host
 * @param port     for the addresses
 * @param address  with FOUND
 * @param pwhy     with FAILED
 */
wlm_resolved_state_t wlm_resolved_get(const wlm_resolved_t *resolved, uint64_t host, int port,
                                      wlm_address_t *address, int *pwhy);

/** Publish a result to all processes. @param address  NULL: the host has none, for the reason `why` */
void wlm_resolved_put(wlm_resolved_t *resolved, uint64_t host, const wlm_address_t *address, int why);

/** Remove the result. */
void wlm_resolved_clear(wlm_resolved_t *resolved);

/** A reason in words, static. */
const char *wlm_resolved_why(int why);

#endif

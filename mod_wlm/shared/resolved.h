/* shared/resolved.h: what one process has learnt about a host name, in shared memory, for all of them: a process that
 * is new, or whose own question goes unanswered, has the addresses that the others have.
 *
 * There is no lock: the words come with a checksum. A reader that meets a writer, the mixture of two writers, or what
 * one left that died finds nothing, and asks for itself.
 */
#ifndef WLM_SHARED_RESOLVED_H
#define WLM_SHARED_RESOLVED_H

#include <stdatomic.h>
#include <stdint.h>
#include "base/address.h"

#define WLM_RESOLVED_WORDS  (3 + 3 * WLM_ADDRESSES_MAX)
#define WLM_RESOLVED_SILENT (-1000) /* a reason: no answer yet. All others are getaddrinfo()'s */

/** All zero: nothing is known. */
typedef struct wlm_resolved_t {
    _Atomic uint64_t words[WLM_RESOLVED_WORDS]; /* checksum, host, number of addresses and reason, addresses */
} wlm_resolved_t;

typedef enum { WLM_RESOLVED_NOTHING, WLM_RESOLVED_FOUND, WLM_RESOLVED_FAILED } wlm_resolved_state_t;

/**
 * What is known of a host?
 * @param host     its key; of another one nothing is known
 * @param port     for the addresses
 * @param address  with FOUND
 * @param pwhy     with FAILED
 */
wlm_resolved_state_t wlm_resolved_get(const wlm_resolved_t *resolved, uint64_t host, int port,
                                      wlm_address_t *address, int *pwhy);

/** Tell all processes. @param address  NULL: it has none, for the reason `why` */
void wlm_resolved_put(wlm_resolved_t *resolved, uint64_t host, const wlm_address_t *address, int why);

/** Nothing is known any more. */
void wlm_resolved_clear(wlm_resolved_t *resolved);

/** A reason in words, static. */
const char *wlm_resolved_why(int why);

#endif

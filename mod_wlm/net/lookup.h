/* net/lookup.h: host names are resolved in threads of their own (net/blocking.h): no request waits for a name service
 * that does not answer, nor does one name wait for another.
 */
#ifndef WLM_NET_LOOKUP_H
#define WLM_NET_LOOKUP_H

#include "base/address.h"
#include "net/blocking.h"

#define WLM_LOOKUP_SHORTAGE (-1001) /* an error: httpd itself had no descriptor or memory to ask; see net/shortage.h */

typedef struct wlm_blocking_t wlm_lookup_t;

/** Begin to resolve a name. Does not block. Any thread; not before a fork. @return NULL: there is no memory, or no
 *  thread */
wlm_lookup_t *wlm_lookup_begin(const char *host);

/**
 * Is there an answer?
 * @param address  the addresses, without ports, when *perror is 0
 * @param perror   otherwise an error for gai_strerror(), or WLM_LOOKUP_SHORTAGE
 */
int wlm_lookup_is_over(wlm_lookup_t *lookup, wlm_address_t *address, int *perror);

/** The answer is not wanted any more, over or not. NULL is fine. */
void wlm_lookup_end(wlm_lookup_t *lookup);

#endif

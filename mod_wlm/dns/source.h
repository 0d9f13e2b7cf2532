/* dns/source.h: where members of a cluster come from: "a:NAME", "a:NAME:PORT" or "srv:NAME", as WLMMembers says it.
 * Pure.
 */
#ifndef WLM_DNS_SOURCE_H
#define WLM_DNS_SOURCE_H

#include <apr_pools.h>

typedef struct wlm_dns_source_t {
    const char *cluster;
    const char *text;              /* as above, NAME in lower case */
    const char *name;              /* NAME alone */
    int is_srv;
    int port;                      /* of a:; 0: none is said */
} wlm_dns_source_t;

/**
 * Read it. Texts in p.
 * @param source  its cluster stays as it is
 * @return NULL; or what is wrong, in p
 */
const char *wlm_dns_source_read(wlm_dns_source_t *source, const char *text, apr_pool_t *p);

/** May a name stand for a host: letters, digits, '-', '_' and '.', and not too long? */
int wlm_dns_is_name(const char *name);

#endif

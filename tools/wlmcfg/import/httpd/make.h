/* tools/wlmcfg/import/httpd/make.h: members of clusters, made when all files have been read and all parameters are
 * known. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_MAKE_H
#define WLMCFG_IMPORT_HTTPD_MAKE_H

#include "tools/wlmcfg/import/httpd/model.h"

/** A member that is being made. */
typedef struct httpd_making_t {
    httpd_t *httpd;
    httpd_balancer_t *balancer;
    const httpd_member_t *source;
    import_member_t *made;
    int is_sticky, fails_on_timeout; /* of the balancer */
    const char *route;
    int timeout, connect_timeout;  /* seconds, -1: not given */
    int lbset, is_standby;
    char out;                      /* the status by which it is left out; 0: it is not */
} httpd_making_t;

/** Parse "loadfactor=2 ...": into ->made, and what is not an attribute of it into the rest of making. */
void wlmcfg_httpd_parse_member_params(httpd_making_t *making, const apr_array_header_t *params);
/** Parse those of ->balancer. */
void wlmcfg_httpd_parse_balancer_params(httpd_making_t *making);

/** Make the members of all balancers. */
void wlmcfg_httpd_make_clusters(httpd_t *httpd);

#endif

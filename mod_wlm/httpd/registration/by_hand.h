/* httpd/registration/by_hand.h: members that an administrator adds to the registry and removes: within the same bounds
 * as nodes that register themselves. On the thread that answers the request; and on a watchdog's, those whose time is
 * over.
 */
#ifndef WLM_HTTPD_REGISTRATION_BY_HAND_H
#define WLM_HTTPD_REGISTRATION_BY_HAND_H

#include <httpd.h>
#include "registry/message.h"

/** What an administrator says. NULL: nothing. */
typedef struct wlm_by_hand_order_t {
    const char *node;
    const char *address;           /* HOST:PORT */
    int is_https;
    const char *balancer;
    const char *contexts, *aliases; /* separated by commas */
    const char *until;             /* s since 1970: then it is removed */
    const char *comment, *user;
} wlm_by_hand_order_t;

/**
 * Add contexts to a node, and the node itself, if it is not there, in one step: of two orders at once each is done
 * whole or refused. A node that was added by hand before keeps what the order does not say (until, comment, balancer).
 * @param done  const char *: lines that say what has changed are added
 * @return NULL; or why it is refused: then nothing has changed
 */
const wlm_mcmp_error_t *wlm_by_hand_add(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                        apr_pool_t *p);
/** Remove a node, or contexts of it. @return likewise */
const wlm_mcmp_error_t *wlm_by_hand_remove(apr_array_header_t *done, const wlm_by_hand_order_t *order, server_rec *s,
                                           apr_pool_t *p);

/** In the parent, behind wlm_periodic_register(). */
apr_status_t wlm_by_hand_register(apr_pool_t *pconf, server_rec *s);

#endif

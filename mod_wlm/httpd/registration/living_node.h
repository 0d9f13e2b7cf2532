/* httpd/registration/living_node.h: whether the node that has a JVMRoute is there, when another address claims it. On
 * the thread that answers the other one.
 */
#ifndef WLM_HTTPD_REGISTRATION_LIVING_NODE_H
#define WLM_HTTPD_REGISTRATION_LIVING_NODE_H

#include "httpd/context/files.h"
#include "registry/message.h"

/**
 * May a node have the route that it claims? A node that has been started anew elsewhere must get it; but where two are
 * there, the sessions of the first would go to the second, which does not have them. So a route is kept for a node as
 * long as that says STATUS regularly (health/heartbeat.h), and its address accepts a connection, for which this waits
 * a second or two at most. With WLMRegistrySilence Off no node is kept to be there.
 * @param file     that of WLMRegistry
 * @param message  a CONFIG
 * @param s        for the log
 * @param p        of the request
 * @return NULL: it may; otherwise why not, of type MEM: the listener tries again later
 */
const wlm_mcmp_error_t *wlm_living_node_objection(wlm_file_t *file, const wlm_mcmp_message_t *message, server_rec *s,
                                                  apr_pool_t *p);

#endif

/* httpd/registration/node_members.h: the members that a registered node is, one for each of its contexts, and what its
 * STATUS says of them. On the thread that answers the node.
 */
#ifndef WLM_HTTPD_REGISTRATION_NODE_MEMBERS_H
#define WLM_HTTPD_REGISTRATION_NODE_MEMBERS_H

#include "balance/model.h"
#include "health/heartbeat.h"
#include "httpd/context/files.h"

/** Before the first request, in a child process. */
void wlm_node_members_child_init(apr_pool_t *pchild);

/**
 * A node has said STATUS: it is not silent (balance/silent_node.h), and with a load of 1 to 100 it says what percentage
 * of its weight it wants, which counts in clusters with WLMLoadReport Status.
 * @param file  that of WLMRegistry
 * @param load  -1 to 100
 * @param s     for the log
 * @param p     scratch
 */
void wlm_node_members_note_status(wlm_file_t *file, const char *route, int load, server_rec *s, apr_pool_t *p);

/** A node has said CONFIG, so it is there: its members that requests have found down get requests at once, with slow
 *  start; but where there are health checks these decide. @param p  scratch */
void wlm_node_members_note_config(wlm_file_t *file, const char *route, server_rec *s, apr_pool_t *p);

/**
 * One of the members that a node is at this address.
 * @param pheartbeat  what is known of its STATUS
 * @param p           it is in use as long as that lives
 * @return NULL: there is none
 */
wlm_member_t *wlm_node_members_at(wlm_heartbeat_t *pheartbeat, wlm_file_t *file, const char *route, const char *host,
                                  int port, apr_pool_t *p);

#endif

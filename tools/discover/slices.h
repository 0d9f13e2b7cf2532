/* tools/discover/slices.h: the EndpointSlices of a service (discovery.k8s.io/v1), as a list and then as events of a
 * watch. Pure; a set belongs to one thread. Source: the Kubernetes API reference (EndpointSlice, "Kubernetes API
 * concepts: Efficient detection of changes"):
 *
 *     { "kind": "EndpointSliceList", "metadata": { "resourceVersion": "17" }, "items": [ SLICE ] }
 *     { "type": "MODIFIED", "object": SLICE }          a line of a watch; also ADDED, DELETED, BOOKMARK, ERROR
 *
 *     SLICE: { "metadata": { "name": "shop-x7", "resourceVersion": "18" }, "addressType": "IPv4",
 *              "ports": [ { "name": "http", "port": 8080 } ],
 *              "endpoints": [ { "addresses": [ "10.0.0.5" ], "targetRef": { "kind": "Pod", "name": "shop-0" },
 *                               "conditions": { "ready": true, "serving": true, "terminating": false } } ] }
 */
#ifndef DISCOVER_SLICES_H
#define DISCOVER_SLICES_H

#include <jansson.h>
#include "tools/discover/members.h"

typedef struct discover_slices_t {
    json_t *by_name;               /* an object: the slices */
    char version[128];             /* resourceVersion from which a watch goes on; opaque, compared with nothing */
} discover_slices_t;

/** What an event of a watch means. */
typedef enum {
    DISCOVER_EVENT_CHANGE,         /* the slices are others */
    DISCOVER_EVENT_BOOKMARK,       /* only the version is another one */
    DISCOVER_EVENT_EXPIRED,        /* the watch cannot go on from its version (410 Gone): a new list is needed */
    DISCOVER_EVENT_BAD             /* it is no event, or an error; a new list is needed */
} discover_event_t;

/** An empty set. */
void discover_slices_init(discover_slices_t *slices);
void discover_slices_destroy(discover_slices_t *slices);

/** Take what a list has in place of what was there. @return NULL; or why it is no list: then nothing has changed */
const char *discover_slices_list(discover_slices_t *slices, const json_t *list, apr_pool_t *p);

/** Apply an event. @param pwhy  out: why it is bad, in p */
discover_event_t discover_slices_event(discover_slices_t *slices, const json_t *event, const char **pwhy,
                                       apr_pool_t *p);

/**
 * The members that the slices have. An endpoint that serves is one: drained, when it is not ready or terminates,
 * otherwise with the weight that httpd gives by default. One that does not serve is none. A condition that is not there
 * is true for ready, that of ready for serving, and false for terminating. Slices of IPv4 count where there are any,
 * then those of IPv6, then those of names (FQDN), since one pod may be in several.
 * @param port        a port's name or number; NULL: the only port of a slice
 * @param by_address  members are named by their addresses, not by their pods
 * @return NULL; or why the slices cannot be used, in p. Texts of the answer live as long as the slices are the same.
 */
const char *discover_slices_members(discover_answer_t **panswer, const discover_slices_t *slices, const char *port,
                                    int by_address, apr_pool_t *p);

#endif

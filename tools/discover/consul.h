/* tools/discover/consul.h: what Consul answers to /v1/health/service/NAME, and which index is asked for next. Pure; any
 * thread. Source: Consul's HTTP API, "Health" and "Blocking queries".
 *
 *     [ { "Node": { "Address": "10.0.0.5" },
 *         "Service": { "ID": "shop-1", "Address": "", "Port": 8080, "Weights": { "Passing": 1, "Warning": 1 } },
 *         "Checks": [ { "CheckID": "serfHealth", "Status": "passing" } ] } ]
 */
#ifndef DISCOVER_CONSUL_H
#define DISCOVER_CONSUL_H

#include <stdint.h>
#include <jansson.h>
#include "tools/discover/members.h"

/**
 * Read the instances of a service. Those with a critical check are none. One in maintenance (`consul maint`) is
 * drained, and so is one whose weight is 0. While a check warns, Weights.Warning counts, otherwise Weights.Passing;
 * without Weights it is 1.
 * @param root        of which the answer has texts: it is released after the answer
 * @param by_address  members are named by their addresses, not by Service.ID
 * @return NULL; or why it is no such answer, in p
 */
const char *discover_consul_read(discover_answer_t **panswer, const json_t *root, int by_address, apr_pool_t *p);

/**
 * The index of the next query: that of the field X-Consul-Index. One that has gone backwards, is 0, or is none begins
 * anew: 0, by which a query is answered at once.
 * @param before  of the query that was answered
 * @param field   NULL: there is none
 */
uint64_t discover_consul_index(uint64_t before, const char *field);

#endif

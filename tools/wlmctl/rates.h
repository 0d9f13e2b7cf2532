/* tools/wlmctl/rates.h: members and clusters with their rates between two states, for wlmctl top.
 * On main()'s thread. */
#ifndef WLMCTL_RATES_H
#define WLMCTL_RATES_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>

/** A member, or the sums of a cluster's members. */
typedef struct wlmctl_rates_t {
    const json_t *cluster;
    const json_t *member;          /* NULL: the whole cluster */
    double requests, failures;     /* per second */
    double in_flight;
    double p95;                    /* s; of a member */
    int members;                   /* whose sum it is */
    int needs_attention;           /* how many of them */
} wlmctl_rates_t;

/** An order of rows. */
typedef struct wlmctl_order_t {
    char key;                      /* on the keyboard */
    const char *name;              /* for people */
    int (*compare)(const void *, const void *); /* for qsort() */
} wlmctl_order_t;

/** The orders; the first one is that at the beginning: those that need attention, then by requests. Ends with a row
 *  without a key. */
extern const wlmctl_order_t wlmctl_orders[];

/**
 * The members of one state.
 * @param now, then  two states; they must live as long as the result. A member that the earlier one does not have, or
 *                   whose counters have begun anew, has a rate of 0
 * @param cluster  only of this one; NULL: of all
 * @return wlmctl_rates_t, in the server's order
 */
apr_array_header_t *wlmctl_rates_of_members(const json_t *now, const json_t *then, const char *cluster, apr_pool_t *p);
/** Their clusters, with the sums. @param members  in the server's order @return wlmctl_rates_t */
apr_array_header_t *wlmctl_rates_of_clusters(const apr_array_header_t *members, apr_pool_t *p);
/** The sum of all. */
wlmctl_rates_t wlmctl_rates_sum(const apr_array_header_t *members);

/** Sort rows. What is equal is in the order of names. */
void wlmctl_rates_sort(apr_array_header_t *rows, const wlmctl_order_t *order);

#endif

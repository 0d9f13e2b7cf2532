/* tools/wlmctl/screen.h: what wlmctl top shows: sums, clusters, members. On main()'s thread. */
#ifndef WLMCTL_SCREEN_H
#define WLMCTL_SCREEN_H

#include <apr_pools.h>
#include <jansson.h>
#include "tools/wlmctl/rates.h"

typedef struct wlmctl_screen_t {
    const json_t *now, *then;      /* two states: rates are those between them */
    const char *cluster;           /* show only this one; NULL: all */
    const wlmctl_order_t *order;   /* of the members */
    int first;                     /* the first member that is shown; print() corrects it */
    int page;                      /* out, of print(): how many members there was room for */
    const char *trouble;           /* why there is no newer state; NULL: none */
} wlmctl_screen_t;

/** Print the whole screen of a terminal. */
void wlmctl_screen_print(wlmctl_screen_t *screen, apr_pool_t *p);
/** Print a table of all members, for a program. */
void wlmctl_screen_print_members(const wlmctl_screen_t *screen, apr_pool_t *p);

#endif

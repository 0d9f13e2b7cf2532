/* tools/discover/target.h: a httpd that is to have the members of the service: a thread for each looks at it at each
 * change, and now and then, and tells it what differs. */
#ifndef DISCOVER_TARGET_H
#define DISCOVER_TARGET_H

#include "tools/discover/board.h"
#include "tools/discover/plan.h"
#include "tools/wlmctl/wlmctl.h"

typedef struct discover_target_t {
    wlmctl_endpoint_t endpoint;
    discover_site_t site;
    const char *mark;              /* comment of what this program does */
    const char *aliases;           /* separated by commas; "": none */
    apr_interval_time_t interval;  /* between two looks while nothing changes */
    discover_board_t *board;
} discover_target_t;

/** Start the thread. @param target  is there until the program ends @return 0, or errno */
int discover_target_start(const discover_target_t *target);

#endif

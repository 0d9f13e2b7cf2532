/* tools/discover/source.h: where the members of a service are known: Consul, or the API server of Kubernetes. One
 * thread watches it, for ever, and puts what it says onto the board. While it does not answer, or its answer cannot be
 * used, the board stays as it is. */
#ifndef DISCOVER_SOURCE_H
#define DISCOVER_SOURCE_H

#include "tools/discover/board.h"
#include "tools/discover/members.h"
#include "tools/discover/request.h"

typedef struct discover_source_t {
    discover_server_t server;
    const char *path;              /* of what is asked for; ends with '?' or '&', so that the query may go on */
    apr_interval_time_t wait;      /* how long one question lasts while nothing changes */
    const char *port;              /* of Kubernetes; NULL: the only one */
    int by_address;                /* members are named by their addresses */
    discover_board_t *board;
    discover_told_t told;          /* all zero but for the subject */
    const char *left_out;          /* what was told last; malloc(), NULL at first */
    int failures;                  /* in succession; 0 at first */
    uint64_t random;
} discover_source_t;

/** Watch Consul by blocking queries. Does not return. */
void discover_watch_consul(discover_source_t *source);
/** Watch the EndpointSlices of a service: a list, then a watch that goes on from it. Does not return. */
void discover_watch_kubernetes(discover_source_t *source);

/* -- for the two of them ------------------------------------------------------------------------------------------- */

/** Put an answer onto the board, and tell what of it is left out, if that is not the same as before. */
void discover_source_publish(discover_source_t *source, const discover_answer_t *answer);
/** One failure more: the thread waits, longer each time until `failures` is 0 again. */
void discover_source_pause(discover_source_t *source);
/** It has not answered, or nothing that can be used: that is told, and the thread waits. @param why  the reason */
void discover_source_fail(discover_source_t *source, int kind, const char *why);
/** Wait so long that questions are not closer together than a second. @param begun  wlm_now() at the last one */
void discover_source_pace(apr_time_t begun);

#endif

/* tools/discover/board.h: the members as the source has answered last, which one thread writes, and those of the httpds
 * read. Any thread. */
#ifndef DISCOVER_BOARD_H
#define DISCOVER_BOARD_H

#include <stdint.h>
#include <apr_tables.h>
#include <apr_time.h>

typedef struct discover_board_t discover_board_t;

/** An empty one, which has version 0. It is there until the program ends. */
discover_board_t *discover_board_make(void);

/** Put members there in place of the last ones. @param members  discover_member_t; they are copied */
void discover_board_put(discover_board_t *board, const apr_array_header_t *members);

/**
 * Wait until there is another version, or the time is over; for the first one as long as it takes.
 * @param seen   the version that is known; 0: none
 * @param pause  the longest time
 */
void discover_board_wait(discover_board_t *board, uint64_t seen, apr_interval_time_t pause);

/** @param pversion  out: 0: there are none yet @return discover_member_t, a copy in p; NULL: likewise */
apr_array_header_t *discover_board_get(discover_board_t *board, uint64_t *pversion, apr_pool_t *p);

#endif

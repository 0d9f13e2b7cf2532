/* exchange/blocks.h: memory for the pieces of large responses, which all connections of a process share: as much as is
 * under way at a time. In APR's allocators, of which each client's connection has its own, it would stay with every
 * connection that has ever had a large response (MaxMemFree). Any thread; behind a mutex for some instructions. */
#ifndef WLM_EXCHANGE_BLOCKS_H
#define WLM_EXCHANGE_BLOCKS_H

#define WLM_BLOCKS_SIZE 64000      /* bytes of a block */
#define WLM_BLOCKS_KEPT 16         /* so many that nothing uses are kept; what is more goes back to libc */

/** @return a block, the one that was released last where there is one: it may still be in the processor's cache;
 *          NULL: no memory */
void *wlm_blocks_acquire(void);
/** It is not used any more. */
void wlm_blocks_release(void *block);

#endif

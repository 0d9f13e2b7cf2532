/* A process' list of blocks that nothing uses. Any thread. */
#include "exchange/blocks.h"
#include <pthread.h>
#include <stdlib.h>

typedef struct block_t {
    struct block_t *below;
} block_t;

static block_t *top;               /* of the stack of blocks that are kept */
static int nkept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of these */

void *wlm_blocks_acquire(void)
{
    block_t *block;

    pthread_mutex_lock(&lock);
    block = top;
    if (block) {
        top = block->below;
        nkept--;
    }
    pthread_mutex_unlock(&lock);
    return block ? block : malloc(WLM_BLOCKS_SIZE);
}

void wlm_blocks_release(void *at)
{
    block_t *block = at;

    pthread_mutex_lock(&lock);
    if (nkept < WLM_BLOCKS_KEPT) {
        block->below = top;
        top = block;
        nkept++;
        block = NULL;
    }
    pthread_mutex_unlock(&lock);
    free(block);
}

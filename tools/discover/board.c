/* The members, between threads. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include "tools/discover/board.h"
#include "tools/discover/members.h"

struct discover_board_t {
    pthread_mutex_t lock;          /* of all that follows */
    pthread_cond_t changed;
    uint64_t version;
    apr_pool_t *p;                 /* of the members */
    apr_array_header_t *members;
};

discover_board_t *discover_board_make(void)
{
    discover_board_t *board = calloc(1, sizeof(*board));
    pthread_condattr_t attr;

    if (!board) {
        abort();
    }
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&board->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&board->lock, NULL);
    return board;
}

void discover_board_put(discover_board_t *board, const apr_array_header_t *members)
{
    apr_pool_t *p, *before;

    apr_pool_create(&p, NULL);
    members = discover_members_copy(members, p);
    pthread_mutex_lock(&board->lock);
    before = board->p;
    board->p = p;
    board->members = (apr_array_header_t *)members;
    ++board->version;
    pthread_cond_broadcast(&board->changed);
    pthread_mutex_unlock(&board->lock);
    if (before) {
        apr_pool_destroy(before);
    }
}

static struct timespec moment_after(apr_interval_time_t pause)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)apr_time_sec(pause);
    at.tv_nsec += (long)apr_time_usec(pause) * 1000;
    at.tv_sec += at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

void discover_board_wait(discover_board_t *board, uint64_t seen, apr_interval_time_t pause)
{
    struct timespec end = moment_after(pause);
    int is_over = 0;

    pthread_mutex_lock(&board->lock);
    while (board->version == seen && !is_over) {
        is_over = !seen ? pthread_cond_wait(&board->changed, &board->lock)
                : pthread_cond_timedwait(&board->changed, &board->lock, &end);
    }
    pthread_mutex_unlock(&board->lock);
}

apr_array_header_t *discover_board_get(discover_board_t *board, uint64_t *pversion, apr_pool_t *p)
{
    apr_array_header_t *members;

    pthread_mutex_lock(&board->lock);
    *pversion = board->version;
    members = board->version ? discover_members_copy(board->members, p) : NULL;
    pthread_mutex_unlock(&board->lock);
    return members;
}

/* Descriptors that stay armed. Each has a mutex, which is held while it is armed or disarmed. So of an event and of
 * someone who begins to wait one is first: either the event finds who waits, or the latter finds the descriptor
 * disarmed, and arms it, by which the kernel looks whether something has come.
 *
 * The kernel looks again when it is asked for events: one whose bytes have been read by then does not come. But a
 * thread may have got it before, and be late with it; then the descriptor is polled.
 */
#include "net/edges.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>

struct wlm_edge_t {
    pthread_mutex_t mutex;         /* for what follows */
    uint64_t data;                 /* of its events; 0: it is not armed, or not by these functions */
    uint64_t waiter;               /* 0: none */
    uint64_t since;                /* from this moment on */
};

static _Atomic uint64_t moment;    /* waits that have begun */

uint64_t wlm_edges_number(void)
{
    static _Atomic uint64_t last;

    return atomic_fetch_add(&last, 1) + 1;
}

uint64_t wlm_edges_moment(void)
{
    return atomic_load(&moment);
}

void wlm_edges_init(wlm_edges_t *edges, int epoll)
{
    edges->epoll = epoll;
    pthread_mutex_init(&edges->mutex, NULL);
}

void wlm_edges_destroy(wlm_edges_t *edges)
{
    int b;

    for (b = 0; b < WLM_EDGES_BLOCKS; ++b) {
        free(atomic_load(&edges->blocks[b]));
    }
    pthread_mutex_destroy(&edges->mutex);
}

/* -- their places -------------------------------------------------------------------------------------------- */

/* @return NULL: it has none */
static wlm_edge_t *find(wlm_edges_t *edges, int fd)
{
    wlm_edge_t *block = fd < WLM_EDGES_BLOCK * WLM_EDGES_BLOCKS ? atomic_load(&edges->blocks[fd / WLM_EDGES_BLOCK])
                                                                : NULL;

    return block ? &block[fd % WLM_EDGES_BLOCK] : NULL;
}

static wlm_edge_t *make_block(void)
{
    wlm_edge_t *block = calloc(WLM_EDGES_BLOCK, sizeof(*block));
    int i;

    for (i = 0; block && i < WLM_EDGES_BLOCK; ++i) {
        pthread_mutex_init(&block[i].mutex, NULL);
    }
    return block;
}

static wlm_edge_t *find_or_make(wlm_edges_t *edges, int fd)
{
    wlm_edge_t *edge = find(edges, fd);

    if (!edge && fd < WLM_EDGES_BLOCK * WLM_EDGES_BLOCKS) {
        pthread_mutex_lock(&edges->mutex);
        if (!atomic_load(&edges->blocks[fd / WLM_EDGES_BLOCK])) {
            atomic_store(&edges->blocks[fd / WLM_EDGES_BLOCK], make_block());
        }
        pthread_mutex_unlock(&edges->mutex);
        edge = find(edges, fd);
    }
    return edge;
}

/* -- waiting ------------------------------------------------------------------------------------------------- */

/* Also one that is armed already: the kernel looks whether something is to be read */
static int arm(const wlm_edges_t *edges, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = { .events = events | EPOLLET, .data.u64 = data };

    return epoll_ctl(edges->epoll, EPOLL_CTL_MOD, fd, &event) == 0
           || (errno == ENOENT && events && epoll_ctl(edges->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

int wlm_edges_arm(wlm_edges_t *edges, int fd, uint64_t data, uint64_t waiter)
{
    wlm_edge_t *edge = find_or_make(edges, fd);
    int is_armed = 0;

    if (edge) {
        pthread_mutex_lock(&edge->mutex);
        edge->waiter = waiter;
        edge->since = atomic_fetch_add(&moment, 1) + 1;
        is_armed = edge->data == data || arm(edges, fd, EPOLLIN, data);
        edge->data = is_armed ? data : 0;
        pthread_mutex_unlock(&edge->mutex);
    }
    return is_armed;
}

void wlm_edges_forget(wlm_edges_t *edges, int fd)
{
    wlm_edge_t *edge = find(edges, fd);

    if (edge) {
        pthread_mutex_lock(&edge->mutex);
        edge->data = edge->waiter = 0;
        pthread_mutex_unlock(&edge->mutex);
    }
}

static int can_be_read(int fd)
{
    struct pollfd pollfd = { fd, POLLIN, 0 };

    return poll(&pollfd, 1, 0) != 0;
}

/* Its mutex is held */
static uint64_t take_locked(const wlm_edges_t *edges, wlm_edge_t *edge, int fd, uint64_t before)
{
    uint64_t waiter = edge->waiter;

    if (waiter && edge->since > before && !can_be_read(fd)) {
        return 0; /* it stays armed */
    }
    if (!waiter) {
        arm(edges, fd, 0, edge->data); /* a hang-up comes once more all the same */
        edge->data = 0;
    }
    edge->waiter = 0;
    return waiter;
}

uint64_t wlm_edges_take(wlm_edges_t *edges, int fd, uint64_t data, uint64_t before)
{
    wlm_edge_t *edge = find(edges, fd);
    uint64_t waiter = 0;

    if (edge) {
        pthread_mutex_lock(&edge->mutex);
        if (edge->data == data) {
            waiter = take_locked(edges, edge, fd, before);
        }
        pthread_mutex_unlock(&edge->mutex);
    }
    return waiter;
}

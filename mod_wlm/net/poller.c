/* Many waits in one epoll. On any thread. An entry has a mutex of its own, which is held while its descriptors are
 * armed, so that only an event for the same entry waits for that; the heap of due times and the free entries have one
 * together. None is held while a thread waits for events, and of these none while another one is acquired; that of a
 * descriptor (net/edges.c) is acquired last.
 *
 * Most descriptors are in the epoll with EPOLLONESHOT: one event, for one thread, then the descriptor must be armed
 * again. An event names its entry by number and generation, never by address, so one that comes late (the entry runs
 * already, waits for something else, or is another one by now) is recognised and ignored. Nothing is lost by that:
 * events are level-triggered, and the next park arms the descriptor anew.
 * - A member's descriptor is armed by each park, with that park's generation. It may be in the epoll still from an
 *   earlier request, or may be a new one with an old number; so a change is tried first, then an addition.
 * - A client that is waited for to leave is armed when its request has waited for some ms (LEAVE_INTERVAL).
 * - Of a connection that is known to have nothing to read the descriptor stays armed, whoever waits for it next
 *   (net/edges.h): the member's, when it gets a request, and the client's between two requests.
 * - A client's descriptor stays the same, so it stays armed when another event has ended the wait. Its events have the
 *   generation of the park that armed it. A thread may have got one already, and come late with it: the next wait must
 *   not take input that has been read by then for the client's end, nor for a request.
 *
 * Due times are in a heap. An entry that goes on stays in it, with the time that was due; a later time takes effect
 * when that one has come. One timer descriptor has the earliest. A word of shared memory has no descriptor: its entry
 * is looked at now and then, by the heap, too.
 */
#include "net/poller.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "base/clock.h"
#include "net/edges.h"
#include "net/events.h"

_Static_assert(POLLIN == EPOLLIN && POLLOUT == EPOLLOUT && POLLERR == EPOLLERR && POLLHUP == EPOLLHUP,
               "events of poll() are passed to epoll");

#define BLOCK 256                  /* entries that are made at once */
#define BLOCKS_MAX 4096            /* the number of an entry must fit into a tag */
#define LEAVE_INTERVAL apr_time_from_msec(10) /* one to two of them until a client is armed, for many at a time */
#define RETRY_INTERVAL apr_time_from_msec(100) /* where a descriptor cannot be waited for */
/* Idle connections are due together, as in the event MPM: a time that is far off is rounded up to this */
#define IDLE_GRAIN apr_time_from_msec(100)
/* Words are polled, the less often the more there are: at most 50,000 of them in a second. 500 us: for 2 ms a queue for
 * three slots of 5 ms each served a sixth less. */
#define WORD_INTERVAL 500
#define WORD_COST     20

typedef enum { FREE, RUNNING, PARKED } state_t;

struct wlm_poller_entry_t {
    wlm_poller_t *poller;
    uint32_t number;
    pthread_mutex_t mutex;         /* for what follows up to the gap */
    void *data;
    wlm_wait_t *wait;              /* while it is parked */
    uint64_t generation;           /* of the park */
    uint64_t client_generation;    /* of the park that has armed the client */
    apr_time_t due;                /* of the park; 0: never */
    int client_fd;
    uint64_t client_number;        /* net/edges.h */
    uint32_t client_armed;         /* events */
    unsigned char state, is_idle, client_added;
    unsigned char must_check;      /* wlm_poller_check() has been called while it ran */
    apr_time_t arm_at;             /* from when on a client that may leave is armed; 0: no wait for that since it was */
    unsigned char arms_later;      /* the park waits for its client to leave, too, and began before that */
    unsigned char is_unarmed;      /* the kernel could not arm its descriptors: they are polled periodically */

    _Atomic apr_time_t key;        /* in the heap, not later than due; 0: not in it. Written under the heap's mutex */
    int heap_at;                   /* under the heap's mutex */
    wlm_poller_entry_t *next_free; /* the same */
};

struct wlm_poller_t {
    wlm_events_t events;
    wlm_edges_t edges;             /* of connections that have nothing to read */
    int timer, stop;               /* descriptors */
    _Atomic(wlm_poller_entry_t *) blocks[BLOCKS_MAX]; /* read without a mutex, by a thread that gets an event */
    _Atomic uint32_t nblocks;
    pthread_mutex_t mutex;         /* for what follows up to the gap */
    wlm_poller_entry_t *free;
    wlm_poller_entry_t **heap;
    int nheap;
    apr_time_t timer_at;           /* for when the timer is set; 0: it is not */

    _Atomic int ends_idle;
    _Atomic int words;             /* parked entries that wait for one */
    _Atomic int stopped;
    _Atomic apr_time_t last;       /* when an entry went on */
};

/* -- tags of events -------------------------------------------------------------------------------------- */

#define KIND_SHIFT 37
#define NUMBER_SHIFT 40
#define GENERATION_MASK ((UINT64_C(1) << KIND_SHIFT) - 1)

enum { MEMBER, CLIENT, OTHER, SECOND, EDGE }; /* EDGE: the number is the descriptor's, the generation that of its
                                                 connection */
enum { TIMER, STOP, WAKE };        /* of OTHER */

static uint64_t tag(uint32_t number, int kind, uint64_t generation)
{
    return (uint64_t)number << NUMBER_SHIFT | (uint64_t)kind << KIND_SHIFT | (generation & GENERATION_MASK);
}

static int kind_of(uint64_t tagged)
{
    return (int)(tagged >> KIND_SHIFT & 7);
}

static int is_of(uint64_t tagged, uint64_t generation)
{
    return (tagged & GENERATION_MASK) == (generation & GENERATION_MASK);
}

/* -- due times ---------------------------------------------------------------------------------------------- */

static void put(wlm_poller_t *p, int at, wlm_poller_entry_t *entry)
{
    p->heap[at] = entry;
    entry->heap_at = at;
}

static void move_up(wlm_poller_t *p, int at)
{
    wlm_poller_entry_t *entry = p->heap[at];

    for (; at > 0 && p->heap[(at - 1) / 2]->key > entry->key; at = (at - 1) / 2) {
        put(p, at, p->heap[(at - 1) / 2]);
    }
    put(p, at, entry);
}

static void move_down(wlm_poller_t *p, int at)
{
    wlm_poller_entry_t *entry = p->heap[at];
    int child;

    while ((child = 2 * at + 1) < p->nheap) {
        child += child + 1 < p->nheap && p->heap[child + 1]->key < p->heap[child]->key;
        if (p->heap[child]->key >= entry->key) {
            break;
        }
        put(p, at, p->heap[child]);
        at = child;
    }
    put(p, at, entry);
}

static void remove_from_heap(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    wlm_poller_entry_t *last = p->heap[--p->nheap];
    int at = entry->heap_at;

    atomic_store(&entry->key, 0);
    if (last != entry) {
        put(p, at, last);
        move_up(p, at);
        move_down(p, last->heap_at);
    }
}

/* @param at  0: no time */
static void set_timer(wlm_poller_t *p, apr_time_t at)
{
    apr_interval_time_t left = at - wlm_now();
    struct itimerspec spec = { { 0, 0 }, { 0, 0 } };

    if (at) {
        left = left > 0 ? left : 1; /* 0 would be never */
        spec.it_value.tv_sec = (time_t)apr_time_sec(left);
        spec.it_value.tv_nsec = (long)apr_time_usec(left) * 1000;
    }
    timerfd_settime(p->timer, 0, &spec, NULL);
    p->timer_at = at;
}

static int has_word_changed(const wlm_wait_t *wait)
{
    return wait->word && atomic_load(wait->word) != wait->seen;
}

/* @return of two times, of which 0 is never */
static apr_time_t earlier(apr_time_t a, apr_time_t b)
{
    return !a || (b && b < a) ? b : a;
}

/* When a parked entry is to be checked; 0: never. Its mutex is held. */
static apr_time_t next_time(wlm_poller_t *p, const wlm_poller_entry_t *entry)
{
    apr_interval_time_t interval = atomic_load(&p->words) * WORD_COST;
    apr_time_t at;

    if (!entry->wait->word && !entry->is_unarmed) {
        return earlier(entry->due, entry->arms_later ? entry->arm_at : 0);
    }
    if (!entry->wait->word) {
        interval = RETRY_INTERVAL;
    }
    at = wlm_now() + (has_word_changed(entry->wait) ? 0 : interval > WORD_INTERVAL ? interval : WORD_INTERVAL);
    return earlier(entry->due, at);
}

/* An entry is to be checked at `at` (0: need not). One that is in the heap for an earlier time stays there. By now the
 * entry may run, or be another one: then the check finds nothing. */
static void schedule(wlm_poller_t *p, wlm_poller_entry_t *entry, apr_time_t at)
{
    apr_time_t key = atomic_load(&entry->key);

    if (!at || (key && key <= at)) {
        return;
    }
    pthread_mutex_lock(&p->mutex);
    key = atomic_load(&entry->key);
    if (!key || key > at) {
        atomic_store(&entry->key, at);
        if (!key) {
            put(p, p->nheap++, entry); /* there is room, see make_room() */
        }
        move_up(p, entry->heap_at);
        if (!p->timer_at || at < p->timer_at) {
            set_timer(p, at);
        }
    }
    pthread_mutex_unlock(&p->mutex);
}

/* -- entries ------------------------------------------------------------------------------------------------- */

static wlm_poller_entry_t *entry_of(const wlm_poller_t *p, uint64_t tagged)
{
    uint64_t number = tagged >> NUMBER_SHIFT;

    return &atomic_load(&p->blocks[number / BLOCK])[number % BLOCK];
}

/* As many slots in the heap as there are entries, so that a park needs no memory. The mutex is held. */
static int make_room(wlm_poller_t *p)
{
    uint32_t i, nblocks = atomic_load(&p->nblocks), first = nblocks * BLOCK;
    wlm_poller_entry_t **heap, *block;

    if (nblocks == BLOCKS_MAX) {
        return 0;
    }
    heap = realloc(p->heap, sizeof(*heap) * (first + BLOCK));
    p->heap = heap ? heap : p->heap;
    block = heap ? calloc(BLOCK, sizeof(*block)) : NULL;
    if (!block) {
        return 0;
    }
    for (i = 0; i < BLOCK; ++i) {
        block[i].poller = p;
        block[i].number = first + i;
        pthread_mutex_init(&block[i].mutex, NULL);
        block[i].next_free = p->free;
        p->free = &block[i];
    }
    atomic_store(&p->blocks[nblocks], block);
    atomic_store(&p->nblocks, nblocks + 1);
    return 1;
}

wlm_poller_entry_t *wlm_poller_enter(wlm_poller_t *p, int client_fd, void *data)
{
    wlm_poller_entry_t *entry = NULL;

    pthread_mutex_lock(&p->mutex);
    if (p->free || make_room(p)) {
        entry = p->free;
        p->free = entry->next_free;
    }
    pthread_mutex_unlock(&p->mutex);
    if (entry) {
        pthread_mutex_lock(&entry->mutex);
        entry->data = data;
        entry->client_fd = client_fd;
        entry->client_number = wlm_edges_number();
        entry->client_armed = 0;
        entry->client_added = 0;
        entry->client_generation = 0;
        entry->arm_at = 0;
        entry->must_check = 0;
        entry->state = RUNNING;
        pthread_mutex_unlock(&entry->mutex);
    }
    return entry;
}

void wlm_poller_leave(wlm_poller_entry_t *entry)
{
    wlm_poller_t *p = entry->poller;

    pthread_mutex_lock(&entry->mutex);
    if (entry->client_added) {
        wlm_edges_forget(&p->edges, entry->client_fd);
        epoll_ctl(p->events.epoll, EPOLL_CTL_DEL, entry->client_fd, NULL);
    }
    entry->state = FREE;
    entry->generation++;
    entry->client_generation = 0;
    pthread_mutex_unlock(&entry->mutex);

    pthread_mutex_lock(&p->mutex);
    if (atomic_load(&entry->key)) {
        remove_from_heap(p, entry);
    }
    entry->next_free = p->free;
    p->free = entry;
    pthread_mutex_unlock(&p->mutex);
}

/* -- parking ------------------------------------------------------------------------------------------------- */

static int arm(wlm_poller_t *p, int is_added, int fd, uint32_t events, uint64_t tagged)
{
    struct epoll_event event = { .events = events | EPOLLONESHOT, .data.u64 = tagged };
    int first = is_added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, second = is_added ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    wlm_edges_forget(&p->edges, fd);
    return epoll_ctl(p->events.epoll, first, fd, &event) == 0
           || (errno == (is_added ? ENOENT : EEXIST) && epoll_ctl(p->events.epoll, second, fd, &event) == 0);
}

/* Most requests are over before their client leaves: one that is waited for besides the member, for that alone, is
 * armed a moment later. @return 1: it is not to be armed yet */
static int arms_later(wlm_poller_entry_t *entry, uint32_t events)
{
    apr_time_t now;

    entry->arms_later = 0;
    if (events != EPOLLRDHUP || entry->client_armed || !entry->wait->member.events) {
        return 0;
    }
    now = wlm_now();
    if (!entry->arm_at) {
        entry->arm_at = now - now % LEAVE_INTERVAL + 2 * LEAVE_INTERVAL;
    }
    entry->arms_later = now < entry->arm_at;
    return entry->arms_later;
}

/* Until it can be read. @param kind  MEMBER or CLIENT @param number  of its connection */
static int arm_edge(wlm_poller_t *p, const wlm_poller_entry_t *entry, int fd, uint64_t number, int kind)
{
    return wlm_edges_arm(&p->edges, fd, tag((uint32_t)fd, EDGE, number), tag(entry->number, kind, entry->generation));
}

static int arm_client(wlm_poller_t *p, wlm_poller_entry_t *entry, uint32_t events)
{
    if (entry->wait->client_quiet && events == EPOLLIN
        && arm_edge(p, entry, entry->client_fd, entry->client_number, CLIENT)) {
        entry->client_added = 1;
        entry->client_armed = 0;
        entry->client_generation = entry->generation; /* a late event of before is of another one */
        entry->arm_at = 0;
        return 1;
    }
    /* an idle connection goes on with reads that wait: it is armed anew, so that a late event does not count */
    if (!events || (events == entry->client_armed && !entry->is_idle) || arms_later(entry, events)) {
        return 1;
    }
    entry->arm_at = 0;
    entry->client_generation = entry->generation;
    if (!arm(p, entry->client_added, entry->client_fd, events, tag(entry->number, CLIENT, entry->generation))) {
        entry->client_armed = 0;
        return 0;
    }
    entry->client_added = 1;
    entry->client_armed = events;
    return 1;
}

/* The client of an entry that stays parked, when it is time for that. Its mutex is held. */
static void arm_at_last(wlm_poller_t *p, wlm_poller_entry_t *entry, apr_time_t now)
{
    if (entry->arms_later && entry->arm_at <= now) {
        entry->is_unarmed |= !arm_client(p, entry, (uint16_t)entry->wait->client.events);
    }
}

/* @param kind  MEMBER or SECOND */
static int arm_member(wlm_poller_t *p, const wlm_poller_entry_t *entry, const struct pollfd *member, int kind)
{
    return !member->events || member->fd < 0
           || arm(p, 1, member->fd, (uint16_t)member->events, tag(entry->number, kind, entry->generation));
}

static int arm_first(wlm_poller_t *p, const wlm_poller_entry_t *entry)
{
    const wlm_wait_t *wait = entry->wait;

    return (wait->member_quiet && wait->member.events == POLLIN
            && arm_edge(p, entry, wait->member.fd, wait->member_quiet, MEMBER))
           || arm_member(p, entry, &wait->member, MEMBER);
}

static int arm_all(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    const struct pollfd *client = &entry->wait->client;

    return arm_first(p, entry) && arm_member(p, entry, &entry->wait->second, SECOND)
           && arm_client(p, entry, client->fd < 0 ? 0 : (uint16_t)client->events);
}

/* An entry whose descriptors could not be armed: has something come? Otherwise they are armed again. Its mutex is
 * held. */
static int poll_unarmed(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    wlm_wait_t *wait = entry->wait;
    struct pollfd fds[] = { wait->member, { entry->client_fd, wait->client.events, 0 }, wait->second };

    fds[0].fd = wait->member.events ? wait->member.fd : -1;
    fds[1].fd = wait->client.fd >= 0 && wait->client.events ? entry->client_fd : -1;
    fds[2].fd = wait->second.events ? wait->second.fd : -1;
    if (poll(fds, 3, 0) > 0) {
        wait->member.revents = fds[0].revents;
        wait->client.revents = fds[1].revents;
        wait->second.revents = fds[2].revents;
        return 1;
    }
    entry->is_unarmed = !arm_all(p, entry);
    return 0;
}

/* Each time in the heap by itself would set the timer, and wake a thread */
static apr_time_t round_up(apr_time_t due)
{
    return due + IDLE_GRAIN - 1 - (due + IDLE_GRAIN - 1) % IDLE_GRAIN;
}

static apr_time_t due_of(const wlm_poller_t *p, const wlm_poller_entry_t *entry, const wlm_wait_t *wait, int is_idle)
{
    apr_time_t due = wlm_wait_due(wait);

    if ((is_idle && atomic_load(&p->ends_idle)) || (entry->must_check && wait->check)) {
        return wlm_now();
    }
    return is_idle && due && due - wlm_now() >= 10 * IDLE_GRAIN ? round_up(due) : due;
}

void wlm_poller_park(wlm_poller_entry_t *entry, wlm_wait_t *wait, int is_idle)
{
    wlm_poller_t *p = entry->poller;
    apr_time_t at;

    pthread_mutex_lock(&entry->mutex);
    entry->wait = wait;
    entry->due = due_of(p, entry, wait, is_idle);
    entry->must_check = entry->arms_later = 0;
    entry->generation++;
    entry->is_idle = (unsigned char)is_idle;
    entry->state = PARKED;
    wait->member.revents = wait->second.revents = wait->client.revents = 0;
    atomic_fetch_add(&p->words, wait->word != NULL);
    entry->is_unarmed = !arm_all(p, entry); /* the kernel has no more memory for it */
    at = next_time(p, entry);
    pthread_mutex_unlock(&entry->mutex);
    schedule(p, entry, at);
}

/* The calling thread has it from now on. The entry's mutex is held. */
static void *run(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    entry->state = RUNNING;
    atomic_fetch_sub(&p->words, entry->wait->word != NULL);
    entry->is_unarmed = 0;
    entry->wait = NULL;
    return entry->data;
}

/* -- what comes ---------------------------------------------------------------------------------------------- */

/* @return what the entry belongs to; NULL: it does not go on by this */
static void *receive(wlm_poller_t *p, const struct epoll_event *event)
{
    wlm_poller_entry_t *entry = entry_of(p, event->data.u64);
    void *data = NULL;
    short events = (short)event->events;

    pthread_mutex_lock(&entry->mutex);
    if (atomic_load(&p->stopped)) {
        data = NULL; /* wlm_poller_stop() has disconnected those that run, or does so now: no other one begins to */
    }
    else if (kind_of(event->data.u64) == CLIENT && entry->state != FREE
        && is_of(event->data.u64, entry->client_generation)) {
        entry->client_armed = 0;
        if (entry->state == PARKED && entry->wait->client.fd >= 0 && entry->wait->client.events) {
            entry->wait->client.revents = events;
            data = run(p, entry);
        }
    }
    else if (kind_of(event->data.u64) != CLIENT && entry->state == PARKED
             && is_of(event->data.u64, entry->generation)) {
        *(kind_of(event->data.u64) == MEMBER ? &entry->wait->member.revents : &entry->wait->second.revents) = events;
        data = run(p, entry);
    }
    pthread_mutex_unlock(&entry->mutex);
    return data;
}

/* @param waiter  the tag of a park. @return what the entry belongs to; NULL: that park is over */
static void *continue_waiter(wlm_poller_t *p, uint64_t waiter, short events)
{
    wlm_poller_entry_t *entry = entry_of(p, waiter);
    void *data = NULL;

    pthread_mutex_lock(&entry->mutex);
    if (entry->state == PARKED && is_of(waiter, entry->generation) && !atomic_load(&p->stopped)) {
        *(kind_of(waiter) == CLIENT ? &entry->wait->client.revents : &entry->wait->member.revents) = events;
        data = run(p, entry);
    }
    pthread_mutex_unlock(&entry->mutex);
    return data;
}

/* Of a descriptor that stays armed. @return as receive() */
static void *receive_edge(wlm_poller_t *p, const struct epoll_event *event, uint64_t moment)
{
    uint64_t waiter, tagged = event->data.u64;
    void *data = NULL;

    while (!data && (waiter = wlm_edges_take(&p->edges, (int)(tagged >> NUMBER_SHIFT), tagged, moment)) != 0) {
        data = continue_waiter(p, waiter, (short)event->events);
    }
    return data;
}

/* @return the entry that is to be checked first, out of the heap now; NULL: none is */
static wlm_poller_entry_t *next_to_check(wlm_poller_t *p, apr_time_t now)
{
    wlm_poller_entry_t *entry = NULL;

    pthread_mutex_lock(&p->mutex);
    if (p->nheap && p->heap[0]->key <= now) {
        entry = p->heap[0];
        remove_from_heap(p, entry);
    }
    pthread_mutex_unlock(&p->mutex);
    return entry;
}

/* @return what the entry belongs to; NULL: it is not due */
static void *check(wlm_poller_t *p, wlm_poller_entry_t *entry, apr_time_t now)
{
    apr_time_t at = 0;
    void *data = NULL;

    pthread_mutex_lock(&entry->mutex);
    if (entry->state == PARKED && !atomic_load(&p->stopped)) {
        if ((entry->due && entry->due <= now) || has_word_changed(entry->wait)
            || (entry->is_unarmed && poll_unarmed(p, entry))) {
            data = run(p, entry);
        }
        else {
            arm_at_last(p, entry, now);
            at = next_time(p, entry);
        }
    }
    pthread_mutex_unlock(&entry->mutex);
    schedule(p, entry, at);
    return data;
}

/* The timer has come. Where more entries are due, it comes at once again, for another thread.
 * @return what the next entry belongs to that is due; NULL: none is */
static void *next_due(wlm_poller_t *p)
{
    apr_time_t now = wlm_now();
    wlm_poller_entry_t *entry;
    void *data = NULL;

    while (!data && (entry = next_to_check(p, now)) != NULL) {
        data = check(p, entry, now);
    }
    pthread_mutex_lock(&p->mutex);
    set_timer(p, p->nheap ? p->heap[0]->key : 0);
    pthread_mutex_unlock(&p->mutex);
    return data;
}

/* @param left  -1: no limit. @return APR_EAGAIN: nothing that any entry goes on by */
static apr_status_t wait_for_event(wlm_poller_t *p, apr_interval_time_t left, void **pdata)
{
    struct epoll_event event;
    uint64_t moment;
    int n = wlm_events_next(&p->events, left < 0 ? -1 : (int)((left + 999) / 1000), &event, &moment);

    if (n <= 0) {
        return n < 0 && errno == EINTR ? APR_EAGAIN : APR_TIMEUP;
    }
    *pdata = kind_of(event.data.u64) == EDGE ? receive_edge(p, &event, moment)
             : kind_of(event.data.u64) != OTHER ? receive(p, &event)
             : event.data.u64 == tag(0, OTHER, TIMER) ? next_due(p) : NULL;
    if (!*pdata) {
        return APR_EAGAIN;
    }
    atomic_store_explicit(&p->last, wlm_now(), memory_order_relaxed);
    return APR_SUCCESS;
}

/* The first event ends most calls: the time is read only when it does not */
apr_status_t wlm_poller_next(wlm_poller_t *p, apr_interval_time_t timeout, void **pdata)
{
    apr_interval_time_t left = timeout;
    apr_time_t now, end = 0;
    apr_status_t rv;

    do {
        rv = atomic_load(&p->stopped) ? APR_EOF : wait_for_event(p, left, pdata);
        if (APR_STATUS_IS_EAGAIN(rv) && timeout >= 0) {
            now = wlm_now();
            end = end ? end : now + timeout;
            left = end > now ? end - now : 0;
        }
    } while (APR_STATUS_IS_EAGAIN(rv));
    return rv;
}

int wlm_poller_has_ready(wlm_poller_t *p)
{
    return wlm_events_are_ready(&p->events);
}

apr_time_t wlm_poller_last(const wlm_poller_t *p)
{
    return atomic_load_explicit(&p->last, memory_order_relaxed);
}

/* -- its end --------------------------------------------------------------------------------------------------- */

static void each_entry(wlm_poller_t *p, void (*act)(wlm_poller_t *p, wlm_poller_entry_t *entry))
{
    uint32_t b, nblocks = atomic_load(&p->nblocks);
    int i;

    for (b = 0; b < nblocks; ++b) {
        for (i = 0; i < BLOCK; ++i) {
            act(p, &atomic_load(&p->blocks[b])[i]);
        }
    }
}

static void end_if_idle(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    apr_time_t at = 0;

    pthread_mutex_lock(&entry->mutex);
    if (entry->state == PARKED && entry->is_idle) {
        entry->due = at = wlm_now();
    }
    pthread_mutex_unlock(&entry->mutex);
    schedule(p, entry, at);
}

static void check_entry(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    apr_time_t at = 0;

    pthread_mutex_lock(&entry->mutex);
    if (entry->state == PARKED && entry->wait->check) {
        entry->due = at = wlm_now();
    }
    entry->must_check = entry->state == RUNNING;
    pthread_mutex_unlock(&entry->mutex);
    schedule(p, entry, at);
}

void wlm_poller_check(wlm_poller_t *p)
{
    each_entry(p, check_entry);
}

void wlm_poller_end_idle(wlm_poller_t *p)
{
    atomic_store(&p->ends_idle, 1);
    each_entry(p, end_if_idle);
}

static void disconnect_if_running(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    (void)p;
    pthread_mutex_lock(&entry->mutex);
    if (entry->state == RUNNING) {
        shutdown(entry->client_fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&entry->mutex);
}

static void disconnect(wlm_poller_t *p, wlm_poller_entry_t *entry)
{
    (void)p;
    pthread_mutex_lock(&entry->mutex);
    if (entry->state == PARKED && entry->wait->client.events) {
        shutdown(entry->client_fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&entry->mutex);
}

void wlm_poller_disconnect(wlm_poller_t *p)
{
    each_entry(p, disconnect);
}

void wlm_poller_stop(wlm_poller_t *p)
{
    uint64_t one = 1;

    atomic_store(&p->stopped, 1);
    each_entry(p, disconnect_if_running);
    while (write(p->stop, &one, sizeof(one)) < 0 && errno == EINTR) {
    }
}

static apr_status_t destroy(void *data)
{
    wlm_poller_t *p = data;
    uint32_t b;

    wlm_edges_destroy(&p->edges);
    wlm_events_destroy(&p->events);
    close(p->timer);
    close(p->stop);
    for (b = 0; b < p->nblocks; ++b) {
        free(atomic_load(&p->blocks[b]));
    }
    free(p->heap);
    pthread_mutex_destroy(&p->mutex);
    return APR_SUCCESS;
}

apr_status_t wlm_poller_make(wlm_poller_t **ppoller, apr_pool_t *pool)
{
    wlm_poller_t *p = apr_pcalloc(pool, sizeof(*p));
    /* the timer wakes one thread each time that it comes, without being read */
    struct epoll_event timer = { .events = EPOLLIN | EPOLLET, .data.u64 = tag(0, OTHER, TIMER) };
    struct epoll_event stop = { .events = EPOLLIN, .data.u64 = tag(0, OTHER, STOP) };
    apr_status_t rv = wlm_events_init(&p->events, tag(0, OTHER, WAKE));

    wlm_edges_init(&p->edges, p->events.epoll);
    pthread_mutex_init(&p->mutex, NULL);
    p->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    p->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    apr_pool_cleanup_register(pool, p, destroy, apr_pool_cleanup_null);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (p->timer < 0 || p->stop < 0
        || epoll_ctl(p->events.epoll, EPOLL_CTL_ADD, p->timer, &timer) != 0
        || epoll_ctl(p->events.epoll, EPOLL_CTL_ADD, p->stop, &stop) != 0) {
        return APR_FROM_OS_ERROR(errno);
    }
    *ppoller = p;
    return APR_SUCCESS;
}

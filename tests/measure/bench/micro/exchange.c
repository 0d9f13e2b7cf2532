/* What the kernel alone takes for a small request and its response over a kept connection on loopback, as the
 * connections that take turns become more: the part of many members' price that no proxy can save. The system calls of
 * one exchange are those of mod_wlm: is the connection quiet, send, wait, receive. A process of its own answers. */
#include <poll.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/random.h"
#include "tests/measure/bench/micro/micro.h"

#define REQUEST   300          /* bytes, with the head that a browser's request has; the response of the case "small" */
#define RESPONSE  260
#define AT_ONCE   16               /* in flight: no process sleeps, as in a busy server */

typedef struct exchange_t {
    int n, next;
    int *sockets;
    pid_t answers;
} exchange_t;

static void send_at_once(int s)
{
    int on = 1;

    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* Until the other process ends */
static void answer(int listener, int n)
{
    struct epoll_event events[AT_ONCE];
    int set = epoll_create1(0), i, ready;
    char bytes[4096] = "";

    for (i = 0; i < n; ++i) {
        struct epoll_event wanted = { .events = EPOLLIN, .data.fd = accept(listener, NULL, NULL) };
        send_at_once(wanted.data.fd);
        epoll_ctl(set, EPOLL_CTL_ADD, wanted.data.fd, &wanted);
    }
    while ((ready = epoll_wait(set, events, AT_ONCE, -1)) > 0) {
        for (i = 0; i < ready; ++i) {
            if (recv(events[i].data.fd, bytes, sizeof(bytes), 0) <= 0
                || send(events[i].data.fd, bytes, RESPONSE, MSG_NOSIGNAL) < 0) {
                return;
            }
        }
    }
}

static void raise_limit(int n)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < (rlim_t)n + 64) {
        micro_fail("too few open files are allowed (ulimit -n) for the connections of \"exchange\"");
    }
}

static apr_status_t end(void *data)
{
    const exchange_t *exchange = data;
    int i;

    kill(exchange->answers, SIGKILL);
    waitpid(exchange->answers, NULL, 0);
    for (i = 0; i < exchange->n; ++i) {
        close(exchange->sockets[i]);
    }
    return APR_SUCCESS;
}

/* Not in the order in which they lie in memory */
static void shuffle(exchange_t *exchange)
{
    uint64_t random = 1;
    int i;

    for (i = exchange->n - 1; i > 0; --i) {
        int other = (int)(wlm_random_next(&random) % (uint64_t)(i + 1)), s = exchange->sockets[i];
        exchange->sockets[i] = exchange->sockets[other];
        exchange->sockets[other] = s;
    }
}

static void *make(int n, apr_pool_t *p)
{
    exchange_t *exchange = apr_pcalloc(p, sizeof(*exchange));
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0), i;

    raise_limit(n);
    if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, n) != 0
        || getsockname(listener, (struct sockaddr *)&address, &len) != 0) {
        micro_fail("no port to listen on");
    }
    exchange->answers = fork();
    if (exchange->answers < 0) {
        micro_fail("no process");
    }
    if (exchange->answers == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        micro_settle_down(1);
        answer(listener, n);
        _exit(0);
    }
    exchange->n = n;
    exchange->sockets = apr_palloc(p, sizeof(*exchange->sockets) * (apr_size_t)n);
    for (i = 0; i < n; ++i) {
        int s = exchange->sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(s, (struct sockaddr *)&address, len) != 0) {
            micro_fail("cannot connect");
        }
        send_at_once(s);
    }
    close(listener);
    shuffle(exchange);
    apr_pool_cleanup_register(p, exchange, end, apr_pool_cleanup_null);
    return exchange;
}

static void ask(int s)
{
    static const char request[REQUEST];
    char byte;

    if (recv(s, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || send(s, request, sizeof(request), MSG_NOSIGNAL) != REQUEST) {
        micro_fail("a connection of \"exchange\" has ended");
    }
}

static void wait_for_answer(int s)
{
    struct pollfd pollfd = { .fd = s, .events = POLLIN };
    char response[4096];

    if (poll(&pollfd, 1, -1) != 1 || recv(s, response, sizeof(response), 0) != RESPONSE) {
        micro_fail("an answer of \"exchange\" is not as it should be");
    }
}

static void call(void *thing, unsigned seed, long times)
{
    exchange_t *exchange = thing;
    int i, some;

    (void)seed;
    for (; times > 0; times -= some) {
        some = times < AT_ONCE ? (int)times : AT_ONCE;
        for (i = 0; i < some; ++i) {
            ask(exchange->sockets[(exchange->next + i) % exchange->n]);
        }
        for (i = 0; i < some; ++i) {
            wait_for_answer(exchange->sockets[(exchange->next + i) % exchange->n]);
        }
        exchange->next = (exchange->next + some) % exchange->n;
    }
}

static const int sizes[] = { 64, 1000, 4000, 0 };
const micro_t micro_exchange = {
    .name = "exchange", .grows = "connections", .sizes = sizes, .make = make, .call = call, .alone = 1
};

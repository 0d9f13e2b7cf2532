/* The scripted member and client of the tests of exchanges, and the driver of the steps. On the thread of the test. */
#include "exchange_unit.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "balance/options.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/exchange.h"
#include "exchange/response.h"
#include "net/conn_pool.h"
#include "route/binding_rule.h"

#define WAITS_SIZE 400
#define WAITING_MAX 300            /* bytes of its pool that an exchange has when it waits for the answer */
#define MSEC 1000
#define SEC  APR_USEC_PER_SEC

/* -- the clock ------------------------------------------------------------------------------------ */

static apr_time_t unit_time = SEC; /* since the machine's start */

/* in place of libc's: wlm_now() reads CLOCK_BOOTTIME, and nothing else does */
int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_BOOTTIME) {
        return (int)syscall(SYS_clock_gettime, clock, now);
    }
    *now = (struct timespec){ unit_time / SEC, unit_time % SEC * 1000 };
    return 0;
}

/* -- the world --------------------------------------------------------------------------------------- */

typedef struct unit_world_t {
    const exchange_case_t *c;
    wlm_exchange_t exchange;
    wlm_wait_t wait;
    wlm_client_body_t body;
    wlm_repeat_t repeat;
    wlm_member_t member;
    wlm_cluster_t cluster;
    wlm_options_t options;
    plugin_cfg_server_t server;
    plugin_cfg_transport_t transport_cfg;
    wlm_member_transport_t transport;
    apr_table_t *fields_in;
    int listener, at_member, client, at_client; /* sockets */
    wlm_address_t address;
    wlm_conn_t *bound;
    char got[70000];               /* by the member, and not wanted yet */
    apr_size_t got_len;
    char body_out[70000];          /* at the client, the beginning */
    apr_size_t body_len;
    int flushes, is_clogged, refuses, is_lost, given_up, second_tries, looked_up, closed_idle;
    char interim[200], piece[65536];
    char waits[WAITS_SIZE], last_wait[8];
    int nsame;
    char *pool_at;                 /* in exchange.pool, before the first step; NULL: its growth has been looked at */
    const char *script;
    int stops;                     /* at its end it goes on waiting */
    apr_size_t dripped;
} unit_world_t;

/* -- the client, as exchange/client.h has it ------------------------------------------------------------ */

static apr_status_t unit_find_address(wlm_address_t *address, char why[WLM_CONN_WHY_SIZE], wlm_member_t *member,
                                      const wlm_member_transport_t *transport, apr_time_t until, wlm_wait_t *wait)
{
    unit_world_t *w = (unit_world_t *)((char *)member - offsetof(unit_world_t, member));

    (void)transport;
    if (w->c->no_name == 1 && w->looked_up++ < 2) {
        wlm_wait_for(wait, -1, 0, until ? until - wlm_now() : 0);
        wlm_wait_wake(wait, wlm_now() + 5 * MSEC);
        return APR_EAGAIN;
    }
    if (w->c->no_name > 1) {
        apr_cpystrn(why, "no address", WLM_CONN_WHY_SIZE);
        return w->c->no_name == 2 ? APR_EGENERAL : w->c->no_name == 3 ? EMFILE
             : wlm_wait_for(wait, -1, 0, until - wlm_now());
    }
    *address = w->address;
    return APR_SUCCESS;
}

static unit_world_t *unit_current;

static int unit_close_idle(void)
{
    return unit_current->closed_idle++ == 0;
}

static wlm_conn_t *unit_acquire_bound(void *data, apr_time_t now, apr_interval_time_t idle_max)
{
    unit_world_t *w = data;
    wlm_conn_t *conn = w->bound;

    (void)now;
    (void)idle_max;
    w->bound = NULL;
    return conn;
}

static void unit_release_bound(void *data, wlm_conn_t *conn, apr_time_t now)
{
    unit_world_t *w = data;

    (void)now;
    wlm_conn_pool_leave(conn);
    w->bound = conn;
}

static void unit_log_second_try(void *data)
{
    unit_world_t *w = data;

    w->second_tries++;
}

static void unit_describe(void *data, wlm_http_request_t *request)
{
    unit_world_t *w = data;

    request->method = w->c->method ? w->c->method : "GET";
    request->target = "/x";
    request->fields = w->fields_in;
    wlm_http_request_set(request, "Host", apr_pstrdup(request->pool, "h"));
}

static wlm_client_body_result_t unit_read_body(void *data, const char **pdata, apr_size_t *plen, int *pstatus)
{
    unit_world_t *w = data;
    ssize_t n;

    if (w->body.complete) {
        return WLM_CLIENT_BODY_END;
    }
    n = recv(w->client, w->piece, sizeof(w->piece), MSG_DONTWAIT);
    if (n < 0) {
        return WLM_CLIENT_BODY_NONE_YET;
    }
    if (n == 0) {
        *pstatus = 400;
        return WLM_CLIENT_BODY_FAILED;
    }
    if (w->piece[n - 1] == '.') {
        w->body.complete = 1;
        n--;
    }
    w->body.total += n;
    w->body.complete |= w->body.length >= 0 && w->body.total >= w->body.length;
    *pdata = w->piece;
    *plen = (apr_size_t)n;
    return WLM_CLIENT_BODY_BYTES;
}

static int unit_refuse_body(void *data, wlm_client_body_fault_t fault, apr_status_t rv)
{
    (void)data;
    (void)rv;
    return fault == WLM_CLIENT_BODY_TIMED_OUT ? 408 : 500;
}

static int unit_refuse_length(void *data, apr_int64_t declared, apr_int64_t came)
{
    (void)data;
    ck_assert_int_ne(declared, came);
    return 500;
}

static void unit_await(void *data, wlm_wait_t *wait, short events)
{
    unit_world_t *w = data;

    wait->client = (struct pollfd){ w->client, events, 0 };
}

static void unit_give_up(void *data)
{
    unit_world_t *w = data;

    w->given_up++;
}

static void unit_send_interim(void *data)
{
    unit_world_t *w = data;
    apr_size_t len = strlen(w->interim);

    ck_assert_ptr_nonnull(w->exchange.fields);
    apr_snprintf(w->interim + len, sizeof(w->interim) - len, "%d ", w->exchange.head.status);
}

static void unit_take(unit_world_t *w, apr_bucket_brigade *bb)
{
    apr_bucket *b;
    const char *data;
    apr_size_t len, room, at;

    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b)) {
        w->flushes += APR_BUCKET_IS_FLUSH(b);
        if (!APR_BUCKET_IS_METADATA(b)) {
            ck_assert_int_eq(apr_bucket_read(b, &data, &len, APR_BLOCK_READ), APR_SUCCESS);
            at = w->body_len < sizeof(w->body_out) - 1 ? w->body_len : sizeof(w->body_out) - 1;
            room = sizeof(w->body_out) - 1 - at;
            memcpy(w->body_out + at, data, len < room ? len : room);
            w->body_len += len;
        }
    }
}

static apr_status_t unit_pass_on(void *data, apr_bucket_brigade *bb)
{
    unit_world_t *w = data;

    if (w->is_lost) {
        return APR_ECONNABORTED;
    }
    if (w->refuses) {
        return APR_EGENERAL;
    }
    unit_take(w, bb);
    return APR_SUCCESS;
}

static int unit_can(int fd, short events)
{
    struct pollfd pollfd = { fd, events, 0 };

    return poll(&pollfd, 1, 0) > 0;
}

static apr_status_t unit_write_on(void *data)
{
    unit_world_t *w = data;

    if (!w->is_clogged) {
        return APR_SUCCESS;
    }
    if (send(w->client, "", 0, MSG_NOSIGNAL) < 0 && errno == EPIPE) {
        return APR_ECONNABORTED;
    }
    if (unit_can(w->at_client, POLLHUP) && !unit_can(w->client, POLLOUT)) {
        return APR_ECONNABORTED;
    }
    w->is_clogged = !unit_can(w->client, POLLOUT);
    return w->is_clogged ? APR_EAGAIN : APR_SUCCESS;
}

static const wlm_exchange_client_t unit_client = {
    .find_address = unit_find_address,
    .close_idle = unit_close_idle,
    .acquire_bound = unit_acquire_bound,
    .release_bound = unit_release_bound,
    .log_second_try = unit_log_second_try,
    .describe = unit_describe,
    .read_body = unit_read_body,
    .refuse_body = unit_refuse_body,
    .refuse_length = unit_refuse_length,
    .await = unit_await,
    .give_up = unit_give_up,
    .send_interim = unit_send_interim,
    .pass_on = unit_pass_on,
    .write_on = unit_write_on,
};

/* -- making it ------------------------------------------------------------------------------------------- */

static void unit_listen(unit_world_t *w)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX }; /* a connection is there at once; a port of its own */
    socklen_t len = sizeof(sa_family_t);

    w->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(w->listener, (struct sockaddr *)&un, len), 0);
    ck_assert_int_eq(listen(w->listener, 4), 0);
    len = sizeof(un);
    ck_assert_int_eq(getsockname(w->listener, (struct sockaddr *)&un, &len), 0);
    memset(&w->address, 0, sizeof(w->address));
    w->address.n = 1;
    memcpy(&w->address.at[0].sa, &un, len);
    w->address.at[0].len = len;
}

static void unit_listen_tcp(unit_world_t *w)
{
    struct sockaddr_storage sa;
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(sa);
    int i, fd;

    w->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(w->listener, (struct sockaddr *)&in, sizeof(in)), 0);
    ck_assert_int_eq(getsockname(w->listener, (struct sockaddr *)&sa, &len), 0);
    if (w->c->tcp != 2) {
        ck_assert_int_eq(listen(w->listener, 0), 0);
    }
    for (i = 0; w->c->tcp == 3 && i < 4; ++i) { /* its queue is full: it answers nobody */
        fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connect(fd, (struct sockaddr *)&sa, len) == 0) {
            continue;
        }
    }
    w->address.n = 1;
    memcpy(&w->address.at[0].sa, &sa, len);
    w->address.at[0].len = len;
}

static wlm_conn_t *unit_kept(unit_world_t *w)
{
    wlm_conn_t *conn = calloc(1, sizeof(*conn));
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    conn->fd = fds[0];
    w->at_member = fds[1];
    return conn;
}

static wlm_client_body_block_t *unit_block(const char *text, apr_size_t len)
{
    wlm_client_body_block_t *block = apr_palloc(unit_pool, sizeof(*block) + len);

    *block = (wlm_client_body_block_t){ .len = len, .size = len };
    if (text) {
        memcpy(block->data, text, len);
    }
    else {
        memset(block->data, 'b', len);
    }
    return block;
}

static void unit_make_spool(unit_world_t *w)
{
    char *name = apr_pstrdup(unit_pool, "/tmp/wlm-unit.XXXXXX");

    ck_assert_int_eq(apr_file_mktemp(&w->body.spool, name, APR_FOPEN_CREATE | APR_FOPEN_READ | APR_FOPEN_WRITE,
                                     unit_pool), APR_SUCCESS);
    apr_file_remove(name, unit_pool);
    w->body.spooled = (apr_int64_t)strlen(w->c->spooled);
    if (strcmp(w->c->spooled, "!") != 0) { /* nothing is in it */
        apr_file_write_full(w->body.spool, w->c->spooled, (apr_size_t)w->body.spooled, NULL);
    }
}

static void unit_make_body(unit_world_t *w)
{
    const exchange_case_t *c = w->c;

    w->body.pool = unit_pool;
    w->body.trailers = c->trailers ? c->trailers : "";
    w->body.present = c->kept || c->spooled || c->large || c->streams;
    if (c->kept || c->large) {
        w->body.kept = w->body.last = unit_block(c->kept, c->large ? (apr_size_t)c->large : strlen(c->kept));
        w->body.kept_len = w->body.kept->len;
    }
    if (c->spooled) {
        unit_make_spool(w);
    }
    w->body.total = (apr_int64_t)w->body.kept_len + w->body.spooled;
    w->body.complete = !c->streams;
    w->body.length = c->length ? c->length : w->body.total;
}

static void unit_make_member(unit_world_t *w)
{
    const exchange_case_t *c = w->c;

    w->options = *wlm_options_for(NULL, "c", unit_pool);
    w->options.total_timeout = c->total * MSEC;
    if (c->busy_status) {
        w->options.busy_status.status[w->options.busy_status.n++] = c->busy_status;
    }
    if (c->owner_field) {
        apr_array_header_t *rules = apr_array_make(unit_pool, 1, sizeof(wlm_binding_rule_t));

        apr_array_push(rules);
        w->options.affinity = rules;
        w->options.owner_field = c->owner_field;
    }
    w->cluster.options = &w->options;
    w->server.name = "m";
    w->server.connect_timeout = c->connect_timeout < 0 ? 0 : c->connect_timeout ? c->connect_timeout : 5;
    w->server.server_io_timeout = c->marks_down ? -60 : 60;
    w->server.wait_for_continue = c->asks_continue;
    w->server.extended_handshake = c->extended_handshake;
    w->member.cfg = &w->server;
    w->member.cluster = &w->cluster;
    w->transport_cfg.connection_ttl = 28;
    w->transport.cfg = &w->transport_cfg;
    w->transport.host_port = "m:80";
}

static void unit_make_exchange(unit_world_t *w)
{
    wlm_exchange_t *exchange = &w->exchange;
    const exchange_case_t *c = w->c;

    apr_pool_create(&exchange->pool, unit_pool);
    w->pool_at = apr_palloc(exchange->pool, 1);
    exchange->ba = apr_bucket_alloc_create(unit_pool);
    exchange->client = &unit_client;
    exchange->client_data = w;
    exchange->wait = &w->wait;
    exchange->client_timeout = 30 * SEC;
    exchange->max_fields = c->max_fields;
    exchange->chunk = (apr_size_t)(c->chunk < 0 ? 0 : c->chunk ? c->chunk : 64) * 1024;
    exchange->body = &w->body;
    exchange->repeat = &w->repeat;
    exchange->logs_in = c->logs_in;
    exchange->finishes = c->finishes;
    exchange->upgrade = c->upgrade;
    exchange->trailers = apr_table_make(unit_pool, 2);
    exchange->member = &w->member;
    exchange->transport = &w->transport;
    exchange->connections = wlm_conn_pool_make(unit_pool);
    exchange->deadline = c->total ? wlm_now() + c->total * MSEC : 0;
    exchange->attempt.begun = wlm_now();
    w->repeat.policy = c->final_repeat ? WLM_RETRY_IDEMPOTENT : WLM_RETRY_ORIGINAL;
    w->repeat.body_kept = w->body.complete;
}

static unit_world_t *unit_make(const exchange_case_t *c)
{
    unit_world_t *w = unit_current = apr_pcalloc(unit_pool, sizeof(*w));
    int fds[2];

    w->c = c;
    w->script = c->script;
    w->at_member = -1;
    wlm_wait_init(&w->wait);
    w->fields_in = apr_table_make(unit_pool, 2);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    w->client = fds[0];
    w->at_client = fds[1];
    (c->tcp ? unit_listen_tcp : unit_listen)(w);
    unit_make_body(w);
    unit_make_member(w);
    unit_make_exchange(w);
    if (c->kept_conn == 1) {
        wlm_conn_t *conn = unit_kept(w);

        wlm_conn_pool_adopt(w->exchange.connections, conn, 0);
        wlm_conn_pool_release(w->exchange.connections, conn, wlm_now(), 0);
    }
    else if (c->kept_conn == 2) {
        w->bound = unit_kept(w);
        w->bound->is_bound = 1;
        wlm_conn_pool_adopt(w->exchange.connections, w->bound, 0);
    }
    wlm_exchange_begin(&w->exchange);
    return w;
}

/* -- playing the script -------------------------------------------------------------------------------- */

static void unit_read(unit_world_t *w, apr_size_t most)
{
    char rest[65536];
    apr_size_t room;
    ssize_t n = 1;

    while (n > 0 && most > 0) {
        n = recv(w->at_member, rest, most < sizeof(rest) ? most : sizeof(rest), MSG_DONTWAIT);
        room = sizeof(w->got) - 1 - w->got_len;
        if (n > 0) {
            memcpy(w->got + w->got_len, rest, (apr_size_t)n < room ? (apr_size_t)n : room);
            w->got_len += (apr_size_t)n < room ? (apr_size_t)n : room;
            most -= (apr_size_t)n;
        }
    }
}

static void unit_want(unit_world_t *w, const char *text)
{
    const char *at;

    unit_read(w, (apr_size_t)-1);
    w->got[w->got_len] = '\0';
    at = strstr(w->got, text);
    ck_assert_msg(at != NULL, "%s: the member wants \"%s\", got \"%s\"", w->c->name, text, w->got);
    w->got_len -= (apr_size_t)(at - w->got) + strlen(text);
    memmove(w->got, at + strlen(text), w->got_len);
}

static void unit_send(unit_world_t *w, int fd, const char *text, apr_size_t len)
{
    ck_assert_msg(send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len, "%s: cannot send", w->c->name);
}

static void unit_flood(unit_world_t *w, apr_size_t len)
{
    char *text = apr_palloc(unit_pool, len);

    memset(text, 'f', len);
    unit_send(w, w->at_member, text, len);
}

static void unit_close(int *fd)
{
    close(*fd);
    *fd = -1;
}

static void unit_accept(unit_world_t *w)
{
    if (w->at_member >= 0) {
        close(w->at_member);
    }
    w->at_member = accept(w->listener, NULL, NULL);
    w->got_len = 0;
    ck_assert_int_ge(w->at_member, 0);
}

static void unit_clog(unit_world_t *w)
{
    char block[4096] = "";

    while (send(w->client, block, sizeof(block), MSG_DONTWAIT) > 0) {
    }
    w->is_clogged = 1;
}

static void unit_reset(unit_world_t *w)
{
    char byte;

    if (w->c->tcp) {
        setsockopt(w->at_member, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
    }
    else {
        ck_assert_int_eq(recv(w->at_member, &byte, 1, MSG_PEEK | MSG_DONTWAIT), 1); /* it is not read */
    }
    unit_close(&w->at_member);
}

/* Actions. @param text  what follows the action's name. @return 1: the action goes on at the next wait */

static int unit_do_accept(unit_world_t *w, const char *text)
{
    (void)text;
    unit_accept(w);
    return 0;
}

static int unit_do_nothing(unit_world_t *w, const char *text)
{
    (void)w;
    (void)text;
    return 0;
}

static int unit_do_want(unit_world_t *w, const char *text)
{
    unit_want(w, text);
    return 0;
}

static int unit_do_send(unit_world_t *w, const char *text)
{
    unit_send(w, w->at_member, text, strlen(text));
    return 0;
}

static int unit_do_drip(unit_world_t *w, const char *text)
{
    unit_send(w, w->at_member, text + w->dripped, 1);
    w->dripped = text[w->dripped + 1] ? w->dripped + 1 : 0;
    return w->dripped > 0;
}

static int unit_do_flood(unit_world_t *w, const char *text)
{
    unit_flood(w, (apr_size_t)atoi(text));
    return 0;
}

static int unit_do_close(unit_world_t *w, const char *text)
{
    (void)text;
    unit_read(w, (apr_size_t)-1);
    unit_close(&w->at_member);
    return 0;
}

static int unit_do_reset(unit_world_t *w, const char *text)
{
    (void)text;
    unit_reset(w);
    return 0;
}

static int unit_do_drain(unit_world_t *w, const char *text)
{
    (void)text;
    w->got_len = 0;
    unit_read(w, (apr_size_t)-1);
    return 1;
}

static int unit_do_drink(unit_world_t *w, const char *text)
{
    w->got_len = 0;
    unit_read(w, (apr_size_t)atoi(text));
    return 0;
}

static int unit_do_body(unit_world_t *w, const char *text)
{
    unit_send(w, w->at_client, text, strlen(text));
    return 0;
}

static int unit_do_leave(unit_world_t *w, const char *text)
{
    (void)text;
    unit_close(&w->at_client);
    return 0;
}

static int unit_do_clog(unit_world_t *w, const char *text)
{
    (void)text;
    unit_clog(w);
    return 0;
}

static int unit_do_take(unit_world_t *w, const char *text)
{
    char block[65536];

    (void)text;
    while (recv(w->at_client, block, sizeof(block), MSG_DONTWAIT) > 0) {
    }
    return 0;
}

static int unit_do_refuse(unit_world_t *w, const char *text)
{
    (void)text;
    w->refuses = 1;
    return 0;
}

static int unit_do_lost(unit_world_t *w, const char *text)
{
    (void)text;
    w->is_lost = 1;
    return 0;
}

static int unit_do_time(unit_world_t *w, const char *text)
{
    (void)w;
    unit_time += atoi(text) * MSEC;
    return 0;
}

static int unit_do_due(unit_world_t *w, const char *text)
{
    (void)text;
    ck_assert_msg(wlm_wait_due(&w->wait) > 0, "%s: it waits without a limit", w->c->name);
    unit_time += wlm_wait_due(&w->wait) - wlm_now();
    return 0;
}

typedef struct unit_action_t {
    const char *name;
    int (*act)(unit_world_t *w, const char *text);
    int prepares;                  /* only makes ready for the next action: it ends no wait */
} unit_action_t;

static const unit_action_t unit_actions[] = {
    { "accept", unit_do_accept, 1 }, { "connects", unit_do_nothing, 0 }, { "want:", unit_do_want, 1 },
    { "send:", unit_do_send, 0 }, { "drip:", unit_do_drip, 0 }, { "flood:", unit_do_flood, 0 },
    { "close", unit_do_close, 0 }, { "reset", unit_do_reset, 0 }, { "drain", unit_do_drain, 0 },
    { "drink:", unit_do_drink, 0 }, { "body:", unit_do_body, 0 }, { "leave", unit_do_leave, 0 },
    { "clog", unit_do_clog, 1 }, { "take", unit_do_take, 0 }, { "refuse", unit_do_refuse, 1 },
    { "lost", unit_do_lost, 1 }, { "time:", unit_do_time, 0 }, { "due", unit_do_due, 0 },
};

static const unit_action_t *unit_find_action(const unit_world_t *w, const char *text)
{
    size_t i;

    for (i = 0; i < sizeof(unit_actions) / sizeof(*unit_actions); ++i) {
        if (strncmp(text, unit_actions[i].name, strlen(unit_actions[i].name)) == 0) {
            return &unit_actions[i];
        }
    }
    ck_abort_msg("%s: what is \"%s\"?", w->c->name, text);
    return NULL;
}

/* -- driving the steps -------------------------------------------------------------------------------- */

static void unit_end_note(unit_world_t *w)
{
    apr_size_t len = strlen(w->waits);

    if (w->nsame) {
        apr_snprintf(w->waits + len, sizeof(w->waits) - len, "%s%s%s", len ? " " : "",
                     w->nsame > 1 ? apr_itoa(unit_pool, w->nsame) : "", w->last_wait);
    }
}

static void unit_note_wait(unit_world_t *w)
{
    short member = w->wait.member.events, client = w->wait.client.events;
    char now[8];

    apr_snprintf(now, sizeof(now), "%s%s%s%s%s%s", member & POLLIN ? "r" : "", member & POLLOUT ? "w" : "",
                 client & POLLIN ? "i" : "", client & POLLOUT ? "o" : "", client & POLLRDHUP ? "l" : "",
                 !member && !client ? "t" : "");
    if (w->nsame && strcmp(now, w->last_wait) != 0) {
        unit_end_note(w);
        w->nsame = 0;
    }
    apr_cpystrn(w->last_wait, now, sizeof(w->last_wait));
    w->nsame++;
}

/* What is needed only for opening and sending is not kept by a request that waits for its member's answer, for minutes
 * perhaps, as many do */
static void unit_check_memory(unit_world_t *w)
{
    wlm_exchange_t *exchange = &w->exchange;

    ck_assert_msg(!exchange->conn || !exchange->opening, "%s: keeps what it opened its connection with", w->c->name);
    if (w->pool_at && exchange->stage == WLM_EXCHANGE_HEADS && !w->c->extended_handshake) {
        char *at = apr_palloc(exchange->pool, 1);

        ck_assert_msg(at > w->pool_at && at - w->pool_at <= WAITING_MAX, "%s: its pool has %ld bytes more", w->c->name,
                      (long)(at - w->pool_at));
        w->pool_at = NULL;
    }
}

/* Has something come of what the step waits for? As the drivers, which know nothing else.
 * @param is_to_come  TCP needs a moment, also on one machine: it is given one */
static int unit_has_come(unit_world_t *w, int is_to_come)
{
    struct pollfd fds[] = { w->wait.member, w->wait.client };
    apr_time_t due = wlm_wait_due(&w->wait);
    int i, n, is_due = due && due <= wlm_now();

    for (i = 0; i < 2; ++i) {
        fds[i].fd = fds[i].events ? fds[i].fd : -1;
        fds[i].revents = 0;
    }
    n = poll(fds, 2, !w->c->tcp || is_due ? 0 : is_to_come ? 5000 : 20);
    w->wait.member.revents = fds[0].revents;
    w->wait.client.revents = fds[1].revents;
    return n > 0 || is_due;
}

static void unit_wait(unit_world_t *w)
{
    int is_idle = 1, goes_on;

    unit_note_wait(w);
    unit_check_memory(w);
    while (is_idle) {
        const unit_action_t *action;
        const char *end = strchr(w->script, '|');
        char *text = end ? apr_pstrmemdup(unit_pool, w->script, (apr_size_t)(end - w->script))
                         : apr_pstrdup(unit_pool, w->script);

        if (!*text && w->stops) {
            return;
        }
        ck_assert_msg(*text, "%s: it still waits at the script's end, \"%s\" and for \"%s\"", w->c->name, w->waits,
                      w->last_wait);
        is_idle = *text == '-';
        action = unit_find_action(w, text + is_idle);
        goes_on = action->act(w, text + is_idle + strlen(action->name));
        w->script = goes_on ? w->script : end ? end + 1 : "";
        is_idle = is_idle || action->prepares;
        ck_assert_msg(unit_has_come(w, !is_idle) == !is_idle, "%s: \"%s\" does%s end the wait for \"%s\" (%s)",
                      w->c->name, text, is_idle ? "" : " not", w->last_wait, w->waits);
    }
}

/* Behind the attempt's last step, up to the response's end */
static void unit_run_response(unit_world_t *w, wlm_step_t step)
{
    wlm_exchange_t *exchange = &w->exchange;

    ck_assert_int_eq(step != WLM_STEP_DONE ? 0 : exchange->attempt.outcome == WLM_BUSY ? 1
                     : exchange->attempt.outcome == WLM_MISDIRECTED ? 2 : 0, w->c->busy);
    if (step == WLM_STEP_DONE && !exchange->upgraded) {
        if (strncmp(w->script, "clog", 4) == 0) { /* before the response */
            unit_clog(w);
            w->script = strchr(w->script, '|') + 1;
        }
        wlm_response_begin(exchange);
        while (wlm_response_step(exchange) == WLM_STEP_WAITS) {
            unit_wait(w);
        }
        unit_take(w, exchange->bb);
    }
    unit_end_note(w);
}

static void unit_run(unit_world_t *w)
{
    wlm_step_t step;

    while ((step = wlm_exchange_step(&w->exchange)) == WLM_STEP_WAITS) {
        unit_wait(w);
    }
    unit_run_response(w, step);
}

/* -- what came of it ------------------------------------------------------------------------------------ */

#define UNIT_EQ(w, what, a, b) \
    ck_assert_msg((a) == (b), "%s: %s is %ld, not %ld", (w)->c->name, what, (long)(a), (long)(b))

static void unit_check_text(unit_world_t *w, const char *what, const char *is, const char *wanted)
{
    ck_assert_msg(!wanted || strcmp(is, wanted) == 0, "%s: %s is \"%.400s\", not \"%.400s\"", w->c->name, what, is,
                  wanted);
}

static int unit_add_field(void *data, const char *name, const char *value)
{
    char **ptext = data;

    *ptext = apr_pstrcat(unit_pool, *ptext, name, ": ", value, " ", NULL);
    return 1;
}

static void unit_check_end(unit_world_t *w)
{
    wlm_exchange_t *exchange = &w->exchange;
    const exchange_case_t *c = w->c;
    int is_kept = wlm_conn_pool_count(exchange->connections) ? 1 : w->bound ? 2 : 0;

    UNIT_EQ(w, "reuse", is_kept, c->reuse);
    ck_assert_msg(c->upgraded == (exchange->conn != NULL), "%s: it still has a connection", c->name);
    ck_assert_msg(!exchange->opening, "%s: it still opens one", c->name);
    ck_assert_msg(w->wait.member.events == 0 && w->wait.client.events == 0 && !wlm_wait_due(&w->wait),
                  "%s: it still waits", c->name);
    ck_assert_msg(*w->script == '\0' || strcmp(w->script, "drain") == 0, "%s: not played: %s", c->name, w->script);
}

static void unit_check(unit_world_t *w)
{
    const wlm_attempt_t *attempt = &w->exchange.attempt;
    const exchange_case_t *c = w->c;
    char *fields = apr_pstrdup(unit_pool, "");

    ck_assert_msg(attempt->outcome == c->outcome, "%s: %s (%s), not %s; %s", c->name,
                  wlm_outcome_name(attempt->outcome), attempt->cause, wlm_outcome_name(c->outcome), w->waits);
    ck_assert_msg(!c->cause || strncmp(attempt->cause, c->cause, strlen(c->cause)) == 0, "%s: \"%s\"", c->name,
                  attempt->cause);
    unit_check_text(w, "what it waited for", w->waits, c->waits);
    w->body_out[w->body_len < sizeof(w->body_out) ? w->body_len : sizeof(w->body_out) - 1] = '\0';
    unit_check_text(w, "the body", w->body_out, c->body_len ? NULL : c->body ? c->body : "");
    if (c->body_len) {
        UNIT_EQ(w, "the body's length", w->body_len, c->body_len);
    }
    unit_check_text(w, "interim", w->interim, c->interim ? c->interim : "");
    if (c->status) {
        UNIT_EQ(w, "status", attempt->outcome == WLM_CLIENT_GONE && !c->passed_on && !w->refuses && !w->is_lost
                ? w->exchange.client_status : w->exchange.head.status, c->status);
    }
    if (c->fields) {
        apr_table_do(unit_add_field, &fields, w->exchange.fields, NULL);
        unit_check_text(w, "fields", fields, c->fields);
    }
    ck_assert_pstr_eq(w->exchange.owner, c->owner);
    if (c->trailers_out) {
        fields = apr_pstrdup(unit_pool, "");
        apr_table_do(unit_add_field, &fields, w->exchange.trailers, NULL);
        unit_check_text(w, "trailers", fields, c->trailers_out);
    }
    UNIT_EQ(w, "sent", attempt->sent, c->sent);
    UNIT_EQ(w, "timed_out", attempt->timed_out, c->timed_out);
    UNIT_EQ(w, "upgraded", w->exchange.upgraded, c->upgraded);
    UNIT_EQ(w, "left", w->exchange.client_left, c->left);
    UNIT_EQ(w, "passed on", attempt->response_passed_on, c->passed_on);
    UNIT_EQ(w, "next", wlm_outcome_next(attempt, &w->repeat), c->next);
    unit_check_end(w);
}

static void unit_end(unit_world_t *w)
{
    wlm_exchange_discard(&w->exchange);
    if (w->bound) {
        wlm_conn_close(w->bound);
    }
    close(w->listener);
    close(w->client);
    if (w->at_client >= 0) {
        close(w->at_client);
    }
    if (w->at_member >= 0) {
        close(w->at_member);
    }
}

void exchange_unit_run(const exchange_case_t *c)
{
    unit_world_t *w = unit_make(c);

    unit_run(w);
    unit_check(w);
    unit_end(w);
}

/* -- two attempts for one client, as httpd/request/hedging.c has them --------------------------------------- */

static void unit_share_client(unit_world_t *one, unit_world_t *other)
{
    close(other->client);
    close(other->at_client);
    other->client = one->client;
    other->at_client = one->at_client;
}

/* One of two waits is over. Both are waited for in one poll(), and what has come is divided */
static void unit_wait_for_both(unit_world_t *still, unit_world_t *w)
{
    wlm_wait_t both;
    struct pollfd fds[2];

    wlm_wait_init(&both);
    wlm_wait_both(&both, &still->wait, &w->wait);
    unit_wait(w);
    fds[0] = both.member;
    fds[1] = both.second;
    ck_assert_msg(poll(fds, 2, w->c->tcp ? 5000 : 0) > 0, "%s: its event is not waited for", w->c->name);
    both.member.revents = fds[0].revents;
    both.second.revents = fds[1].revents;
    both.client.revents = 0;
    wlm_wait_divide(&still->wait, &w->wait, &both);
}

static void unit_check_discarded(unit_world_t *w)
{
    const wlm_exchange_t *exchange = &w->exchange;
    char rest[65536];

    ck_assert_msg(!exchange->conn && !exchange->opening, "%s: it has a connection", w->c->name);
    ck_assert_msg(!wlm_conn_pool_count(exchange->connections), "%s: its connection is kept", w->c->name);
    ck_assert_msg(!w->wait.member.events && !w->wait.client.events && !wlm_wait_due(&w->wait), "%s: it waits",
                  w->c->name);
    while (w->at_member >= 0 && recv(w->at_member, rest, sizeof(rest), MSG_DONTWAIT) > 0) {
    }
    ck_assert_msg(w->at_member < 0 || recv(w->at_member, rest, 1, MSG_DONTWAIT) == 0, "%s: its member sees no end",
                  w->c->name);
}

void exchange_unit_race(const exchange_case_t *loser, const exchange_case_t *winner)
{
    unit_world_t *still = unit_make(loser), *w = unit_make(winner);
    wlm_step_t step;

    unit_share_client(still, w);
    still->stops = 1;
    while ((step = wlm_exchange_step(&still->exchange)) == WLM_STEP_WAITS && *still->script) {
        unit_wait(still);
    }
    ck_assert_msg(step == WLM_STEP_WAITS, "%s: it does not wait", loser->name);
    while ((step = wlm_exchange_step(&w->exchange)) == WLM_STEP_WAITS) {
        unit_wait_for_both(still, w);
        ck_assert_msg(wlm_exchange_step(&still->exchange) == WLM_STEP_WAITS, "%s: it goes on for nothing", loser->name);
    }
    wlm_exchange_discard(&still->exchange);
    unit_check_discarded(still);
    unit_run_response(w, step);
    unit_check(w);
    still->client = still->at_client = -1; /* the other one's, too */
    unit_end(w);
    unit_end(still);
}

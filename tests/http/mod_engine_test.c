/* For tests: the engine (mod_wlm/httpd/engine/) with tasks that a request's query describes, in place of mod_wlm. Built
 * from the engine's object files.
 *
 *   SetHandler engine-test
 *   ?ms=3000        waits that long; ?times=5: in so many steps
 *   ?bytes=100000   the response's length; ?flush=1: a FLUSH behind each piece; ?greedy=1: all in one step
 *   ?status=503     what the handler returns at the end
 *   ?pair=1         waits for a socket that gets a byte after ms, in place of a time
 *   ?peer=1         ends when the client has gone
 *   ?hold=1         the MPM's thread that suspends it is held up behind the hooks of suspend_connection until the
 *                   connection has ended; its memory must be there all the same, since the MPM still writes into it;
 *                   what is left of it is logged when it is freed
 *
 *   SetHandler engine-block
 *   ?ms=3000        a handler like any other: holds its thread that long; ?spin=1: and a processor
 *
 *   SetHandler engine-foreign
 *   one of a module that suspends requests itself: it goes on as soon as suspend_connection has told it that it may,
 *   and closes the connection
 *
 * EngineTestClog On       each connection has a filter that sets clogging_input_filters; with the field "Clog: 1" of a
 *                         request, its connection has it from then on
 *
 * Requests that run on a connection that is suspended as far as modules know are logged ("out of turn").
 */
#include <httpd.h>
#include <http_config.h>
#include <http_connection.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <apr_strings.h>
#include <mpm_common.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <util_filter.h>
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/engine/engine.h"
#include "httpd/engine/output.h"
#include "httpd/engine/task.h"
#include "shared/records.h"

#define PIECE 32768

typedef struct script_t {
    wlm_task_t task;
    apr_bucket_brigade *bb;
    apr_time_t next;
    apr_interval_time_t interval;
    int times, flush, greedy, peer;
    int pair[2];
    apr_off_t left;                /* bytes of the response */
    int began;
} script_t;

/* -- what the engine asks the module for ------------------------------------------------------------- */

static wlm_global_conf_t conf;

wlm_global_conf_t *wlm_config_global(void)
{
    return &conf;
}

/* -- a filter that wants a thread for its connection -------------------------------- */

static int clogs;
static ap_filter_rec_t *clog_handle;

static void want_thread(conn_rec *c)
{
    c->clogging_input_filters = 1;
    ap_add_input_filter_handle(clog_handle, NULL, NULL, c);
}

static apr_status_t read_clogging(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode, apr_read_type_e block,
                                  apr_off_t bytes)
{
    return ap_get_brigade(f->next, bb, mode, block, bytes);
}

static int on_connection(conn_rec *c, void *socket)
{
    (void)socket;
    if (clogs) {
        want_thread(c);
    }
    return OK;
}

/* -- suspended or not, as other modules are told -------------------------------- */

#define SUSPENDED_NOTE "engine-test-suspended"
#define FOREIGN_NOTE   "engine-test-foreign"
#define HELD_NOTE      "engine-test-held"

static void expect_suspended(const conn_rec *c, int expected, const char *what)
{
    if (!c->master && (apr_table_get(c->notes, SUSPENDED_NOTE) != NULL) != expected) {
        ap_log_cerror(APLOG_MARK, APLOG_NOTICE, 0, c, "engine-test: out of turn: %s", what);
    }
}

/* On a thread of its own: a timed callback of the MPM may be late, its listener does not wake up for it */
static void *end_foreign(void *data)
{
    request_rec *r = data;
    conn_rec *c = r->connection;

    usleep(50000); /* the caller of suspend_connection still writes into c */
    ap_set_content_type(r, "text/plain");
    ap_set_content_length(r, 5);
    c->keepalive = AP_CONN_CLOSE;
    ap_rputs("told\n", r);
    ap_rflush(r);
    ap_finalize_request_protocol(r);
    ap_process_request_after_handler(r);
    c->cs->state = CONN_STATE_SUSPENDED; /* as the MPM has counted it */
    apr_pool_destroy(c->pool);
    return NULL;
}

/* -- a thread that is held up behind the hooks of suspend_connection ------------------------------------------ */

typedef struct hold_t {
    apr_pool_t *pool;              /* of the connection */
    _Atomic int has_ended;
} hold_t;

static _Thread_local hold_t *hold; /* by the next call of hold_up(); NULL: not */
static _Thread_local apr_pool_t *was_held; /* the pool of the connection with which this thread was held up last */
static apr_pool_t *_Atomic is_left; /* the same, of any thread; NULL: it was freed */

/* The engine's objects call these by the name of APR's (the linker's --wrap) */
void __real_apr_pool_destroy(apr_pool_t *pool);
void __wrap_apr_pool_destroy(apr_pool_t *pool);

void __wrap_apr_pool_destroy(apr_pool_t *pool)
{
    apr_pool_t *left = pool;

    if (atomic_compare_exchange_strong(&is_left, &left, NULL)) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf, "engine-test: freed %s",
                     was_held == pool ? "by the thread that was held up" : "by another thread");
    }
    __real_apr_pool_destroy(pool);
}

static apr_status_t end_hold(void *data)
{
    atomic_store(&((hold_t *)data)->has_ended, 1);
    return APR_SUCCESS;
}

/* Behind the engine's own hook: from here on the request, and the connection, may end at any time */
static void hold_up(conn_rec *c, request_rec *r)
{
    hold_t *mine = hold;
    apr_time_t until = wlm_now() + apr_time_from_sec(10);

    (void)r;
    hold = NULL;
    if (mine) {
        was_held = mine->pool;
        while (!atomic_load(&mine->has_ended) && wlm_now() < until) {
            usleep(1000);
        }
        usleep(20000); /* the rest of the pool's end follows */
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf, "engine-test: held up, %s",
                     !atomic_load(&mine->has_ended) ? "in vain" : c->pool == mine->pool ? "well" : "and lost");
    }
}

static void begin_hold(const conn_rec *c)
{
    hold = calloc(1, sizeof(*hold)); /* for good: two threads have it */
    hold->pool = c->pool;
    atomic_store(&is_left, c->pool);
    apr_pool_cleanup_register(c->pool, hold, end_hold, apr_pool_cleanup_null);
}

static void on_suspend(conn_rec *c, request_rec *r)
{
    pthread_t thread;

    if (r && r->args && strstr(r->args, "hold=1") && !apr_table_get(c->notes, HELD_NOTE)) {
        apr_table_setn(c->notes, HELD_NOTE, "1");
        begin_hold(c);
    }
    expect_suspended(c, 0, "suspend_connection");
    if (c->clogging_input_filters && c->cs->state == CONN_STATE_SUSPENDED) {
        ap_log_cerror(APLOG_MARK, APLOG_NOTICE, 0, c, "engine-test: out of turn: a request that has a thread");
    }
    apr_table_setn(c->notes, SUSPENDED_NOTE, "1");
    if (r && apr_table_get(r->notes, FOREIGN_NOTE)) {
        pthread_create(&thread, NULL, end_foreign, r);
        pthread_detach(thread);
    }
}

static void on_resume(conn_rec *c, request_rec *r)
{
    (void)r;
    expect_suspended(c, 1, "resume_connection");
    apr_table_unset(c->notes, SUSPENDED_NOTE);
}

static int on_request(request_rec *r)
{
    expect_suspended(r->connection, 0, "a request");
    if (apr_table_get(r->headers_in, "Clog")) {
        want_thread(r->connection);
    }
    return DECLINED;
}

static int suspend(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, "engine-foreign") != 0) {
        return DECLINED;
    }
    apr_table_setn(r->notes, FOREIGN_NOTE, "1");
    return SUSPENDED;
}

/* -- tasks ------------------------------------------------------------- */

/* @return 1: it waits */
static int wait_for_time(script_t *script)
{
    char byte;

    while (script->times && (script->pair[0] >= 0 ? read(script->pair[0], &byte, 1) == 1
                                                  : wlm_now() >= script->next)) {
        script->times--;
        script->next += script->interval;
    }
    if (!script->times) {
        return 0;
    }
    wlm_wait_init(&script->task.wait);
    script->task.wait.wake = script->pair[0] < 0 ? script->next : 0;
    script->task.wait.member = (struct pollfd){ script->pair[0], POLLIN, 0 };
    if (script->peer) {
        script->task.wait.client = (struct pollfd){ 0, POLLRDHUP, 0 };
    }
    return 1;
}

/* @return 1: it waits for the client */
static int send_more(script_t *script)
{
    request_rec *r = script->task.r;
    conn_rec *c = r->connection;
    static const char zeros[PIECE];
    apr_size_t n;

    while (script->left > 0) {
        if (!script->greedy && c->data_in_output_filters) {
            wlm_output_write(c);
            if (c->data_in_output_filters && !c->aborted) {
                wlm_wait_init(&script->task.wait);
                script->task.wait.client = (struct pollfd){ 0, POLLOUT, 0 };
                script->task.wait.until = wlm_now() + r->server->timeout;
                return 1;
            }
        }
        n = script->left < PIECE ? (apr_size_t)script->left : PIECE;
        APR_BRIGADE_INSERT_TAIL(script->bb, apr_bucket_immortal_create(zeros, n, c->bucket_alloc));
        if (script->flush) {
            APR_BRIGADE_INSERT_TAIL(script->bb, apr_bucket_flush_create(c->bucket_alloc));
        }
        script->left -= (apr_off_t)n;
        if (ap_pass_brigade(r->output_filters, script->bb) != APR_SUCCESS) {
            script->task.status = AP_FILTER_ERROR;
            return 0;
        }
        apr_brigade_cleanup(script->bb);
    }
    return 0;
}

static apr_status_t go_on(wlm_task_t *task)
{
    script_t *script = (script_t *)task;

    if (script->times && script->began++ && script->peer && (task->wait.client.revents & (POLLRDHUP | POLLHUP))) {
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, task->r, "engine-test: the client has gone");
        task->r->connection->aborted = 1;
        task->status = DONE;
        return APR_SUCCESS;
    }
    if (wait_for_time(script)) {
        return APR_EAGAIN;
    }
    if (script->left && script->task.wait.until && wlm_now() >= script->task.wait.until) {
        task->status = AP_FILTER_ERROR;
        task->r->connection->keepalive = AP_CONN_CLOSE;
        return APR_SUCCESS;
    }
    return send_more(script) ? APR_EAGAIN : APR_SUCCESS;
}

static apr_status_t step(wlm_task_t *task)
{
    apr_time_t begun = wlm_now();
    apr_status_t rv = go_on(task);

    expect_suspended(task->r->connection, 0, "a step");
    if (wlm_now() - begun > apr_time_from_sec(1)) {
        ap_log_rerror(APLOG_MARK, APLOG_NOTICE, 0, task->r, "engine-test: a step has waited");
    }
    return rv;
}

static apr_off_t number(const request_rec *r, const char *name)
{
    char *last, *args = apr_pstrdup(r->pool, r->args ? r->args : "");
    const char *arg;
    apr_size_t len = strlen(name);

    for (arg = apr_strtok(args, "&", &last); arg; arg = apr_strtok(NULL, "&", &last)) {
        if (strncmp(arg, name, len) == 0 && arg[len] == '=') {
            return atoll(arg + len + 1);
        }
    }
    return 0;
}

typedef struct sender_t {
    int fd, times;
    apr_interval_time_t interval;
} sender_t;

static void *send_bytes(void *data)
{
    sender_t *sender = data;

    while (sender->times-- > 0) {
        usleep((useconds_t)sender->interval);
        if (write(sender->fd, "x", 1) != 1) {
            break;
        }
    }
    close(sender->fd);
    free(sender);
    return NULL;
}

static apr_status_t close_pair(void *data)
{
    close(((script_t *)data)->pair[0]);
    return APR_SUCCESS;
}

static void open_pair(script_t *script)
{
    sender_t *sender = malloc(sizeof(*sender));
    pthread_t thread;

    if (sender && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, script->pair) == 0) {
        apr_pool_cleanup_register(script->task.r->pool, script, close_pair, apr_pool_cleanup_null);
        *sender = (sender_t){ script->pair[1], script->times, script->interval };
        pthread_create(&thread, NULL, send_bytes, sender);
        pthread_detach(thread);
    }
}

static int handler(request_rec *r)
{
    script_t *script;

    if (!r->handler || strcmp(r->handler, "engine-test") != 0) {
        return DECLINED;
    }
    ap_discard_request_body(r);
    script = apr_pcalloc(r->pool, sizeof(*script));
    script->task.r = r;
    script->task.step = step;
    script->task.status = (int)number(r, "status");
    script->pair[0] = -1;
    script->times = number(r, "ms") ? number(r, "times") ? (int)number(r, "times") : 1 : 0;
    script->interval = script->times ? apr_time_from_msec(number(r, "ms")) / script->times : 0;
    script->next = wlm_now() + script->interval;
    script->left = script->task.status ? 0 : number(r, "bytes");
    script->flush = number(r, "flush") != 0;
    script->greedy = number(r, "greedy") != 0;
    script->peer = number(r, "peer") != 0;
    script->bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    ap_set_content_type(r, "text/plain");
    ap_set_content_length(r, script->left);
    if (number(r, "pair")) {
        open_pair(script);
    }
    return wlm_task_serve(&script->task);
}

static int block(request_rec *r)
{
    apr_time_t end = wlm_now() + apr_time_from_msec(number(r, "ms"));

    if (!r->handler || strcmp(r->handler, "engine-block") != 0) {
        return DECLINED;
    }
    if (number(r, "spin")) {
        while (wlm_now() < end) {
        }
    }
    else {
        apr_sleep(end - wlm_now());
    }
    ap_set_content_type(r, "text/plain");
    ap_rputs("blocked\n", r);
    return OK;
}

/* -- the module ------------------------------------------------------------- */

static const char *set_engine(cmd_parms *cmd, void *dir, int on)
{
    (void)dir;
    conf.engine = on;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

static const char *set_clog(cmd_parms *cmd, void *dir, int on)
{
    (void)cmd;
    (void)dir;
    clogs = on;
    return NULL;
}

static const char *set_enable(cmd_parms *cmd, void *dir, int on)
{
    (void)cmd;
    (void)dir;
    (void)on;
    return NULL;
}

static const command_rec commands[] = {
    AP_INIT_FLAG("WLMEngine", set_engine, NULL, RSRC_CONF, "as mod_wlm's"),
    AP_INIT_FLAG("EngineTestClog", set_clog, NULL, RSRC_CONF, "see above"),
    AP_INIT_FLAG("WLMEnable", set_enable, NULL, RSRC_CONF | ACCESS_CONF, "nothing"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

static int must_check(void)
{
    return 0;
}

static void child_init(apr_pool_t *pchild, server_rec *s)
{
    static _Atomic uint32_t load[WLM_LOADS];

    wlm_engine_child_init(pchild, s, must_check, load);
}

static int post_config(apr_pool_t *p, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)p;
    (void)plog;
    wlm_engine_log(s, ptemp);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    wlm_engine_register();
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(block, NULL, NULL, APR_HOOK_FIRST);
    clog_handle = ap_register_input_filter("ENGINE_TEST_CLOG", read_clogging, NULL, AP_FTYPE_CONNECTION);
    ap_hook_pre_connection(on_connection, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_handler(suspend, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_suspend_connection(on_suspend, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_suspend_connection(hold_up, NULL, NULL, APR_HOOK_REALLY_LAST + 1);
    ap_hook_resume_connection(on_resume, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_read_request(on_request, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA wlm_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, commands, register_hooks, AP_MODULE_FLAG_NONE
};

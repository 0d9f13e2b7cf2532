/* Asks for the names of WLMMembers when their time has come, and has the files loaded with the members that there are
 * then. A name that fails keeps its members. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "base/count.h"
#include "base/hash.h"
#include "dns/ask.h"
#include "dns/members.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/dns_members.h"
#include "httpd/runtime/given.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "net/blocking.h"

#define LOOK_INTERVAL  apr_time_from_msec(200)
#define SHORTEST       apr_time_from_sec(1)  /* between two questions, however short the TTL */
#define RETRY_INTERVAL apr_time_from_sec(5)  /* after one without an answer */
#define REFUSED_FOR    apr_time_from_sec(60) /* the same members are not tried again */
#define NAMES_MOST     10                    /* in a line of the log */

/* A question, and what has come of it */
typedef struct question_t {
    char *name;
    int is_srv;
    wlm_dns_answer_t answer;
} question_t;

static void ask(void *data)
{
    question_t *question = data;

    wlm_dns_ask(&question->answer, question->name, question->is_srv);
}

static void clear(void *data)
{
    question_t *question = data;

    wlm_dns_clear(&question->answer);
    free(question->name);
}

static const wlm_blocking_call_t asks = { sizeof(question_t), ask, clear };

/* What has been loaded for a file last, so that members that it cannot have are not tried all the time */
typedef struct tried_t {
    uint64_t text;                 /* of the members; 0: nothing */
    uint32_t generation;           /* of the version then */
    apr_time_t until;              /* of one that was refused */
} tried_t;

/* A source, in this process. Of the watchdog's thread */
typedef struct asking_t {
    const wlm_dns_source_t *source;
    wlm_blocking_t *call;          /* under way; NULL */
    apr_time_t next;               /* question; 0: now */
    apr_time_t next_removal;       /* of a member that leaves; 0: of none */
    const char *failure;           /* that is in the log; NULL: the last answer was good */
    int is_refused;                /* the last answer could not be used, which is in the log */
    uint64_t left_out;             /* what is in the log of records that are no members; 0: nothing */
    tried_t *tried;                /* by number of the file */
} asking_t;

static asking_t *askings;
static int naskings;

void wlm_dns_members_child_init(apr_pool_t *pchild)
{
    const apr_array_header_t *sources = wlm_given_sources();
    int i;

    naskings = sources->nelts;
    askings = apr_pcalloc(pchild, sizeof(*askings) * (size_t)(naskings + 1));
    for (i = 0; i < naskings; ++i) {
        askings[i].source = APR_ARRAY_IDX(sources, i, const wlm_dns_source_t *);
        askings[i].next_removal = 1;
        askings[i].tried = apr_pcalloc(pchild, sizeof(tried_t) * (size_t)wlm_files()->nelts);
    }
}

/* -- the log ------------------------------------------------------------------------------------------------------- */

static void log_why_none(const asking_t *asking, const char *why, server_rec *s)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0291) "cluster %s: no members by %s: %s; those that are known "
                 "stay, and the name is asked for again", asking->source->cluster, asking->source->text, why);
}

static void log_failure(asking_t *asking, const char *failure, server_rec *s)
{
    if (failure && !asking->failure) {
        log_why_none(asking, failure, s);
    }
    else if (!failure && asking->failure) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0292) "cluster %s: %s has members again",
                     asking->source->cluster, asking->source->text);
    }
    asking->failure = failure;
}

static void log_left_out(asking_t *asking, const wlm_dns_left_out_t *left_out, server_rec *s, apr_pool_t *p)
{
    const char *odd = left_out->n ? apr_psprintf(p, "%s cannot be used (%s)", wlm_count_text(left_out->n, "record", p),
                                                 left_out->first) : "";
    const char *many = left_out->too_many ? apr_psprintf(p, "%d too many: a source has at most %d members",
                                                         left_out->too_many, WLM_DNS_MEMBERS_MAX) : "";
    const char *text = apr_pstrcat(p, odd, *odd && *many ? "; " : "", many, NULL);
    uint64_t hash = *text ? wlm_hash_key(text) : 0;

    if (hash && hash != asking->left_out) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0293) "cluster %s: of the answer for %s not all are "
                     "members: %s", asking->source->cluster, asking->source->text, text);
    }
    asking->left_out = hash;
}

/* "; new: A, B" */
static const char *names_text(const char *what, const apr_array_header_t *names, apr_pool_t *p)
{
    apr_array_header_t some = *names;

    some.nelts = names->nelts > NAMES_MOST ? NAMES_MOST : names->nelts;
    if (!names->nelts) {
        return "";
    }
    return apr_pstrcat(p, "; ", what, ": ", apr_array_pstrcat(p, &some, ' '),
                       names->nelts > some.nelts ? apr_psprintf(p, " and %d more", names->nelts - some.nelts) : "",
                       NULL);
}

/* -- loading ------------------------------------------------------------------------------------------------------- */

/* What the thread that loads is asked for */
typedef struct order_t {
    asking_t *asking;
    wlm_file_t *file;
    const apr_array_header_t *answered; /* NULL: only time has passed */
    const wlm_dns_answer_t *answer;
    apr_time_t now;
    wlm_dns_change_t change;
    int n;                         /* members from then on */
    tried_t *tried;
    apr_pool_t *p;                 /* of what is in the change */
} order_t;

static int was_tried(const order_t *order, uint64_t text)
{
    return order->tried->text == text && order->tried->generation == order->file->current->generation
           && (!order->tried->until || order->now < order->tried->until);
}

static const apr_array_header_t *choose(const plugin_cfg_t *cfg, void *data, apr_pool_t *p)
{
    order_t *order = data;
    const wlm_dns_source_t *source = order->asking->source;
    apr_array_header_t *given = wlm_given_of(cfg, order->p), *servers; /* their names are in the log later */
    plugin_cfg_given_t *its = wlm_given_find(given, source->cluster, source->text);
    uint64_t text;

    if (!its) {
        return NULL;
    }
    servers = wlm_dns_follow(&order->change, source, its->servers, order->answered, order->answer, order->now,
                             order->p);
    order->asking->next_removal = wlm_dns_next_removal(servers, order->now);
    order->n = servers->nelts;
    text = wlm_hash_key(wlm_dns_text(servers, p));
    if (text == wlm_hash_key(wlm_dns_text(its->servers, p)) || was_tried(order, text)) {
        return NULL;
    }
    order->tried->text = text;
    its->servers = servers;
    return given;
}

/* In the log, and among the events of the cluster */
static void log_change(const wlm_version_t *version, const wlm_dns_source_t *source, const order_t *order,
                       server_rec *s, apr_pool_t *p)
{
    const char *text = apr_pstrcat(p, wlm_count_text(order->n, "member", p), " of ", source->text,
        names_text("new", order->change.added, p),
        names_text("has vanished, and goes on with its sessions for now", order->change.leaving, p),
        names_text("removed", order->change.removed, p), NULL);
    int i;

    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0290) "cluster %s has %s", source->cluster, text);
    for (i = 0; i < version->snapshot->nclusters; ++i) {
        const wlm_cluster_t *cluster = version->snapshot->clusters[i];

        if (strcmp(cluster->cfg->name, source->cluster) == 0) {
            wlm_event_ring_add(&cluster->shared->events, wlm_clock_today(), text);
        }
    }
}

static void load(asking_t *asking, wlm_file_t *file, const apr_array_header_t *answered,
                 const wlm_dns_answer_t *answer, server_rec *s, apr_pool_t *p)
{
    order_t order = { .asking = asking, .file = file, .answered = answered, .answer = answer, .now = wlm_now(),
        .change = { apr_array_make(p, 4, sizeof(const char *)), apr_array_make(p, 4, sizeof(const char *)),
                    apr_array_make(p, 4, sizeof(const char *)) },
        .tried = &asking->tried[file->number], .p = p };
    const wlm_version_t *version = NULL;
    const char *why;
    wlm_reload_result_t result = wlm_reload_give(file, choose, &order, &why, s, p);

    if (result == WLM_RELOAD_OVERTAKEN) {
        asking->next = order.now + SHORTEST;
        return;
    }
    if (result != WLM_RELOAD_UNCHANGED) {
        version = wlm_version_use(file, p);
        order.tried->generation = version->generation;
        order.tried->until = result == WLM_RELOAD_REFUSED ? order.now + REFUSED_FOR : 0;
    }
    if (result == WLM_RELOAD_REFUSED && !asking->is_refused) {
        log_why_none(asking, why, s);
    }
    asking->is_refused = result == WLM_RELOAD_UNCHANGED ? asking->is_refused : result == WLM_RELOAD_REFUSED;
    if (result == WLM_RELOAD_DONE) {
        log_change(version, asking->source, &order, s, p);
    }
}

static void load_all(asking_t *asking, const apr_array_header_t *answered, const wlm_dns_answer_t *answer,
                     server_rec *s, apr_pool_t *p)
{
    int i;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *);

        if (plugin_cfg_find_cluster(wlm_version_use(file, p)->cfg, asking->source->cluster)) {
            load(asking, file, answered, answer, s, p);
        }
    }
}

/* -- asking -------------------------------------------------------------------------------------------------------- */

static apr_interval_time_t interval_until(const asking_t *asking, const wlm_dns_answer_t *answer, apr_pool_t *p)
{
    apr_interval_time_t most = wlm_options_for(wlm_options(), asking->source->cluster, p)->resolve_interval;
    apr_interval_time_t ttl = answer->has_ttl ? apr_time_from_sec((apr_interval_time_t)answer->ttl) : most;

    if (asking->failure) {
        return most > 0 && most < RETRY_INTERVAL ? most : RETRY_INTERVAL;
    }
    ttl = ttl > most ? most : ttl;
    return !most ? APR_INT64_MAX / 2 : ttl < SHORTEST && most > SHORTEST ? SHORTEST : ttl;
}

static void take(asking_t *asking, const wlm_dns_answer_t *answer, server_rec *s, apr_pool_t *p)
{
    const wlm_dns_source_t *source = asking->source;
    const char *failure = wlm_dns_failure(answer, source->is_srv);
    wlm_dns_left_out_t left_out;
    apr_array_header_t *members = wlm_dns_members(&left_out, source, answer, wlm_config_global()->registry_hosts, p);

    failure = failure || members->nelts ? failure : "none of its records can be a member";
    log_left_out(asking, &left_out, s, p);
    log_failure(asking, failure, s);
    asking->next = wlm_now() + interval_until(asking, answer, p);
    if (!failure) {
        load_all(asking, members, answer, s, p);
    }
}

static void begin(asking_t *asking)
{
    question_t question = { .name = strdup(asking->source->name), .is_srv = asking->source->is_srv };

    asking->call = question.name ? wlm_blocking_begin(&asks, &question) : NULL;
    asking->next = wlm_now() + RETRY_INTERVAL; /* where there is no thread to be had */
}

static void follow(asking_t *asking, server_rec *s, apr_pool_t *p)
{
    const question_t *question = asking->call ? wlm_blocking_result(asking->call) : NULL;

    if (question) {
        take(asking, &question->answer, s, p);
        wlm_blocking_end(asking->call);
        asking->call = NULL;
    }
    if (!asking->call && wlm_now() >= asking->next) {
        begin(asking);
    }
    if (asking->next_removal && wlm_now() >= asking->next_removal) {
        asking->next_removal = 0;
        load_all(asking, NULL, NULL, s, p);
    }
}

/* Another process asks, or nobody any more */
static void leave(asking_t *asking)
{
    wlm_blocking_end(asking->call);
    asking->call = NULL;
    asking->next = 0;
    asking->next_removal = 1;
}

static apr_status_t look(int state, void *data, apr_pool_t *p)
{
    int i, asks_now = state == AP_WATCHDOG_STATE_RUNNING
                      && wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), wlm_now());
    apr_pool_t *work;

    for (i = 0; i < naskings; ++i) {
        if (!asks_now) {
            leave(&askings[i]);
            continue;
        }
        apr_pool_create(&work, p);
        follow(&askings[i], data, work);
        apr_pool_destroy(work);
    }
    return APR_SUCCESS;
}

apr_status_t wlm_dns_members_register(apr_pool_t *pconf, server_rec *s)
{
    apr_status_t rv = wlm_given_sources()->nelts
                      ? wlm_periodic_add("_wlm_members_", LOOK_INTERVAL, look, s, pconf) : APR_SUCCESS;

    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, WLMNO(0296) "WLMMembers needs mod_watchdog; add \"LoadModule "
                     "watchdog_module modules/mod_watchdog.so\" to the configuration");
    }
    return rv;
}

/* What the configuration says without effect, or to the harm of applications, or what it lacks. In the parent. */
#include "httpd/directives/no_effect.h"
#include <http_log.h>
#include "httpd/context/config.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "route/binding_rule.h"

typedef struct report_t {
    int flags;
    const server_rec *s;
} report_t;

/* -- classes where nothing waits --------------------------------------------------------------------------- */

static int has_priorities(const wlm_options_t *options)
{
    int i;

    for (i = 0; options->classes && i < options->classes->nelts; ++i) {
        if (APR_ARRAY_IDX(options->classes, i, wlm_class_t).priority != WLM_CLASS_PRIORITY) {
            return 1;
        }
    }
    return 0;
}

static int has_limit(const plugin_cfg_cluster_t *cluster, const wlm_options_t *options)
{
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        if (APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *)->max_connections > 0) {
            return 1;
        }
    }
    return options->concurrency.max > 0 || options->member_share < 100
           || (options->load_report.kind == WLM_REPORTED_AGENT && options->load_report.port);
}

static void check_classes(const report_t *to, const plugin_cfg_cluster_t *cluster, const wlm_options_t *options)
{
    int waits = wlm_options_queue(options).length > 0;

    if (has_priorities(options) && !(waits && has_limit(cluster, options))) {
        ap_log_error(APLOG_MARK, APLOG_WARNING | to->flags, 0, to->s, WLMNO(0218) "priority of WLMClass has no effect "
                     "in cluster %s, because no request waits there: %s; set WLMConcurrency Adaptive", cluster->name,
                     waits ? "no member has a limit" : "there is no WLMQueue");
    }
}

/* -- a cookie that hides one of the application's ---------------------------------------------------------- */

static int is_cookie_of(const plugin_cfg_t *cfg, const char *name)
{
    int g, u;

    for (g = 0; g < cfg->uri_groups->nelts; ++g) {
        const apr_array_header_t *uris = APR_ARRAY_IDX(cfg->uri_groups, g, plugin_cfg_uri_group_t *)->uris;
        for (u = 0; u < uris->nelts; ++u) {
            if (strcmp(APR_ARRAY_IDX(uris, u, plugin_cfg_uri_t *)->affinity_cookie, name) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

static void check_cookies(const report_t *to, const plugin_cfg_t *cfg, const char *cluster,
                          const wlm_options_t *options)
{
    int i;

    for (i = 0; options->affinity && i < options->affinity->nelts; ++i) {
        const wlm_binding_rule_t *rule = &APR_ARRAY_IDX(options->affinity, i, wlm_binding_rule_t);

        if (rule->kind == WLM_BINDING_BY_COOKIE && is_cookie_of(cfg, rule->value.name)) {
            ap_log_error(APLOG_MARK, APLOG_WARNING | to->flags, 0, to->s, WLMNO(0219) "WLMAffinity Cookie %s of "
                         "cluster %s has the name of the applications' session cookie (AffinityCookie), which they do "
                         "not get then: choose another name", rule->value.name, cluster);
        }
    }
}

/* -- what WLMAffinity uses, or would ------------------------------------------------------------------- */

static void log_unused(const report_t *to, const char *directive, const char *kinds)
{
    ap_log_error(APLOG_MARK, APLOG_WARNING | to->flags, 0, to->s, WLMNO(0221) "%s has no effect, because no cluster "
                 "has WLMAffinity %s", directive, kinds);
}

static void check_affinity(const report_t *to, int has_keys, int needs_key, int lacks_key, int has_idle_owner)
{
    int learn = wlm_options_has_learning(wlm_options());

    if (has_keys && !needs_key) {
        log_unused(to, "WLMAffinityKey", "Cookie or Wrap");
    }
    if (wlm_config_global()->is_set.affinity_table && !learn) {
        log_unused(to, "WLMAffinityTable", "Learn");
    }
    if (wlm_config_global()->affinity_store.provider && !learn) {
        log_unused(to, "WLMAffinityStore", "Learn");
    }
    if (has_idle_owner) {
        log_unused(to, "WLMAffinityOwner", "Cookie, Wrap or Learn");
    }
    if (lacks_key) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE | to->flags, 0, to->s, WLMNO(0210) "WLMAffinity without WLMAffinityKey: "
                     "sessions that are bound by it outlive restarts, but not a stop and start, and no other web "
                     "server knows them");
    }
    if (learn && !wlm_config_global()->state_file) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE | to->flags, 0, to->s, WLMNO(0220) "WLMAffinity Learn without "
                     "WLMStateFile: sessions that are learned outlive restarts, but not a stop and start");
    }
}

/* @return 1: sessions of the cluster may be in the store */
static int check_store(const report_t *to, const char *cluster, const wlm_options_t *options)
{
    if (!wlm_config_global()->affinity_store.provider || !wlm_options_learns(options)) {
        return 0;
    }
    if (!options->is_set.affinity_keys) {
        ap_log_error(APLOG_MARK, APLOG_WARNING | to->flags, 0, to->s, WLMNO(0270) "WLMAffinityStore without "
                     "WLMAffinityKey in cluster %s: no other web server finds what it has learned, so nothing is "
                     "stored; set the same WLMAffinityKey on all web servers", cluster);
    }
    return 1;
}

void wlm_directives_log_no_effect(int flags, const server_rec *s, apr_pool_t *p)
{
    const report_t to = { flags, s };
    int f, c, has_keys = 0, needs_key = 0, lacks_key = 0, has_owner = 0, follows_owner = 0;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        const plugin_cfg_t *cfg = APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *)->cfg;
        for (c = 0; c < cfg->clusters->nelts; ++c) {
            const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *);
            const wlm_options_t *options = wlm_options_for(wlm_options(), cluster->name, p);

            check_classes(&to, cluster, options);
            check_cookies(&to, cfg, cluster->name, options);
            has_keys |= options->is_set.affinity_keys;
            needs_key |= wlm_options_needs_key(options);
            needs_key |= check_store(&to, cluster->name, options);
            has_owner |= options->is_set.owner_field && options->owner_field;
            follows_owner |= wlm_options_has_affinity(options);
            lacks_key |= wlm_options_needs_key(options) && !options->is_set.affinity_keys;
        }
    }
    check_affinity(&to, has_keys, needs_key, lacks_key, has_owner && !follows_owner);
}

/* The directives about clusters: for all of them, or in <WLMCluster NAME> for one. Each sets one field of
 * wlm_options_t. In the parent, while httpd reads its configuration. */
#include <apr_strings.h>
#include "balance/options_text.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/directives/cluster.h"
#include "httpd/directives/no_effect.h"
#include "httpd/runtime/given.h"
#include "httpd/runtime/retained.h"

/* the options of the configuration that is being read, or in use; reset for every configuration */
static wlm_options_set_t *options;
static wlm_options_t *section;     /* of the <WLMCluster> that is being read, NULL outside */

void wlm_directives_reset(apr_pool_t *pconf)
{
    wlm_config_reset();
    options = wlm_options_make(pconf);
    wlm_options_install(options);
    section = NULL;
}

static void use_random_key(apr_pool_t *p)
{
    apr_array_header_t *keys = apr_array_make(p, 1, sizeof(wlm_seal_key_t));

    APR_ARRAY_PUSH(keys, wlm_seal_key_t) = *wlm_retained_seal_key();
    options->all.affinity_keys = keys;
}

void wlm_directives_complete(apr_pool_t *pconf)
{
    wlm_options_use_defaults(options, wlm_config_global()->defaults);
    if (!options->all.affinity_keys) {
        use_random_key(pconf);
    }
}

/* Of clusters with sections of their own the log tells that there are some, not what holds there */
void wlm_directives_log_defaults(int flags, const server_rec *s, apr_pool_t *p)
{
    unsigned sections = apr_hash_count(options->by_cluster);

    ap_log_error(APLOG_MARK, APLOG_NOTICE | flags, 0, s, WLMNO(0064) "WLMDefaults %s: for all clusters hold %s%s",
                 wlm_options_text_defaults(options->defaults), wlm_options_text_of(&options->all, 0, p),
                 !sections ? "" : "; <WLMCluster> may say otherwise for a cluster");
}

/* A directive that is given again begins with the default, too, not with what the first one has left */
static void reset_to_default(wlm_options_t *to, const wlm_setting_t *setting, apr_pool_t *p)
{
    memcpy((char *)to + setting->value, (const char *)wlm_options_for(NULL, "", p) + setting->value, setting->size);
}

const char *wlm_directives_option(cmd_parms *cmd, void *dir, int n, char *const words[])
{
    const wlm_directive_t *directive = cmd->info;
    const wlm_words_t all = { n, words, cmd->pool, cmd };
    wlm_options_t *to = section ? section : &options->all;
    const char *takes = wlm_kinds_takes(directive, cmd->pool), *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    if (wrong) {
        return wrong;
    }
    if (n < directive->min_words || n > directive->max_words) {
        return apr_psprintf(cmd->pool, "%s takes %s", cmd->cmd->name, takes);
    }
    if (!directive->adds) {
        reset_to_default(to, &directive->setting, cmd->pool);
    }
    wrong = wlm_kinds_parse(to, directive, &all);
    return wrong ? apr_psprintf(cmd->pool, "%s takes %s; %s", cmd->cmd->name, takes, wrong) : NULL;
}

static int is_option(const char *directive)
{
    const command_rec *command;

    for (command = wlm_module.cmds; command->name; ++command) {
        if (strcasecmp(command->name, directive) == 0) {
            return command->AP_TAKE_ARGV == wlm_directives_option;
        }
    }
    return 0;
}

const char *wlm_directives_section(cmd_parms *cmd, void *dir, const char *args)
{
    const char *end = ap_strrchr_c(args, '>'), *name, *rest, *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    const ap_directive_t *child;

    (void)dir;
    if (wrong) {
        return wrong;
    }
    if (!end) {
        return "<WLMCluster NAME> has no closing '>'";
    }
    rest = apr_pstrmemdup(cmd->pool, args, (apr_size_t)(end - args));
    name = ap_getword_conf(cmd->pool, &rest);
    if (!*name || *rest) {
        return "<WLMCluster NAME> takes the name of one cluster; quote a name with blanks";
    }
    for (child = cmd->directive->first_child; child; child = child->next) {
        if (!is_option(child->directive)) {
            return apr_psprintf(cmd->pool, "%s (line %d) has no place in <WLMCluster>", child->directive,
                                child->line_num);
        }
    }
    section = wlm_options_of_cluster(options, name);
    wrong = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);
    section = NULL;
    return wrong;
}

/* -- sections without a cluster ----------------------------------------------------------- */

static int is_cluster(const char *name)
{
    int f;

    if (wlm_files_registry()) {
        return 1; /* members may register in a cluster of any name */
    }
    for (f = 0; f < wlm_files()->nelts; ++f) {
        if (plugin_cfg_find_cluster(APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *)->cfg, name)) {
            return 1;
        }
    }
    return 0;
}

static void log_sources(int flags, const server_rec *s)
{
    const apr_array_header_t *sources = wlm_given_sources();
    int i;

    for (i = 0; i < sources->nelts; ++i) {
        const wlm_dns_source_t *source = APR_ARRAY_IDX(sources, i, const wlm_dns_source_t *);

        if (!is_cluster(source->cluster)) {
            ap_log_error(APLOG_MARK, APLOG_WARNING | flags, 0, s, WLMNO(0295) "WLMMembers %s %s has no effect: no "
                         "configuration file has such a cluster", source->cluster, source->text);
        }
    }
}

void wlm_directives_log_findings(int flags, const server_rec *s, apr_pool_t *ptemp)
{
    apr_hash_index_t *i;

    for (i = apr_hash_first(ptemp, options->by_cluster); i; i = apr_hash_next(i)) {
        const char *name = apr_hash_this_key(i);
        if (!is_cluster(name)) {
            ap_log_error(APLOG_MARK, APLOG_WARNING | flags, 0, s, WLMNO(0014) "<WLMCluster \"%s\"> has no effect: no "
                         "configuration file has such a cluster", name);
        }
    }
    log_sources(flags, s);
    wlm_directives_log_no_effect(flags, s, ptemp);
}

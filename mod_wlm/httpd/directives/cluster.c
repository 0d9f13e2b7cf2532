/* Directives about clusters: for all of them, or in <WLMCluster NAME> for one. Each fills one field of
 * wlm_options_t. */
#include <apr_strings.h>
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/directives/cluster.h"

/* the options of the configuration that is being read, or at work; reset for every configuration */
static wlm_options_set_t *options;
static wlm_options_t *section;     /* of the <WLMCluster> that is being read, NULL outside */

void wlm_options_reset(apr_pool_t *pconf)
{
    options = wlm_options_make(pconf);
    wlm_options_install(options);
    section = NULL;
}

/* -- the directives ------------------------------------------------------------------- */

const char *wlm_options_directive(cmd_parms *cmd, void *dir, int n, char *const words[])
{
    wlm_option_t option = (wlm_option_t)(apr_size_t)cmd->info;
    const wlm_option_parser_t *parser = wlm_option_parser(option);
    const wlm_words_t all = { n, words, cmd->pool, cmd };
    wlm_options_t *to = section ? section : &options->all;
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    if (wrong) {
        return wrong;
    }
    if (n < parser->min || n > parser->max) {
        return apr_psprintf(cmd->pool, "%s takes %s", cmd->cmd->name, parser->words);
    }
    wrong = parser->parse(to, &all);
    if (wrong) {
        return apr_psprintf(cmd->pool, "%s takes %s; %s", cmd->cmd->name, parser->words, wrong);
    }
    to->set |= 1u << option;
    return NULL;
}

static const char *slots_number(int *pnumber, const char *text, apr_pool_t *p)
{
    char *end;
    long value = strtol(text, &end, 10);

    *pnumber = (int)value;
    return !*text || *end || value < 1 || value > 60000
           ? apr_psprintf(p, "WLMSlots takes numbers from 1 to 60000, not \"%s\"", text) : NULL;
}

const char *wlm_options_slots(cmd_parms *cmd, void *dir, const char *members, const char *clusters)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    if (!wrong) {
        wrong = slots_number(&options->slots_members, members, cmd->pool);
    }
    if (!wrong && clusters) {
        wrong = slots_number(&options->slots_clusters, clusters, cmd->pool);
    }
    return wrong;
}

const char *wlm_options_refuse_empty(cmd_parms *cmd, void *dir, int on)
{
    (void)dir;
    options->accepts_empty = !on;
    return ap_check_cmd_context(cmd, GLOBAL_ONLY);
}

const char *wlm_options_state_file(cmd_parms *cmd, void *dir, const char *path)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    options->state_file = ap_server_root_relative(cmd->pool, path);
    return wrong ? wrong : options->state_file ? NULL : "WLMStateFile takes a valid path";
}

static int is_option(const char *directive)
{
    const command_rec *command;

    for (command = wlm_module.cmds; command->name; ++command) {
        if (strcasecmp(command->name, directive) == 0) {
            return command->AP_TAKE_ARGV == wlm_options_directive;
        }
    }
    return 0;
}

const char *wlm_options_section(cmd_parms *cmd, void *dir, const char *args)
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

/* -- what nobody would notice otherwise ------------------------------------------------ */

static int is_cluster(const char *name)
{
    int f, c;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        const plugin_cfg_t *cfg = APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *)->cfg;
        for (c = 0; c < cfg->clusters->nelts; ++c) {
            if (strcmp(APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *)->name, name) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

void wlm_options_log_findings(server_rec *s)
{
    apr_hash_index_t *i;

    for (i = apr_hash_first(s->process->pool, options->by_cluster); i; i = apr_hash_next(i)) {
        const char *name = apr_hash_this_key(i);
        if (!is_cluster(name)) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0014) "<WLMCluster \"%s\"> has no effect: no "
                         "configuration file has such a cluster", name);
        }
    }
}

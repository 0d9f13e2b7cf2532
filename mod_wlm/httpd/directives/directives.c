/* The table of directives. Most are made from rows: of httpd/context/settings_table.h for httpd, servers and
 * locations, of balance/option_table.h for clusters. In the parent, while httpd reads its configuration. */
#include <apr_strings.h>
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"
#include "httpd/directives/config_file.h"
#include "httpd/directives/directives.h"
#include "httpd/directives/values.h"
#include "httpd/runtime/log.h"

/* -- httpd as a whole, servers, locations -------------------------------------------------------------- */

static const char *set_word(void *record, const cmd_parms *cmd, const char *word)
{
    const wlm_directive_t *directive = cmd->info;
    char *const all[] = { (char *)word };
    const wlm_words_t words = { 1, all, cmd->pool, cmd };
    const char *wrong = wlm_kinds_parse(record, directive, &words), *takes = wlm_kinds_takes(directive, cmd->pool);

    return !wrong ? NULL
         : takes ? apr_psprintf(cmd->pool, "%s takes %s, not \"%s\"", cmd->cmd->name, takes, word)
         : apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, wrong);
}

static const char *set_global_word(cmd_parms *cmd, void *dir, const char *word)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    return wrong ? wrong : set_word(wlm_config_global(), cmd, word);
}

static const char *set_global_flag(cmd_parms *cmd, void *dir, int on)
{
    return set_global_word(cmd, dir, on ? "On" : "Off");
}

static const char *set_server_word(cmd_parms *cmd, void *dir, const char *word)
{
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);

    (void)dir;
    return wrong ? wrong : set_word(wlm_config_of(cmd->server), cmd, word);
}

static const char *set_server_flag(cmd_parms *cmd, void *dir, int on)
{
    return set_server_word(cmd, dir, on ? "On" : "Off");
}

static const char *set_dir_word(cmd_parms *cmd, void *dir, const char *word)
{
    return set_word(dir, cmd, word);
}

static const char *set_dir_flag(cmd_parms *cmd, void *dir, int on)
{
    return set_word(dir, cmd, on ? "On" : "Off");
}

static const char *parse_slots(int *pnumber, const char *text, apr_pool_t *p)
{
    return wlm_values_whole(pnumber, text, 1, 60000, p)
           ? apr_psprintf(p, "WLMSlots takes numbers from 1 to 60000, not \"%s\"", text) : NULL;
}

static const char *set_slots(cmd_parms *cmd, void *dir, const char *members, const char *clusters)
{
    wlm_global_conf_t *conf = wlm_config_global();
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    if (!wrong) {
        wrong = parse_slots(&conf->slots_members, members, cmd->pool);
    }
    return wrong || !clusters ? wrong : parse_slots(&conf->slots_clusters, clusters, cmd->pool);
}

static const char *add_trusted(cmd_parms *cmd, void *dir, const char *arg)
{
    wlm_server_conf_t *conf = wlm_config_of(cmd->server);
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);

    (void)dir;
    if (wrong) {
        return wrong;
    }
    if (!conf->trusted) {
        conf->trusted = wlm_trusted_peers_make(cmd->pool);
    }
    wrong = wlm_trusted_peers_add(conf->trusted, arg, cmd->pool);
    return wrong ? apr_psprintf(cmd->pool, "WLMTrustedProxies: \"%s\": %s", arg, wrong) : NULL;
}

/* -- the table ------------------------------------------------------------------------------ */

/* A wlm_directive_t for each row, named as its field */
#define MEMBER(name, directive, kind, value, help) wlm_directive_t name;
#define GLOBAL(name, directive, kind, value, help) .name = WLM_DIRECTIVE(wlm_global_conf_t, name, kind),
#define SERVER(name, directive, kind, value, help) .name = WLM_DIRECTIVE(wlm_server_conf_t, name, kind),
#define DIR(name, directive, kind, value, help) .name = WLM_DIRECTIVE(wlm_dir_conf_t, name, kind),
#define OPTION(name, directive, kind, value, help) .name = WLM_DIRECTIVE(wlm_options_t, name, kind),

static const struct {
    WLM_GLOBAL_SETTINGS(MEMBER)
} globals = { WLM_GLOBAL_SETTINGS(GLOBAL) };

static const struct {
    WLM_SERVER_SETTINGS(MEMBER)
} servers = { WLM_SERVER_SETTINGS(SERVER) };

static const struct {
    WLM_DIRECTORY_SETTINGS(MEMBER)
    WLM_ANYWHERE_SETTINGS(MEMBER)
} dirs = { WLM_DIRECTORY_SETTINGS(DIR) WLM_ANYWHERE_SETTINGS(DIR) };

static const struct {
    WLM_OPTIONS(MEMBER)
} options = { WLM_OPTIONS(OPTION) };

/* httpd's row for each: it parses On and Off itself, and says what else is wrong with them */
#define COMMAND_FLAG FLAG_COMMAND
#define COMMAND_NUMBER(min, max, takes) WORD_COMMAND
#define COMMAND_PERCENT(min, max, takes) WORD_COMMAND
#define COMMAND_SIZE(takes) WORD_COMMAND
#define COMMAND_TIME(takes) WORD_COMMAND
#define COMMAND_CHOICE(type, ...) WORD_COMMAND
#define COMMAND_WORDS(type, min, max, parser, takes) COMMAND_OF_##max
#define COMMAND_OF_1 WORD_COMMAND /* a row of several words does not compile: httpd would refuse the second one */
#define FLAG_COMMAND(directive, setter, info, where, help) \
    AP_INIT_FLAG(directive, setter##_flag, (void *)&info, where, help),
#define WORD_COMMAND(directive, setter, info, where, help) \
    AP_INIT_TAKE1(directive, setter##_word, (void *)&info, where, help),
#define COMMAND(of_kind, ...) of_kind(__VA_ARGS__)

#define GLOBAL_COMMAND(name, directive, kind, value, help) \
    COMMAND(COMMAND_##kind, directive, set_global, globals.name, RSRC_CONF, help)
#define SERVER_COMMAND(name, directive, kind, value, help) \
    COMMAND(COMMAND_##kind, directive, set_server, servers.name, RSRC_CONF, help)
#define DIRECTORY_COMMAND(name, directive, kind, value, help) \
    COMMAND(COMMAND_##kind, directive, set_dir, dirs.name, ACCESS_CONF, help)
#define ANYWHERE_COMMAND(name, directive, kind, value, help) \
    COMMAND(COMMAND_##kind, directive, set_dir, dirs.name, RSRC_CONF | ACCESS_CONF, help)
#define OPTION_COMMAND(name, directive, kind, value, help) \
    AP_INIT_TAKE_ARGV(directive, wlm_directives_option, (void *)&options.name, RSRC_CONF, help),

const command_rec wlm_commands[] = {
    WLM_GLOBAL_SETTINGS(GLOBAL_COMMAND)
    WLM_SERVER_SETTINGS(SERVER_COMMAND)
    WLM_DIRECTORY_SETTINGS(DIRECTORY_COMMAND)
    WLM_ANYWHERE_SETTINGS(ANYWHERE_COMMAND)
    WLM_OPTIONS(OPTION_COMMAND)
    AP_INIT_TAKE1("WLMConfig", wlm_config_file_directive, NULL, RSRC_CONF,
                  "the plugin-cfg.xml file; relative to ServerRoot"),
    AP_INIT_TAKE1("WebSpherePluginConfig", wlm_config_file_directive, NULL, RSRC_CONF,
                  "the same as WLMConfig, the name of the original plug-in"),
    AP_INIT_ITERATE("WLMTrustedProxies", add_trusted, NULL, RSRC_CONF,
                    "addresses, networks and names of the proxies before this server whose word on the "
                    "client is taken"),
    AP_INIT_TAKE1("WLMLog", wlm_log_directive, NULL, RSRC_CONF,
                  "a file, or |program, that gets the module's messages, too; PluginCfg: what the element Log of "
                  "plugin-cfg.xml says; default Off"),
    AP_INIT_RAW_ARGS("<WLMCluster", wlm_directives_section, NULL, RSRC_CONF,
                     "directives for the clusters of this name only"),
    AP_INIT_TAKE12("WLMSlots", set_slots, NULL, RSRC_CONF,
                   "how many members, and clusters, there can be in shared memory, also after changes of the files"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

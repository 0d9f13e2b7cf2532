/* The table of directives, made from rows: of httpd/context/settings_table.h for httpd, servers and locations, of
 * balance/option_table.h for clusters. In the parent, while httpd reads its configuration. */
#include <apr_strings.h>
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"
#include "httpd/directives/directives.h"

/* -- httpd as a whole, servers, locations -------------------------------------------------------------- */

/* @param second  NULL: there is one word */
static const char *set_words(void *record, const cmd_parms *cmd, const char *first, const char *second)
{
    const wlm_directive_t *directive = cmd->info;
    char *const all[] = { (char *)first, (char *)second };
    const wlm_words_t words = { second ? 2 : 1, all, cmd->pool, cmd };
    const char *wrong = wlm_kinds_parse(record, directive, &words), *takes = wlm_kinds_takes(directive, cmd->pool);

    return !wrong ? NULL
         : takes ? apr_psprintf(cmd->pool, "%s takes %s, not \"%s\"", cmd->cmd->name, takes, first)
         : apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, wrong);
}

static const char *set_global_words(cmd_parms *cmd, void *dir, const char *first, const char *second)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)dir;
    return wrong ? wrong : set_words(wlm_config_global(), cmd, first, second);
}

static const char *set_global_word(cmd_parms *cmd, void *dir, const char *word)
{
    return set_global_words(cmd, dir, word, NULL);
}

static const char *set_global_flag(cmd_parms *cmd, void *dir, int on)
{
    return set_global_word(cmd, dir, on ? "On" : "Off");
}

static const char *set_server_words(cmd_parms *cmd, void *dir, const char *first, const char *second)
{
    const char *wrong = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);

    (void)dir;
    return wrong ? wrong : set_words(wlm_config_of(cmd->server), cmd, first, second);
}

static const char *set_server_word(cmd_parms *cmd, void *dir, const char *word)
{
    return set_server_words(cmd, dir, word, NULL);
}

static const char *set_dir_word(cmd_parms *cmd, void *dir, const char *word)
{
    return set_words(dir, cmd, word, NULL);
}

static const char *set_dir_flag(cmd_parms *cmd, void *dir, int on)
{
    return set_words(dir, cmd, on ? "On" : "Off", NULL);
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

/* httpd's row for each: it parses On and Off itself, and says what else is wrong with them. No setting of a server is a
 * FLAG: the first one needs a set_server_flag(). */
#define COMMAND_FLAG FLAG_COMMAND
#define COMMAND_NUMBER(min, max, takes) WORD_COMMAND
#define COMMAND_PERCENT(min, max, takes) WORD_COMMAND
#define COMMAND_SIZE(takes) WORD_COMMAND
#define COMMAND_TIME(takes) WORD_COMMAND
#define COMMAND_CHOICE(type, ...) WORD_COMMAND
#define COMMAND_WORDS(type, min, max, parser, takes) COMMAND_OF_##min##_##max
#define COMMAND_LIST(type, parser) LIST_COMMAND
#define COMMAND_LINES(type, min, max, parser, takes) COMMAND_OF_##min##_##max
#define COMMAND_OF_1_1 WORD_COMMAND
#define COMMAND_OF_2_2 PAIR_COMMAND
#define COMMAND_OF_1_2 WORDS_COMMAND /* a row of other numbers does not compile: it needs a command of httpd's */
#define FLAG_COMMAND(directive, setter, info, where, help) \
    AP_INIT_FLAG(directive, setter##_flag, (void *)&info, where, help),
#define WORD_COMMAND(directive, setter, info, where, help) \
    AP_INIT_TAKE1(directive, setter##_word, (void *)&info, where, help),
#define WORDS_COMMAND(directive, setter, info, where, help) \
    AP_INIT_TAKE12(directive, setter##_words, (void *)&info, where, help),
#define PAIR_COMMAND(directive, setter, info, where, help) \
    AP_INIT_TAKE2(directive, setter##_words, (void *)&info, where, help),
#define LIST_COMMAND(directive, setter, info, where, help) \
    AP_INIT_ITERATE(directive, setter##_word, (void *)&info, where, help),
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
    /* no setting of its own: the second name of one, and a section */
    AP_INIT_TAKE1("WebSpherePluginConfig", set_server_word, (void *)&servers.file, RSRC_CONF,
                  "the same as WLMConfig, the name of the original plug-in"),
    AP_INIT_RAW_ARGS("<WLMCluster", wlm_directives_section, NULL, RSRC_CONF,
                     "directives for the clusters of this name only"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

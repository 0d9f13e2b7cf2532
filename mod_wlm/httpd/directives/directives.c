/* Directives. Each is documented in docs/directives.md. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/duration.h"
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"
#include "httpd/directives/config_file.h"
#include "httpd/directives/directives.h"
#include "httpd/runtime/log.h"

static const char *set_enable(cmd_parms *cmd, void *dir, int on)
{
    wlm_dir_conf_t *conf = dir;

    (void)cmd;
    conf->enabled = on;
    return NULL;
}

static const char *set_strict_affinity(cmd_parms *cmd, void *dir, int on)
{
    (void)dir;
    wlm_config_of(cmd->server)->strict_affinity = on;
    return ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);
}

static const char *set_stay(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_interval_time_t time = 0;

    (void)dir;
    if (ap_cstr_casecmp(arg, "Off") != 0 && (!wlm_duration_parse(&time, arg, "ms") || time < apr_time_from_msec(1)
                                             || time > apr_time_from_sec(1))) {
        return apr_pstrcat(cmd->pool, "WLMStay takes Off, or a time from 1ms to 1s, not \"", arg, "\"", NULL);
    }
    wlm_config_of(cmd->server)->stay = time;
    return ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);
}

/* @return its index, -1 when it is none of them */
static int find_word(const char *word, const char *const *words, int n)
{
    int i;

    for (i = 0; i < n && ap_cstr_casecmp(word, words[i]) != 0; ++i) {
    }
    return i < n ? i : -1;
}

static const char *set_via(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const names[] = {
        [WLM_VIA_OFF] = "Off", [WLM_VIA_ON] = "On", [WLM_VIA_FULL] = "Full", [WLM_VIA_BLOCK] = "Block"
    };
    int via = find_word(arg, names, WLM_VIA_BLOCK + 1);

    (void)dir;
    wlm_config_of(cmd->server)->via = via;
    return via >= 0 ? ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT)
                    : apr_pstrcat(cmd->pool, "WLMVia takes Off, On, Full or Block, not \"", arg, "\"", NULL);
}

static const char *set_traceparent(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const names[] = {
        [WLM_TRACEPARENT_OFF] = "Off", [WLM_TRACEPARENT_ON] = "On", [WLM_TRACEPARENT_UNSAMPLED] = "Unsampled"
    };
    int traceparent = find_word(arg, names, WLM_TRACEPARENT_UNSAMPLED + 1);

    (void)dir;
    wlm_config_of(cmd->server)->traceparent = traceparent;
    return traceparent >= 0 ? ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT)
                            : apr_pstrcat(cmd->pool, "WLMTraceparent takes Off, On or Unsampled, not \"", arg, "\"",
                                          NULL);
}

static const char *set_forwarded_headers(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const names[] = {
        [WLM_FORWARDED_OFF] = "Off", [WLM_FORWARDED_ON] = "On", [WLM_FORWARDED_RFC7239] = "RFC7239",
        [WLM_FORWARDED_BOTH] = "Both"
    };
    int forwarded = find_word(arg, names, WLM_FORWARDED_BOTH + 1);

    (void)dir;
    wlm_config_of(cmd->server)->forwarded_headers = forwarded;
    return forwarded >= 0 ? ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT)
                          : apr_pstrcat(cmd->pool, "WLMForwardedHeaders takes Off, On, RFC7239 or Both, not \"", arg,
                                        "\"", NULL);
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

static const char *set_admin(cmd_parms *cmd, void *dir, const char *arg)
{
    static const char *const names[] = {
        [WLM_ADMIN_OFF] = "Off", [WLM_ADMIN_ON] = "On", [WLM_ADMIN_UNAUTHENTICATED] = "Unauthenticated"
    };
    int admin = find_word(arg, names, WLM_ADMIN_UNAUTHENTICATED + 1);

    ((wlm_dir_conf_t *)dir)->admin = admin;
    return admin >= 0 ? NULL : apr_pstrcat(cmd->pool, "WLMAdmin takes Off, On or Unauthenticated, not \"", arg, "\"",
                                           NULL);
}

static const char *set_separators(cmd_parms *cmd, void *dir, const char *arg)
{
    const char *c;

    (void)dir;
    for (c = arg; *c; ++c) {
        if (apr_isalnum(*c) || apr_isspace(*c) || apr_iscntrl(*c) || strchr(";,=\"%/?#", *c)) {
            return apr_psprintf(cmd->pool, "WLMCloneSeparators: '%c' cannot separate clone ids; take punctuation "
                                           "that session ids and clone ids do not have, for example \":.!\"", *c);
        }
    }
    if (!*arg) {
        return "WLMCloneSeparators: at least one character is needed, for example \":.\"";
    }
    wlm_config_of(cmd->server)->separators = arg;
    return ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);
}

/* a wlm_directive_t for each row of WLM_OPTIONS, named as its field */
#define MEMBER(name, directive, kind, value, help) wlm_directive_t name;
#define OPTION(name, directive, kind, value, help) .name = WLM_DIRECTIVE(wlm_options_t, name, kind),

static const struct {
    WLM_OPTIONS(MEMBER)
} options = { WLM_OPTIONS(OPTION) };

#define COMMAND(name, directive, kind, value, help) \
    AP_INIT_TAKE_ARGV(directive, wlm_directives_option, (void *)&options.name, RSRC_CONF, help),

const command_rec wlm_commands[] = {
    AP_INIT_TAKE1("WLMConfig", wlm_config_file_directive, NULL, RSRC_CONF,
                  "the plugin-cfg.xml file; relative to ServerRoot"),
    AP_INIT_TAKE1("WebSpherePluginConfig", wlm_config_file_directive, NULL, RSRC_CONF,
                  "the same as WLMConfig, the name of the original plug-in"),
    AP_INIT_FLAG("WLMEnable", set_enable, NULL, RSRC_CONF | ACCESS_CONF,
                 "Off: requests for this location are never routed to a cluster; default On"),
    AP_INIT_TAKE1("WLMAdmin", set_admin, NULL, ACCESS_CONF,
                  "who may steer members by POST on the handler wlm-status: On: authenticated users that "
                  "httpd lets pass; Unauthenticated: whoever httpd lets pass; default Off"),
    AP_INIT_TAKE1("WLMStay", set_stay, NULL, RSRC_CONF,
                  "how long a worker waits for a client's next request where such requests come quickly; "
                  "default 10ms; Off"),
    AP_INIT_FLAG("WLMStrictAffinity", set_strict_affinity, NULL, RSRC_CONF,
                 "On: a request whose session's member is not usable is answered with 503 instead of being sent to "
                 "another member; default Off"),
    AP_INIT_TAKE1("WLMCloneSeparators", set_separators, NULL, RSRC_CONF,
                  "the characters that separate session id and clone ids; default \":.\", with "
                  "CloneSeparatorChange=\"true\" \"+.\""),
    AP_INIT_TAKE1("WLMVia", set_via, NULL, RSRC_CONF,
                  "On or Full: add a Via field to requests and responses; Block: remove it; default Off"),
    AP_INIT_TAKE1("WLMTraceparent", set_traceparent, NULL, RSRC_CONF,
                  "On: requests to members get a W3C trace context where the client's has none; Unsampled: "
                  "one that asks for no recording; default Off"),
    AP_INIT_TAKE1("WLMForwardedHeaders", set_forwarded_headers, NULL, RSRC_CONF,
                  "On: X-Forwarded-For, -Host and -Proto are set in requests to members; RFC7239: Forwarded "
                  "is; Both, Off; default On"),
    AP_INIT_ITERATE("WLMTrustedProxies", add_trusted, NULL, RSRC_CONF,
                    "addresses, networks and names of the proxies before this server whose word on the "
                    "client is taken"),
    AP_INIT_TAKE1("WLMLog", wlm_log_directive, NULL, RSRC_CONF,
                  "a file, or |program, that gets the module's messages, too; PluginCfg: what the element Log of "
                  "plugin-cfg.xml says; default Off"),
    AP_INIT_RAW_ARGS("<WLMCluster", wlm_directives_section, NULL, RSRC_CONF,
                     "directives for the clusters of this name only"),
    WLM_OPTIONS(COMMAND)
    AP_INIT_TAKE12("WLMSlots", wlm_directives_slots, NULL, RSRC_CONF,
                   "how many members, and clusters, there can be in shared memory, also after changes of the files"),
    AP_INIT_FLAG("WLMRefuseEmpty", wlm_directives_refuse_empty, NULL, RSRC_CONF,
                 "On: a changed file that would leave no route where there was one is refused; default On"),
    AP_INIT_TAKE1("WLMStateFile", wlm_directives_state_file, NULL, RSRC_CONF,
                  "keeps what is known of members over a stop and start of httpd; relative to ServerRoot"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

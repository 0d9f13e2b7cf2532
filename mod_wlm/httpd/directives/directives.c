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

#define OPTION(name, option, help) \
    AP_INIT_TAKE_ARGV(name, wlm_options_directive, (void *)(apr_size_t)(option), RSRC_CONF, help)

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
    AP_INIT_RAW_ARGS("<WLMCluster", wlm_options_section, NULL, RSRC_CONF,
                     "directives for the clusters of this name only"),
    AP_INIT_TAKE12("WLMSlots", wlm_options_slots, NULL, RSRC_CONF,
                   "how many members, and clusters, there can be in shared memory, also after changes of the files"),
    AP_INIT_FLAG("WLMRefuseEmpty", wlm_options_refuse_empty, NULL, RSRC_CONF,
                 "On: a changed file that would leave no route where there was one is refused; default On"),
    AP_INIT_TAKE1("WLMStateFile", wlm_options_state_file, NULL, RSRC_CONF,
                  "keeps what is known of members over a stop and start of httpd; relative to ServerRoot"),
    OPTION("WLMRetryPolicy", WLM_OPTION_RETRY_POLICY,
           "which requests may be sent again after a part of them was sent: Original (default), Idempotent, "
           "IdempotencyKey"),
    OPTION("WLMPostBufferSize", WLM_OPTION_POST_BUFFER,
           "KiB of a request body that are kept in memory at least, whatever PostBufferSize says; -1: all"),
    OPTION("WLMBodySpool", WLM_OPTION_SPOOL,
           "request bodies up to this size are kept in a temporary file where they do not fit into memory; default 0"),
    OPTION("WLMTotalTimeout", WLM_OPTION_TOTAL_TIMEOUT,
           "time for all attempts of a request together, until a response begins; default 0: none"),
    OPTION("WLMRetryBackoff", WLM_OPTION_BACKOFF,
           "RetryInterval doubles with each probe that fails up to this time, with so many percent of "
           "jitter; default 0"),
    OPTION("WLMRetryBudget", WLM_OPTION_RETRY_BUDGET,
           "percentage of a cluster's requests in flight that may be repeated ones, and how many always "
           "may; default 100"),
    OPTION("WLMBusyStatus", WLM_OPTION_BUSY_STATUS,
           "statuses by which a member says that another one should answer; default 503"),
    OPTION("WLMBusyTime", WLM_OPTION_BUSY_TIME,
           "how long a busy member gets no new sessions: a time, or RetryAfter and the longest time; default 0"),
    OPTION("WLMMemberShare", WLM_OPTION_MEMBER_SHARE,
           "percentage of httpd's workers that one member may occupy; default 100"),
    OPTION("WLMQueue", WLM_OPTION_QUEUE,
           "how many requests may wait when all members are full, and how long; default 0"),
    OPTION("WLMOutlier", WLM_OPTION_OUTLIER,
           "leave a member out for RetryInterval that fails too often; default Off"),
    OPTION("WLMSlowStart", WLM_OPTION_SLOW_START,
           "time in which a member that is back comes to its full share; default 0"),
    OPTION("WLMAllDown", WLM_OPTION_ALL_DOWN,
           "what happens when no member is usable: Oldest (default), Balance, Fail"),
    OPTION("WLMPreferLocal", WLM_OPTION_LOCAL,
           "patterns of the members that get all new sessions as long as one of them is usable; Host: this machine"),
    OPTION("WLMHealthCheck", WLM_OPTION_CHECK,
           "ask each member again and again whether it is well; default Off"),
    OPTION("WLMResolveInterval", WLM_OPTION_RESOLVE,
           "how often the host names of members are resolved again; default 60; 0: only when httpd starts"),
    OPTION("WLMUpgrade", WLM_OPTION_UPGRADE,
           "protocols that clients and members may go over to (status 101): On (default): any; Off; or names, such "
           "as websocket"),
    OPTION("WLMTLSTrust", WLM_OPTION_TLS_TRUST,
           "https to members: whose certificates are trusted where a transport has no keyring: a PEM file, a "
           "folder, or System (default)"),
    OPTION("WLMTLSCertificate", WLM_OPTION_TLS_CERTIFICATE,
           "https to members: the certificate that they are shown where a keyring has none, and its key: PEM files"),
    OPTION("WLMTLSVerify", WLM_OPTION_TLS_VERIFY,
           "https to members: Full (default): their certificates are trusted and for their names; Chain: "
           "trusted; Off: any"),
    OPTION("WLMTLSCommonName", WLM_OPTION_TLS_COMMON_NAME,
           "https to members: On: a certificate without subjectAltName is accepted by its subject's CN; default Off"),
    OPTION("WLMTLSProtocols", WLM_OPTION_TLS_PROTOCOLS,
           "https to members: TLSv1.2, TLSv1.3 or both (default)"),
    OPTION("WLMTLSCiphers", WLM_OPTION_TLS_CIPHERS,
           "https to members: OpenSSL's list of ciphers for TLS 1.2, and the suites of TLS 1.3; default: OpenSSL's"),
    OPTION("WLMTLSServerName", WLM_OPTION_TLS_SERVER_NAME,
           "https to members: the name that is asked for (SNI), and that certificates must have; default: the "
           "transport's host"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL }
};

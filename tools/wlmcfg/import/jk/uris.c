/* `wlmcfg import mod_jk`: rules, which say which URIs go to which worker. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/jk/jk.h"

static const unsupported_setting_t extensions[] = {
    { "reply_timeout", PLUGIN_CFG_WARNING, "not-carried-over",
      "ServerIOTimeout is one for all URIs of a member; for another one make a second cluster of the same members" },
    { "sticky_ignore", PLUGIN_CFG_WARNING, "not-carried-over",
      "sessions stay on their member for all URIs of a cluster; for others make a second cluster without CloneID" },
    { "stateless", PLUGIN_CFG_NOTE, "not-carried-over", "every request without a session counts as a new one" },
    { "active", PLUGIN_CFG_WARNING, "not-carried-over",
      "members are the same for all URIs of a cluster; make a second one" },
    { "disabled", PLUGIN_CFG_WARNING, "not-carried-over",
      "members are the same for all URIs of a cluster; make a second one, in which these have LoadBalanceWeight 0" },
    { "stopped", PLUGIN_CFG_WARNING, "not-carried-over",
      "members are the same for all URIs of a cluster; make a second one without these" },
    { "fail_on_status", PLUGIN_CFG_WARNING, "not-carried-over",
      "see WLMBusyStatus and WLMOutlier, which are for a cluster" },
    { "use_server_errors", PLUGIN_CFG_WARNING, "not-carried-over",
      "error pages of members reach the client as they are" },
    { "session_*", PLUGIN_CFG_WARNING, "not-carried-over",
      "write AffinityCookie and AffinityURLIdentifier to the Uri" },
    { "set_session_cookie", PLUGIN_CFG_WARNING, "not-carried-over",
      "put WLMAffinity Cookie NAME into the httpd configuration, if the servers put no clone id into the session id" },
    { NULL, PLUGIN_CFG_NOTE, NULL, NULL }
};

/* -- patterns ------------------------------------------------------------------------------------ */

/* Modifiers in front of a pattern */
typedef struct kind_t {
    int is_disabled, is_exclusion;
} kind_t;

static const char *skip_kind(kind_t *kind, const char *pattern)
{
    for (kind->is_disabled = kind->is_exclusion = 0; *pattern && strchr("-!", *pattern); ++pattern) {
        kind->is_disabled |= *pattern == '-';
        kind->is_exclusion |= *pattern == '!';
    }
    return pattern;
}

static void add_pattern(jk_t *jk, source_line_t at, kind_t kind, const char *pattern, import_cluster_t *cluster)
{
    if (*pattern != '/' && *pattern != '*') {
        wlmcfg_import_add_finding(jk->import, *pattern == '?' ? PLUGIN_CFG_WARNING : PLUGIN_CFG_ERROR, at,
                                  *pattern == '?' ? "not-carried-over" : "bad-line",
                                  "\"%s\" begins neither with / nor with *", pattern);
    }
    else if (strchr(pattern, '?')) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, at, "not-carried-over",
                                  "\"%s\" is left out: the only wildcard of plugin-cfg.xml is *; write the paths one "
                                  "by one, or * for ?",
                                  pattern);
    }
    else if (kind.is_exclusion) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, at, "exclusion",
                                  "\"%s\" is excluded, which plugin-cfg.xml cannot say; put these three lines into the "
                                  "httpd configuration: %s",
                                  pattern, wlmcfg_import_exclusion(jk->import, pattern));
    }
    else {
        import_rule_t *rule = apr_pcalloc(jk->import->p, sizeof(*rule));
        rule->pattern = pattern;
        rule->cluster = cluster;
        rule->at = at;
        APR_ARRAY_PUSH(jk->mounts, import_rule_t *) = rule;
    }
}

/* "X|Y" means X and XY. With a slash and a star behind the bar one URI is for both. */
static void add_patterns(jk_t *jk, source_line_t at, const char *text, import_cluster_t *cluster)
{
    kind_t kind;
    const char *pattern = skip_kind(&kind, text), *bar = strchr(pattern, '|'), *front;

    if (kind.is_disabled) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_NOTE, at, "left-out", "\"%s\" is disabled, and left out",
                                  text);
        return;
    }
    if (!bar) {
        add_pattern(jk, at, kind, pattern, cluster);
        return;
    }
    front = apr_pstrmemdup(jk->import->p, pattern, (apr_size_t)(bar - pattern));
    if (strcmp(bar, "|/*") != 0) {
        add_pattern(jk, at, kind, front, cluster);
    }
    add_pattern(jk, at, kind, apr_pstrcat(jk->import->p, front, bar + 1, NULL), cluster);
}

void wlmcfg_jk_mount(jk_t *jk, const jk_target_t *target)
{
    const jk_property_t *mount = wlmcfg_jk_get(jk, target->name, "mount");
    const apr_array_header_t *patterns = wlmcfg_jk_words(jk, mount);
    int i;

    for (i = 0; i < patterns->nelts; ++i) {
        add_patterns(jk, mount->at, APR_ARRAY_IDX(patterns, i, const char *), target->cluster);
    }
}

/* -- uriworkermap.properties ---------------------------------------------------------------------- */

static void report_extensions(jk_t *jk, source_line_t at, char *text)
{
    char *state, *extension = apr_strtok(text, ";", &state);

    for (; extension; extension = apr_strtok(NULL, ";", &state)) {
        const char *value = strchr(extension, '='), *name;
        name = wlmcfg_import_trim(extension, value ? (size_t)(value - extension) : strlen(extension), jk->import->p);
        value = value ? wlmcfg_import_trim(value + 1, strlen(value + 1), jk->import->p) : NULL;
        if (*name && !wlmcfg_import_add_unsupported(jk->import, at, extensions, name, value)) {
            wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, at, "unknown",
                                      "extension %s is not known, and left out", name);
        }
    }
}

static void read_rule(jk_t *jk, const import_line_t *line)
{
    char *text = apr_pstrdup(jk->import->p, line->text), *equals = strchr(text, '='), *semicolon;
    const char *worker;
    const jk_target_t *target;

    if (!wlmcfg_import_is_text(jk->import, line->at, text)) {
        return;
    }
    if (!equals || line->is_joined) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, line->at, "bad-line",
                                  "a rule is PATTERN=WORKER on one line");
        return;
    }
    *equals = '\0';
    semicolon = strchr(equals + 1, ';');
    if (semicolon) {
        *semicolon = '\0';
        report_extensions(jk, line->at, semicolon + 1);
    }
    worker = wlmcfg_import_trim(equals + 1, strlen(equals + 1), jk->import->p);
    target = apr_hash_get(jk->targets, worker, APR_HASH_KEY_STRING);
    if (!target && !(strcmp(worker, "*") == 0 && strchr(text, '!'))) {
        wlmcfg_import_add_finding(jk->import, strchr(text, '-') == text ? PLUGIN_CFG_NOTE : PLUGIN_CFG_ERROR, line->at,
                                  "unknown-worker",
                                  "worker.list has no worker \"%s\"; correct the name, or remove the line", worker);
    }
    else if (target && !target->cluster) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_NOTE, line->at, "not-carried-over",
                                  "\"%s\" is left out: \"%s\" is a status worker; the handler wlm-status has that page",
                                  text, worker);
    }
    else {
        add_patterns(jk, line->at, wlmcfg_import_trim(text, strlen(text), jk->import->p),
                     target ? target->cluster : NULL);
    }
}

/* -- order ------------------------------------------------------------------------------------------ */

static int slashes(const char *pattern)
{
    int n = 0;

    for (; *pattern; ++pattern) {
        n += *pattern == '/';
    }
    return n;
}

/* The one with more slashes goes first, then the longer one: so does mod_jk. What it does with two equal ones is not
 * defined. */
static int by_priority(const void *a, const void *b)
{
    const import_rule_t *one = *(import_rule_t *const *)a, *other = *(import_rule_t *const *)b;
    int by_slashes = slashes(other->pattern) - slashes(one->pattern);
    size_t len = strlen(one->pattern), other_len = strlen(other->pattern);

    if (by_slashes || len != other_len) {
        return by_slashes ? by_slashes : (other_len > len) - (other_len < len);
    }
    return strcmp(one->at.file, other->at.file) ? strcmp(one->at.file, other->at.file) : one->at.line - other->at.line;
}

void wlmcfg_jk_read_rules(jk_t *jk, const char *file)
{
    apr_array_header_t *lines = file ? wlmcfg_import_lines(jk->import, file, '#') : NULL;
    int i;

    for (i = 0; lines && i < lines->nelts; ++i) {
        read_rule(jk, &APR_ARRAY_IDX(lines, i, import_line_t));
    }
    qsort(jk->mounts->elts, (size_t)jk->mounts->nelts, sizeof(import_rule_t *), by_priority);
    for (i = 0; i < jk->mounts->nelts; ++i) {
        const import_rule_t *rule = APR_ARRAY_IDX(jk->mounts, i, import_rule_t *);
        wlmcfg_import_add_rule(jk->import, rule->at, rule->pattern, rule->cluster, NULL);
    }
    if (!jk->mounts->nelts) {
        source_line_t at = { file ? file : "uriworkermap.properties", 0 };
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, at, "no-rules",
                                  "no URI leads to a worker, so the result has no Route: write a line such as "
                                  "/app|/*=WORKER for each JkMount of the httpd configuration into a file, and name "
                                  "that behind workers.properties");
    }
}

/* wlmctl status --check: one line for a monitor as the plug-ins of Nagios print it: a word, and the reasons.
 * On main()'s thread. */
#include <stdio.h>
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "tools/common/text.h"
#include "tools/wlmctl/check.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/table.h"
#include "tools/wlmctl/wlmctl.h"

#define NEAR 80                    /* percent, as the server's log warns */

typedef struct check_t {
    apr_array_header_t *critical, *warnings; /* const char * */
    int members, taken_out;        /* by an administrator */
    double now;
    apr_pool_t *p;
} check_t;

static void check_files(check_t *check, const json_t *view)
{
    const json_t *file;
    size_t i;

    json_array_foreach(json_object_get(view, "files"), i, file) {
        if (*wlmctl_text(file, "refused")) {
            APR_ARRAY_PUSH(check->warnings, const char *) =
                apr_psprintf(check->p, "%s is refused since %s", wlmctl_text(file, "path"),
                             wlmctl_age(file, "refused_since", check->now, check->p));
        }
    }
}

static void check_connections(check_t *check, const json_t *view)
{
    const json_t *engine = json_object_get(view, "engine");
    double used = wlmctl_number(engine, "connections"), most = wlmctl_number(engine, "connections_max");

    if (most > 0 && used * 100 >= most * NEAR) {
        APR_ARRAY_PUSH(check->warnings, const char *) =
            apr_psprintf(check->p, "%.0f of the %.0f connections that AsyncRequestWorkerFactor allows", used, most);
    }
}

static void check_descriptors(check_t *check, const json_t *view)
{
    const json_t *engine = json_object_get(view, "engine");
    double used = wlmctl_number(engine, "descriptors"), most = wlmctl_number(engine, "descriptors_max");

    if (most > 0 && used * 100 >= most * NEAR) {
        APR_ARRAY_PUSH(check->warnings, const char *) =
            apr_psprintf(check->p, "a process has %.0f of the %.0f file descriptors that it may open", used, most);
    }
}

/* @param whose  of the certificate whose end is in this field */
static void check_certificate(check_t *check, const json_t *cluster, const json_t *member, const char *field,
                              const char *whose)
{
    double left = wlmctl_time(member, field) - check->now;

    if (wlmctl_expires_soon(member, field, check->now)) {
        APR_ARRAY_PUSH(check->warnings, const char *) =
            apr_psprintf(check->p, "the certificate %s %s of %s %s", whose, wlmctl_text(member, "name"),
                         wlmctl_text(cluster, "name"), left > 0
                         ? apr_pstrcat(check->p, "expires in ", wlmctl_span(left, check->p), NULL) : "has expired");
    }
}

static const char *describe(const json_t *cluster, const json_t *member, const check_t *check)
{
    const char *state = wlmctl_text(member, "state"), *since = wlmctl_age(member, "since", check->now, check->p);
    const char *reason = wlmctl_text(member, "reason");
    const char *name = apr_pstrcat(check->p, wlmctl_text(member, "name"), " of ", wlmctl_text(cluster, "name"), NULL);

    return strcmp(wlmctl_text(member, "attention"), "failing") == 0
           ? apr_pstrcat(check->p, name, " fails often", *reason ? ": " : "", reason, NULL)
           : *wlmctl_text(member, "since") ? apr_pstrcat(check->p, name, " is ", state, " since ", since, NULL)
           : apr_pstrcat(check->p, name, " is ", state, *reason ? ": " : "", reason, NULL);
}

/* A cluster that is full works, at its limit */
static void check_serving(check_t *check, const json_t *cluster)
{
    const char *serving = wlmctl_text(cluster, "serving");
    int is_full = strcmp(serving, "full") == 0, is_backup = strcmp(serving, "backup") == 0;
    const char *what = is_full ? " is full: all members that are up have as many requests as they may have"
                     : is_backup ? " is on backup" : " has no member for new sessions";

    if (is_full || is_backup || wlmctl_number(cluster, "usable") == 0) {
        APR_ARRAY_PUSH(is_full || is_backup ? check->warnings : check->critical, const char *) =
            apr_pstrcat(check->p, "cluster ", wlmctl_text(cluster, "name"), what, NULL);
    }
}

static void check_cluster(check_t *check, const json_t *cluster)
{
    const json_t *member;
    size_t m;

    check_serving(check, cluster);
    json_array_foreach(json_object_get(cluster, "members"), m, member) {
        if (wlmctl_needs_attention(member)) {
            APR_ARRAY_PUSH(check->warnings, const char *) = describe(cluster, member, check);
        }
        check_certificate(check, cluster, member, "tls_expires", "of");
        check_certificate(check, cluster, member, "tls_own_expires", "that is shown to");
        check->taken_out += strcmp(wlmctl_text(member, "admin_state"), "enabled") != 0;
    }
    check->members += (int)m;
}

int wlmctl_check(const json_t *view, const apr_array_header_t *clusters, apr_pool_t *p)
{
    static const char *const words[] = { "OK", "WARNING", "CRITICAL" };
    check_t check = { .critical = apr_array_make(p, 4, sizeof(const char *)), .p = p,
                      .warnings = apr_array_make(p, 4, sizeof(const char *)), .now = wlmctl_time(view, "time") };
    const char *line;
    int i, code;

    check_files(&check, view);
    check_connections(&check, view);
    check_descriptors(&check, view);
    for (i = 0; i < clusters->nelts; ++i) {
        check_cluster(&check, APR_ARRAY_IDX(clusters, i, const json_t *));
    }
    code = check.critical->nelts ? 2 : check.warnings->nelts ? 1 : 0;
    apr_array_cat(check.critical, check.warnings);
    line = "";
    for (i = 0; i < check.critical->nelts; ++i) {
        line = apr_pstrcat(p, line, APR_ARRAY_IDX(check.critical, i, const char *), "; ", NULL);
    }
    line = apr_psprintf(p, "%s: %s%s in %s, %d taken out on purpose", words[code], line,
                        wlm_count_text(check.members, "member", p), wlm_count_text(clusters->nelts, "cluster", p),
                        check.taken_out);
    puts(tool_text_cut(line, wlmctl_line_width(), p));
    return code;
}

void wlmctl_check_unknown(const char *why, apr_pool_t *p)
{
    puts(tool_text_cut(apr_pstrcat(p, "UNKNOWN: ", why, NULL), wlmctl_line_width(), p));
}

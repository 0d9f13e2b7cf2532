/* `wlmcfg diff`: what a reload from one file to another would change. On main()'s thread.
 *
 * Two files are compared by what the module makes of them, not by their text. Clusters and members are paired by
 * their names, as the module does at a reload, and those with another name by their addresses (compare/pairs.h);
 * clusters.c compares the pairs. Routes are compared by where requests go: probes.c makes hosts and paths that stand
 * for all others, routes.c finds the route of each pair of them in both files, and sessions.c finds what becomes of
 * the sessions that go from one cluster to the other. text.c and json.c print it.
 */
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/print.h"
#include "tools/wlmcfg/wlmcfg.h"

/* the exit code with --exit-code, as that of git diff */
#define DIFFERENT 1

/* @return 0: it has errors, which are printed */
static int read_file(const plugin_cfg_t **pcfg, const char *file, apr_pool_t *p)
{
    plugin_cfg_t *cfg;

    if (wlmcfg_read(&cfg, file, p) != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return 0;
    }
    *pcfg = cfg;
    return 1;
}

int wlmcfg_run_diff(int argc, char **argv, apr_pool_t *p)
{
    wlmcfg_directives_t directives = wlmcfg_directives_make(p);
    int json = 0, exit_code = 0, is_different, n;
    const tool_option_t options[] = {
        { .name = "json", .flag = &json }, { .name = "exit-code", .flag = &exit_code },
        WLMCFG_DIRECTIVES_OPTIONS(directives), { .name = NULL }
    };
    diff_t diff = { .directives = &directives };
    int is_from_good, is_to_good;
    char **files;

    if ((n = tool_read_call(argc, argv, options, &files)) != 2) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("diff", "name two files, the one before and the one after");
    }
    if (!wlmcfg_directives_read(&directives, p)) {
        return WLMCFG_MISUSE;
    }
    is_from_good = read_file(&diff.from, files[0], p);
    is_to_good = read_file(&diff.to, files[1], p);
    if (!is_from_good || !is_to_good) {
        return WLMCFG_MISUSE; /* not ERRORS, as elsewhere: with --exit-code that means a difference */
    }
    wlmcfg_diff_compare(&diff, p);
    is_different = !wlmcfg_diff_is_empty(&diff);
    if (!json) {
        wlmcfg_diff_print(&diff, p);
    }
    else if (!wlmcfg_diff_json(&diff)) {
        return tool_failure("out of memory, or the output cannot be written");
    }
    return exit_code && is_different ? DIFFERENT : WLMCFG_FINE;
}

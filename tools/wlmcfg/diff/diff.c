/* `wlmcfg diff`: what a reload from one file to another would change. tools/wlmcfg/diff/diff.h tells the way. */
#include "tools/wlmcfg/diff/diff.h"

/* as git has it: only for who asks for it */
#define DIFFERENT 1

static int compare(diff_t *diff, apr_pool_t *p)
{
    diff->pairs = wlm_pairs_make(diff->from, diff->to, p);
    diff->settings = apr_array_make(p, 4, sizeof(change_t));
    wlmcfg_diff_attributes(diff->settings, "Config", diff->from, diff->to);
    diff->clusters = wlmcfg_diff_clusters(diff, p);
    wlmcfg_diff_routes(diff, p);
    wlmcfg_diff_sessions(diff, p);
    return !wlmcfg_diff_is_empty(diff);
}

/* @return 0: it has errors, which have been told */
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
    int json = 0, exit_code = 0, is_different, n;
    const tool_option_t options[] = {
        { .name = "json", .flag = &json }, { .name = "exit-code", .flag = &exit_code }, { .name = NULL }
    };
    diff_t diff = { .from = NULL };
    int is_from_good, is_to_good;
    char **files;

    if ((n = tool_read_call(argc, argv, options, &files)) != 2) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("diff", "name two files, the one before and the one after");
    }
    is_from_good = read_file(&diff.from, files[0], p);
    is_to_good = read_file(&diff.to, files[1], p);
    if (!is_from_good || !is_to_good) {
        return WLMCFG_MISUSE; /* not ERRORS, as elsewhere: that must not be taken for a difference */
    }
    is_different = compare(&diff, p);
    if (!json) {
        wlmcfg_diff_print(&diff, p);
    }
    else if (!wlmcfg_diff_json(&diff)) {
        return tool_failure("out of memory, or the output cannot be written");
    }
    return exit_code && is_different ? DIFFERENT : WLMCFG_FINE;
}

/* `wlmcfg check`: the findings of each file, those of the reader and those of the review, and how many there are.
 * On main()'s thread. */
#include "base/count.h"
#include "tools/wlmcfg/check/review.h"
#include "tools/wlmcfg/wlmcfg.h"

typedef struct counts_t {
    int by_severity[PLUGIN_CFG_ERROR + 1];
} counts_t;

static void count(counts_t *counts, const plugin_cfg_t *cfg, int strict)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        ++counts->by_severity[wlmcfg_severity(APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *), strict)];
    }
}

static void print_summary(const counts_t *counts, int nfiles)
{
    const int *n = counts->by_severity;

    fprintf(stderr, "%d %s: %d %s, %d %s, %d %s\n", nfiles, wlm_count_word(nfiles, "file", "files"),
            n[PLUGIN_CFG_ERROR], wlm_count_word(n[PLUGIN_CFG_ERROR], "error", "errors"),
            n[PLUGIN_CFG_WARNING], wlm_count_word(n[PLUGIN_CFG_WARNING], "warning", "warnings"),
            n[PLUGIN_CFG_NOTE], wlm_count_word(n[PLUGIN_CFG_NOTE], "note", "notes"));
}

static int check_files(char *const *files, int nfiles, int strict, apr_pool_t *p)
{
    counts_t counts = { { 0 } };
    apr_pool_t *pfile;
    int i;

    apr_pool_create(&pfile, p);
    for (i = 0; i < nfiles; ++i) {
        plugin_cfg_t *cfg;
        if (wlmcfg_read(&cfg, files[i], pfile) == APR_SUCCESS) {
            wlm_review(cfg, pfile); /* half a topology would have it say what is not so */
        }
        wlmcfg_print_findings(stdout, cfg, strict);
        count(&counts, cfg, strict);
        apr_pool_clear(pfile);
    }
    fflush(stdout); /* the summary comes last, on a terminal too */
    print_summary(&counts, nfiles);
    return counts.by_severity[PLUGIN_CFG_ERROR] ? WLMCFG_ERRORS : WLMCFG_FINE;
}

int wlmcfg_run_check(int argc, char **argv, apr_pool_t *p)
{
    int strict = 0, n;
    const char *explain = NULL;
    const tool_option_t options[] = {
        { .name = "strict", .flag = &strict }, { .name = "explain", .value = &explain }, { .name = NULL }
    };
    char **files;

    if ((n = tool_read_call(argc, argv, options, &files)) < 0) {
        return WLMCFG_MISUSE;
    }
    if (explain) {
        return n || strict ? tool_misuse("check --explain", "it takes no file and no --strict")
                           : wlmcfg_explain_finding(explain);
    }
    return n ? check_files(files, n, strict, p) : tool_misuse("check", "name a file");
}

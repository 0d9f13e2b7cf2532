/* Compares two texts as `wlmcfg diff` compares two files. On the thread of the test. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "tools/wlmcfg/diff/diff_unit.h"

static plugin_cfg_t *file_of(const char *inside)
{
    plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>", inside, "</Config>", NULL));

    ck_assert_msg(!plugin_cfg_has_errors(cfg), "%s: %s", inside, cfg_findings(cfg));
    return cfg;
}

const diff_t *compare_with(const char *directive, const char *from, const char *to)
{
    diff_t *diff = apr_pcalloc(unit_pool, sizeof(*diff));
    wlmcfg_directives_t *directives = apr_palloc(unit_pool, sizeof(*directives));

    *directives = wlmcfg_directives_make(unit_pool);
    if (directive) {
        APR_ARRAY_PUSH(directives->lines, const char *) = directive;
    }
    ck_assert(wlmcfg_directives_read(directives, unit_pool));
    diff->directives = directives;
    diff->from = file_of(from);
    diff->to = file_of(to);
    wlmcfg_diff_compare(diff, unit_pool);
    return diff;
}

const diff_t *compare(const char *from, const char *to)
{
    return compare_with(NULL, from, to);
}

/* `wlmcfg check --explain`: what each finding means, from plugin-cfg/finding_table.h. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/wlmcfg.h"

static void print_kind(const plugin_cfg_finding_kind_t *kind, const char *before)
{
    printf("%s%s: %s", before, kind->id, plugin_cfg_severity_name(kind->severity));
    if (kind->milder != kind->severity) {
        printf(", %s", plugin_cfg_severity_name(kind->milder));
    }
    printf("\n    %s\n    %s\n", kind->meaning, kind->remedy);
}

int wlmcfg_explain_finding(const char *id)
{
    int all = strcmp(id, "all") == 0, found = 0;
    size_t i;

    for (i = 0; i < PLUGIN_CFG_FINDINGS_COUNT; ++i) {
        if (all || strcmp(id, plugin_cfg_finding_kinds[i].id) == 0) {
            print_kind(&plugin_cfg_finding_kinds[i], found ? "\n" : "");
            found = 1;
        }
    }
    return found ? WLMCFG_FINE : tool_misuse(id, "no finding has this id; --explain all shows them all");
}

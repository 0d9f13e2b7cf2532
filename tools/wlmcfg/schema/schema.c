/* `wlmcfg schema`: what is known of the format, for people and for editors. On main()'s thread. */
#include "tools/wlmcfg/wlmcfg.h"
#include "tools/wlmcfg/schema/schema.h"

/* docs/plugin-cfg.md has the output as Markdown, docs/schema/ that as XSD and RELAX NG; all are checked against it */
int wlmcfg_run_schema(int argc, char **argv, apr_pool_t *p)
{
    int xsd = 0, rng = 0;
    const tool_option_t options[] = { { .name = "xsd", .flag = &xsd }, { .name = "rng", .flag = &rng },
                                      { .name = NULL } };
    char **words;
    int n = tool_read_call(argc, argv, options, &words);

    if (n || (xsd && rng)) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("schema", n ? "it takes no file" : "name one of --xsd and --rng");
    }
    if (xsd) {
        wlmcfg_schema_print_xsd(p);
    }
    else if (rng) {
        wlmcfg_schema_print_rng(p);
    }
    else {
        wlmcfg_schema_print_markdown(p);
    }
    return WLMCFG_FINE;
}

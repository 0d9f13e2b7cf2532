/* `wlmcfg graph`: a picture of the topology, or the text that it is made of. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/graph/graph.h"
#include "tools/wlmcfg/common/output.h"

static int draw(const char *file, int is_svg, const char *output, apr_pool_t *p)
{
    int code = WLMCFG_FINE;
    plugin_cfg_t *cfg;
    const char *text;

    if (wlmcfg_read(&cfg, file, p) != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    if (!(text = wlmcfg_graph_dot(cfg, p))) {
        return tool_failure("out of memory");
    }
    if (is_svg) {
        code = wlmcfg_graph_render(&text, text, p);
    }
    return code == WLMCFG_FINE ? wlmcfg_output_write(output, text, strlen(text), p) : code;
}

int wlmcfg_run_graph(int argc, char **argv, apr_pool_t *p)
{
    const char *output = NULL, *format = "svg";
    const tool_option_t options[] = {
        { .name = "output", .letter = 'o', .value = &output }, { .name = "format", .value = &format }, { .name = NULL }
    };
    char **files;
    int n = tool_read_call(argc, argv, options, &files);

    if (n != 1) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("graph", "name one file");
    }
    if (strcmp(format, "svg") != 0 && strcmp(format, "dot") != 0) {
        return tool_misuse(format, "the format is svg or dot");
    }
    return draw(files[0], strcmp(format, "svg") == 0, output, p);
}

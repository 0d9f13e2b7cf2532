/* Reads the file that a command names. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/wlmcfg.h"

apr_status_t wlmcfg_read(plugin_cfg_t **pcfg, const char *file, apr_pool_t *p)
{
    apr_file_t *input;

    return strcmp(file, "-") == 0 && apr_file_open_stdin(&input, p) == APR_SUCCESS
               ? plugin_cfg_read_stream(pcfg, input, "standard input", p) : plugin_cfg_read(pcfg, file, p);
}

/* httpd/directives/config_file.h: the directive that names a plugin-cfg.xml. */
#ifndef WLM_HTTPD_DIRECTIVES_CONFIG_FILE_H
#define WLM_HTTPD_DIRECTIVES_CONFIG_FILE_H

#include <http_config.h>

/** WLMConfig FILE. Servers that name the same file share its record; the first one reads it. */
const char *wlm_config_file_directive(cmd_parms *cmd, void *dir, const char *path);

#endif

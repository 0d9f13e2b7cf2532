/* httpd/directives/directives.h: the table of directives. docs/directives.md explains each.
 * In the parent, while httpd reads its configuration. */
#ifndef WLM_HTTPD_DIRECTIVES_DIRECTIVES_H
#define WLM_HTTPD_DIRECTIVES_DIRECTIVES_H

#include "httpd/context/settings_table.h"
#include "httpd/directives/kinds.h"

WLM_GLOBAL_SETTINGS(WLM_PARSER)
WLM_SERVER_SETTINGS(WLM_PARSER)
WLM_DIRECTORY_SETTINGS(WLM_PARSER)
WLM_ANYWHERE_SETTINGS(WLM_PARSER)

extern const command_rec wlm_commands[];

#endif

/* httpd/directives/directives.h: the table of directives. docs/directives.md explains each. */
#ifndef WLM_HTTPD_DIRECTIVES_DIRECTIVES_H
#define WLM_HTTPD_DIRECTIVES_DIRECTIVES_H

#include <httpd.h>
#include <http_config.h>

extern const command_rec wlm_commands[];

#endif

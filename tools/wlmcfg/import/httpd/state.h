/* tools/wlmcfg/import/httpd/state.h: what a reading of httpd's files begins with. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_STATE_H
#define WLMCFG_IMPORT_HTTPD_STATE_H

#include "tools/wlmcfg/import/httpd/directives.h"

/** Nothing is read as yet; the main server is the present scope.
 *  @param file   the first one  @param parse  see httpd_t */
void wlmcfg_httpd_make_state(httpd_t *httpd, import_t *import, const char *file,
                             void (*parse)(httpd_t *httpd, const httpd_directive_t *directive));

#endif

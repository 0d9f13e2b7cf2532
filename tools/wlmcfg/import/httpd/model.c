/* `wlmcfg import mod_proxy_balancer`: a look-up in the configuration as far as it has been read. On main()'s thread. */
#include <string.h>
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/model.h"

const httpd_section_t *wlmcfg_httpd_section(const httpd_t *httpd, const char *name)
{
    int i;

    for (i = httpd->sections->nelts - 1; i >= 0; --i) {
        const httpd_section_t *section = &APR_ARRAY_IDX(httpd->sections, i, httpd_section_t);
        if (strcmp(section->name, name) == 0) {
            return section;
        }
    }
    return NULL;
}

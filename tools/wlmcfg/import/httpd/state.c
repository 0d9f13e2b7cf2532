/* `wlmcfg import`: what a reading of httpd's files begins with. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/httpd/hosts.h"
#include "tools/wlmcfg/import/httpd/state.h"

void wlmcfg_httpd_make_state(httpd_t *httpd, import_t *import, const char *file,
                             void (*parse)(httpd_t *httpd, const httpd_directive_t *directive))
{
    const char *slash = strrchr(file, '/');
    apr_pool_t *p = import->p;

    memset(httpd, 0, sizeof(*httpd));
    httpd->import = import;
    httpd->parse = parse;
    httpd->defines = apr_hash_make(p);
    httpd->directory = !slash ? "." : slash == file ? "" : apr_pstrmemdup(p, file, (apr_size_t)(slash - file));
    httpd->scopes = apr_array_make(p, 4, sizeof(httpd_scope_t *));
    httpd->balancers = apr_array_make(p, 4, sizeof(httpd_balancer_t *));
    httpd->workers = apr_hash_make(p);
    httpd->sets = apr_array_make(p, 4, sizeof(httpd_member_t));
    httpd->passes = apr_array_make(p, 16, sizeof(httpd_pass_t *));
    httpd->sections = apr_array_make(p, 8, sizeof(httpd_section_t));
    wlmcfg_httpd_open_host(httpd, NULL);
    httpd->main = httpd->scope;
}

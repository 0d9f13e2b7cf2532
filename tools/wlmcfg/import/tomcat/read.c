/* `wlmcfg import tomcat`: the attributes of an element, and its line. On main()'s thread. */
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/tomcat/tomcat.h"

source_line_t wlmcfg_tomcat_source_line(const tomcat_t *tomcat, const xmlNode *node)
{
    source_line_t at = { tomcat->file, (int)xmlGetLineNo(node) };

    return at;
}

const char *wlmcfg_tomcat_get(const tomcat_t *tomcat, const xmlNode *node, const char *name)
{
    xmlChar *raw = xmlGetNoNsProp(node, BAD_CAST name);
    const char *text = raw ? apr_pstrdup(tomcat->import->p, (const char *)raw) : NULL;

    xmlFree(raw);
    return text ? wlmcfg_import_resolve(tomcat->import, wlmcfg_tomcat_source_line(tomcat, node), text, '{', NULL)
                : NULL;
}

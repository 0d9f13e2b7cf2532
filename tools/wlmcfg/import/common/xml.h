/* tools/wlmcfg/import/common/xml.h: the model as XML, by the schema of plugin-cfg.xml. On main()'s thread. */
#ifndef WLMCFG_IMPORT_COMMON_XML_H
#define WLMCFG_IMPORT_COMMON_XML_H

#include "tools/wlmcfg/import/common/model.h"

/** @param title  a comment at the top  @param plen  how many bytes  @return NULL when memory ran out */
const char *wlmcfg_import_bytes(import_t *import, const char *title, apr_size_t *plen);

/** Set the defaults of an element. @param model  its struct */
void wlmcfg_import_set_defaults(const char *element, void *model);

#endif

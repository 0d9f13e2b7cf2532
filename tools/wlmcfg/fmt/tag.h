/* tools/wlmcfg/fmt/tag.h: a start tag, on one line or on several. Any thread. */
#ifndef WLMCFG_FMT_TAG_H
#define WLMCFG_FMT_TAG_H

#include <apr_tables.h>
#include "plugin-cfg/schema.h"
#include "tools/wlmcfg/fmt/buffer.h"

/**
 * @param attributes  wlmcfg_fmt_attribute_t; are put in order
 * @param element     NULL: not known, so the order stays
 * @param indent      the column in which it begins; what is there already
 */
void wlmcfg_fmt_put_tag(wlmcfg_fmt_buffer_t *out, const char *name, apr_array_header_t *attributes,
                        const plugin_cfg_element_t *element, int indent, int is_empty);

#endif

/* tools/wlmcfg/fmt/format.h: the one layout of a plugin-cfg.xml. Any thread.
 *
 * Each element on a line of its own, two blanks deeper than its parent; attributes in the order of the reader's table,
 * in double quotes; a tag of more than 120 columns has each attribute on a line. Comments and processing instructions
 * are kept, a comment behind an element stays there; values and texts are kept as they are written.
 */
#ifndef WLMCFG_FMT_FORMAT_H
#define WLMCFG_FMT_FORMAT_H

#include <apr_pools.h>

/**
 * @param text  well-formed XML without a DOCTYPE, in UTF-8; ends with NUL
 * @return the same, formatted, with the line ends that the first line has; formatted again it is the same
 */
const char *wlmcfg_fmt_format(const char *text, apr_size_t *plen, apr_pool_t *p);

#endif

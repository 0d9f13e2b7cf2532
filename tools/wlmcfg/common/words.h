/* tools/wlmcfg/common/words.h: the words of a line, as httpd reads them. On main()'s thread. */
#ifndef WLMCFG_COMMON_WORDS_H
#define WLMCFG_COMMON_WORDS_H

#include <apr_tables.h>

/** Split a line: at blanks, but not in quotes, in which a backslash stands before a quote.
 *  @return const char *, in p */
apr_array_header_t *wlmcfg_words_split(const char *text, apr_pool_t *p);

#endif

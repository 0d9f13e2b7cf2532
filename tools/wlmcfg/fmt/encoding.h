/* tools/wlmcfg/fmt/encoding.h: a file's bytes as UTF-8, and back. Any thread. */
#ifndef WLMCFG_FMT_ENCODING_H
#define WLMCFG_FMT_ENCODING_H

#include <apr_pools.h>

/**
 * The encoding of a file by its first bytes and its XML declaration. A byte order mark is a character of the text.
 * @param bytes  ends with NUL
 * @return its name for iconv(3); "UTF-8" when the file does not say
 */
const char *wlmcfg_fmt_encoding(const char *bytes, apr_size_t len, apr_pool_t *p);

/** @return the bytes in another encoding, ended with NUL; NULL when they cannot be converted */
const char *wlmcfg_fmt_convert(const char *bytes, apr_size_t len, const char *from, const char *to, apr_size_t *plen,
                               apr_pool_t *p);

/**
 * Can the text be XML in UTF-8? It has no NUL, and begins with `<` behind a byte order mark and white space. A file in
 * UTF-32 or EBCDIC, whose encoding is not recognized here but by libxml2, is told from others by that.
 * @param text  ends with NUL
 */
int wlmcfg_fmt_is_markup(const char *text, apr_size_t len);

#endif

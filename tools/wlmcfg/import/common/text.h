/* tools/wlmcfg/import/common/text.h: files of lines, and variables in them. What cannot be read is added as a
 * finding of severity error. On main()'s thread. */
#ifndef WLMCFG_IMPORT_COMMON_TEXT_H
#define WLMCFG_IMPORT_COMMON_TEXT_H

#include <stdio.h>
#include "tools/wlmcfg/import/common/model.h"

/** A copy in lower case, of ASCII. */
char *wlmcfg_import_lower(const char *text, apr_pool_t *p);
/** The first characters of a text, without blanks around them. */
char *wlmcfg_import_trim(const char *text, size_t len, apr_pool_t *p);

/** Open a file or pipe to be read. @return NULL when it cannot be read, or is too large */
FILE *wlmcfg_import_open(import_t *import, const char *file);

typedef struct import_line_t {
    const char *text;              /* without blanks around it */
    source_line_t at;              /* where it begins */
    int is_joined;                 /* of several */
} import_line_t;

/** All lines that are not empty. Lines that end in a backslash are joined with the next one.
 *  @param comment  what begins a comment anywhere in a line; 0: nothing does
 *  @return import_line_t; NULL when the file cannot be read */
apr_array_header_t *wlmcfg_import_lines(import_t *import, const char *file, char comment);

/**
 * Replace variables, $(name) or ${name}, in braces also ${name:-default}.
 * @param own  name -> value, of the file; those of --define go before them; NULL: none
 * @param pmissing  out: the first name that has no value and was left as it was, or NULL
 * @return NULL when it would be too long
 */
const char *wlmcfg_import_expand(import_t *import, const char *text, char bracket, apr_hash_t *own,
                                 const char **pmissing);
/** The same, but a missing variable and a text that is too long are errors. @return NULL then */
const char *wlmcfg_import_resolve(import_t *import, source_line_t at, const char *text, char bracket, apr_hash_t *own);

#endif

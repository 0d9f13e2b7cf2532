/* tools/wlmcfg/import/httpd/directives.h: files, sections and directives, as httpd reads them. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_DIRECTIVES_H
#define WLMCFG_IMPORT_HTTPD_DIRECTIVES_H

#include "tools/wlmcfg/import/httpd/model.h"

typedef struct httpd_section_t {
    const char *name;              /* in lower case */
    apr_array_header_t *words;     /* const char * */
    const char *text;              /* as in the file, for messages */
    const char *why_omitted;       /* why its directives are not carried over; NULL: they are */
    source_line_t at;
} httpd_section_t;

typedef struct httpd_directive_t {
    const char *name;
    const char **words;            /* ends with NULL */
    int n;
    const char *text;              /* the whole line */
    source_line_t at;
    const char *missing;           /* a variable in it that is not defined; NULL: none */
    const char *why_omitted;       /* of the sections around it */
} httpd_directive_t;

/** The innermost open section of this name. @return NULL: none */
const httpd_section_t *wlmcfg_httpd_section(const httpd_t *httpd, const char *name);

/** Read a file, and what it includes. */
void wlmcfg_httpd_read(httpd_t *httpd, const char *file, int depth);

/** Parse a directive of `wlmcfg import mod_proxy_balancer`: httpd_t's `parse`. */
void wlmcfg_httpd_parse_directive(httpd_t *httpd, const httpd_directive_t *directive);

/** Add the finding of a directive of mod_proxy that is not carried over. @return 0: it is none */
int wlmcfg_httpd_report_unsupported(httpd_t *httpd, const httpd_directive_t *directive);

#endif

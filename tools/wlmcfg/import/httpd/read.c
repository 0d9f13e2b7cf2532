/* `wlmcfg import`: files, lines, sections and variables, as httpd reads them. On main()'s thread. */
#include <glob.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/common/words.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/hosts.h"
#include "tools/wlmcfg/import/httpd/model.h"

#define DEPTH_MAX 16

/* -- sections ---------------------------------------------------------------------------------- */

/* Sections in which a directive counts only sometimes, or for other things than URIs */
static const char *const conditions[] = { "if", "elseif", "else", "directory", "directorymatch", "files", "filesmatch",
                                          "macro", "limit", "limitexcept", "proxymatch", NULL };

static int is_condition(const char *name)
{
    int i;

    for (i = 0; conditions[i]; ++i) {
        if (strcmp(name, conditions[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_defined(const httpd_t *httpd, const char *name)
{
    return apr_hash_get(httpd->defines, name, APR_HASH_KEY_STRING)
           || apr_hash_get(httpd->import->defines, name, APR_HASH_KEY_STRING);
}

static const char *why_section_omitted(const httpd_t *httpd, const httpd_section_t *section)
{
    const char *word = section->words->nelts ? APR_ARRAY_IDX(section->words, 0, const char *) : "";

    if (is_condition(section->name)) {
        return apr_psprintf(httpd->import->p, "it stands in <%s>, and plugin-cfg.xml knows no conditions but hosts and "
                            "URIs", section->text);
    }
    if (strcmp(section->name, "ifdefine") == 0 && is_defined(httpd, word + (*word == '!')) == (*word == '!')) {
        return *word == '!' ? apr_psprintf(httpd->import->p, "it stands in <%s>, and %s is defined", section->text,
                                           word + 1)
                            : apr_psprintf(httpd->import->p,
                                           "it stands in <%s>, and %s is not defined here; if it is, give "
                                           "--define %s=1", section->text, word, word);
    }
    if (strcmp(section->name, "ifmodule") == 0 && *word == '!') {
        return apr_psprintf(httpd->import->p, "it stands in <%s>, and the module is taken as loaded", section->text);
    }
    return NULL;
}

static void open_section(httpd_t *httpd, const char *text, source_line_t at, const char *missing)
{
    apr_pool_t *p = httpd->import->p;
    const char *end = strrchr(text, '>');
    apr_size_t len;
    httpd_section_t section = { .at = at };

    section.text = apr_pstrmemdup(p, text, end ? (apr_size_t)(end - text) : strlen(text));
    len = strcspn(section.text, " \t");
    section.name = wlmcfg_import_lower(apr_pstrmemdup(p, section.text, len), p);
    section.words = wlmcfg_words_split(section.text + len, p);
    section.why_omitted = why_section_omitted(httpd, &section);
    if (missing && (strcmp(section.name, "virtualhost") == 0 || strcmp(section.name, "proxy") == 0)) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, at, "undefined",
                                  "variable \"%s\" is not defined here; give it with --define %s=VALUE", missing,
                                  missing);
    }
    APR_ARRAY_PUSH(httpd->sections, httpd_section_t) = section;
    if (strcmp(section.name, "virtualhost") == 0) {
        wlmcfg_httpd_open_host(httpd, &section);
    }
}

static void close_section(httpd_t *httpd, const char *text, source_line_t at)
{
    const char *name = wlmcfg_import_lower(apr_pstrmemdup(httpd->import->p, text, strcspn(text, "> \t")),
                                           httpd->import->p);
    const httpd_section_t *open = httpd->sections->nelts
        ? &APR_ARRAY_IDX(httpd->sections, httpd->sections->nelts - 1, httpd_section_t) : NULL;

    if (!open || strcmp(open->name, name) != 0) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, at, "bad-line",
                                  "</%s> ends no section that is open; try httpd -t", name);
        return;
    }
    if (strcmp(name, "virtualhost") == 0) {
        httpd->scope = httpd->main;
    }
    apr_array_pop(httpd->sections);
}

/* -- includes ---------------------------------------------------------------------------------- */

static int by_glob(httpd_t *httpd, const char *pattern, int depth)
{
    glob_t found;
    size_t i;
    int n = 0;

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (i = 0; i < found.gl_pathc; ++i) {
            wlmcfg_httpd_read(httpd, apr_pstrdup(httpd->import->p, found.gl_pathv[i]), depth);
        }
        n = (int)found.gl_pathc;
    }
    globfree(&found);
    return n;
}

/* Relative to ServerRoot; a configuration that was copied here has its files beside the first one */
static int include(httpd_t *httpd, const char *pattern, int depth)
{
    apr_pool_t *p = httpd->import->p;

    if (*pattern == '/') {
        return by_glob(httpd, pattern, depth);
    }
    return (httpd->server_root && by_glob(httpd, apr_pstrcat(p, httpd->server_root, "/", pattern, NULL), depth))
           || by_glob(httpd, apr_pstrcat(p, httpd->directory, "/", pattern, NULL), depth);
}

static void parse_include(httpd_t *httpd, const httpd_directive_t *directive, int depth)
{
    const char *missing = directive->missing;
    int is_optional = strcasecmp(directive->name, "IncludeOptional") == 0;

    if (directive->n < 1) {
        return;
    }
    if (depth >= DEPTH_MAX) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "not-followed",
                                  "files include each other, or are nested deeper than %d", DEPTH_MAX);
    }
    else if (missing || (!include(httpd, directive->words[0], depth + 1) && !is_optional)) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "not-followed",
                                  "%s %s: there is no such file here; name it on the command line%s%s", directive->name,
                                  directive->words[0], missing ? ", or give --define " : "",
                                  missing ? apr_pstrcat(httpd->import->p, missing, "=VALUE", NULL) : "");
    }
}

/* -- lines ------------------------------------------------------------------------------------- */

static const char *why_all_omitted(const httpd_t *httpd)
{
    int i;

    for (i = 0; i < httpd->sections->nelts; ++i) {
        const char *why_omitted = APR_ARRAY_IDX(httpd->sections, i, httpd_section_t).why_omitted;
        if (why_omitted) {
            return why_omitted;
        }
    }
    return NULL;
}

static void parse_define(httpd_t *httpd, const httpd_directive_t *directive)
{
    if (directive->n >= 1) {
        apr_hash_set(httpd->defines, directive->words[0], APR_HASH_KEY_STRING,
                     strcasecmp(directive->name, "UnDefine") == 0 ? NULL : directive->n > 1 ? directive->words[1] : "");
    }
}

static void read_directive(httpd_t *httpd, const char *text, source_line_t at, const char *missing, int depth)
{
    apr_array_header_t *words = wlmcfg_words_split(text, httpd->import->p);
    httpd_directive_t directive = { .name = APR_ARRAY_IDX(words, 0, const char *), .n = words->nelts - 1, .at = at,
                                    .text = text, .missing = missing, .why_omitted = why_all_omitted(httpd) };

    APR_ARRAY_PUSH(words, const char *) = NULL;
    directive.words = (const char **)words->elts + 1;
    if (strncasecmp(directive.name, "Include", 7) == 0) {
        if (!directive.why_omitted) {
            parse_include(httpd, &directive, depth);
        }
    }
    else if (strcasecmp(directive.name, "Define") == 0 || strcasecmp(directive.name, "UnDefine") == 0) {
        if (!directive.why_omitted) {
            parse_define(httpd, &directive);
        }
    }
    else if (strcasecmp(directive.name, "ServerRoot") == 0 && directive.n) {
        httpd->server_root = directive.words[0];
    }
    else {
        httpd->parse(httpd, &directive);
    }
}

void wlmcfg_httpd_read(httpd_t *httpd, const char *file, int depth)
{
    apr_array_header_t *lines = wlmcfg_import_lines(httpd->import, file, '\0');
    int open = httpd->sections->nelts, i;

    for (i = 0; lines && i < lines->nelts; ++i) {
        const import_line_t *line = &APR_ARRAY_IDX(lines, i, import_line_t);
        const char *missing = NULL, *text = *line->text == '#' ? ""
            : wlmcfg_import_expand(httpd->import, line->text, '{', httpd->defines, &missing);
        if (!text) {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, line->at, "bad-line",
                                      "with its variables the line is too long");
        }
        else if (strncmp(text, "</", 2) == 0) {
            close_section(httpd, text + 2, line->at);
        }
        else if (*text == '<') {
            open_section(httpd, text + 1, line->at, missing);
        }
        else if (*text) {
            read_directive(httpd, text, line->at, missing, depth);
        }
    }
    if (httpd->sections->nelts > open) {
        const httpd_section_t *section = &APR_ARRAY_IDX(httpd->sections, httpd->sections->nelts - 1, httpd_section_t);
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, section->at, "bad-line", "<%s> is not closed",
                                  section->text);
        httpd->sections->nelts = open;
        httpd->scope = httpd->main;
    }
}

/* `wlmcfg import`: files of lines, and variables in them. On main()'s thread. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"

/* Variables that double each other must not fill the memory */
#define EXPANDED_MAX 65536

char *wlmcfg_import_lower(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text), *c;

    for (c = copy; *c; ++c) {
        *c = (char)tolower((unsigned char)*c);
    }
    return copy;
}

char *wlmcfg_import_trim(const char *text, size_t len, apr_pool_t *p)
{
    while (len > 0 && isspace((unsigned char)*text)) {
        ++text;
        --len;
    }
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        --len;
    }
    return apr_pstrmemdup(p, text, len);
}

/* Is the backslash at the end of a line? It stands before the line break, which may be that of Windows. */
static int is_continued(const char *line, size_t *plen)
{
    size_t len = *plen;

    while (len > 0 && strchr("\r\n", line[len - 1])) {
        --len;
    }
    if (len == 0 || line[len - 1] != '\\') {
        return 0;
    }
    *plen = len - 1;
    return 1;
}

/* A line that is being put together */
typedef struct pieces_t {
    apr_array_header_t *texts;     /* const char * */
    source_line_t first;
} pieces_t;

static void end_line(import_t *import, apr_array_header_t *lines, pieces_t *pieces)
{
    const char *text = apr_array_pstrcat(import->p, pieces->texts, 0);

    text = wlmcfg_import_trim(text, strlen(text), import->p);
    if (*text) {
        import_line_t *line = apr_array_push(lines);
        line->text = text;
        line->at = pieces->first;
        line->is_joined = pieces->texts->nelts > 1;
    }
    apr_array_clear(pieces->texts);
}

/* @param comment  what begins one anywhere in a line; 0: nothing */
static void read_lines(import_t *import, apr_array_header_t *lines, FILE *in, const char *file, char comment)
{
    pieces_t pieces = { apr_array_make(import->p, 4, sizeof(const char *)), { file, 1 } };
    source_line_t at = { file, 0 };
    size_t room = 0;
    char *line = NULL, *end;
    ssize_t n;

    while ((n = getline(&line, &room, in)) >= 0) {
        size_t len = (size_t)n;
        int continued;
        ++at.line;
        if (memchr(line, '\0', len)) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-line",
                                      "there is a NUL byte; is it the right file?");
            break;
        }
        if (comment && (end = strchr(line, comment)) != NULL) {
            len = (size_t)(end - line);
        }
        continued = is_continued(line, &len);
        APR_ARRAY_PUSH(pieces.texts, const char *) = apr_pstrmemdup(import->p, line, len);
        if (!continued) {
            end_line(import, lines, &pieces);
            pieces.first.line = at.line + 1;
        }
    }
    end_line(import, lines, &pieces);
    free(line);
}

static FILE *report_unreadable(import_t *import, const char *file, int error)
{
    source_line_t at = { file, 0 };

    wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "unreadable",
                              "cannot be read: %s; check the path and who may read it", strerror(error));
    return NULL;
}

/* @return 0, or the error by which it is not read */
static int find_fault(FILE *in)
{
    struct stat info;

    if (fstat(fileno(in), &info) != 0) {
        return errno;
    }
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode)) {
        return S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
    }
    return info.st_size > PLUGIN_CFG_MAX_SIZE ? EFBIG : 0;
}

FILE *wlmcfg_import_open(import_t *import, const char *file)
{
    FILE *in = fopen(file, "re");
    int error = in ? find_fault(in) : errno;

    if (in && error) {
        fclose(in);
    }
    return error ? report_unreadable(import, file, error) : in;
}

apr_array_header_t *wlmcfg_import_lines(import_t *import, const char *file, char comment)
{
    apr_array_header_t *lines = apr_array_make(import->p, 64, sizeof(import_line_t));
    FILE *in = wlmcfg_import_open(import, file);

    if (!in) {
        return NULL;
    }
    read_lines(import, lines, in, apr_pstrdup(import->p, file), comment);
    if (ferror(in)) {
        report_unreadable(import, file, EIO);
    }
    fclose(in);
    return lines;
}

/* -- variables --------------------------------------------------------------------------------- */

static const char *value_of(import_t *import, const char *name, apr_hash_t *own)
{
    const char *value = apr_hash_get(import->defines, name, APR_HASH_KEY_STRING);

    return value || !own ? value : apr_hash_get(own, name, APR_HASH_KEY_STRING);
}

/* @param name  "name" or, in braces, "name:-default" */
static const char *value_or_default(import_t *import, const char *name, char bracket, apr_hash_t *own)
{
    const char *fallback = bracket == '{' ? strstr(name, ":-") : NULL, *value;

    if (!fallback) {
        return value_of(import, name, own);
    }
    value = value_of(import, apr_pstrmemdup(import->p, name, (apr_size_t)(fallback - name)), own);
    return value ? value : fallback + 2;
}

const char *wlmcfg_import_expand(import_t *import, const char *text, char bracket, apr_hash_t *own,
                                 const char **pmissing)
{
    apr_array_header_t *parts = apr_array_make(import->p, 4, sizeof(const char *));
    const char open[] = { '$', bracket, '\0' }, *at, *end;
    size_t len = 0;

    *pmissing = NULL;
    while ((at = strstr(text, open)) != NULL && (end = strchr(at, bracket == '(' ? ')' : '}')) != NULL) {
        const char *name = apr_pstrmemdup(import->p, at + 2, (apr_size_t)(end - at - 2));
        const char *value = value_or_default(import, name, bracket, own);
        if (!value && !*pmissing) {
            *pmissing = name;
        }
        if ((len += value ? strlen(value) : 0) > EXPANDED_MAX) {
            return NULL;
        }
        /* values are not expanded again, as in the originals, so none can refer to itself */
        APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(import->p, text, (apr_size_t)(at - text));
        APR_ARRAY_PUSH(parts, const char *) = value ? value : apr_pstrmemdup(import->p, at, (apr_size_t)(end + 1 - at));
        text = end + 1;
    }
    APR_ARRAY_PUSH(parts, const char *) = text;
    return apr_array_pstrcat(import->p, parts, 0);
}

const char *wlmcfg_import_resolve(import_t *import, source_line_t at, const char *text, char bracket, apr_hash_t *own)
{
    const char *missing, *value = wlmcfg_import_expand(import, text, bracket, own, &missing);

    if (!value) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-line",
                                  "with its variables the line has more than %d characters", EXPANDED_MAX);
        return NULL;
    }
    if (missing) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "undefined",
                                  "variable \"%s\" in \"%s\" is not defined here; give it with --define %s=VALUE",
                                  missing, text, missing);
        return NULL;
    }
    return value;
}

/* `wlmcfg import`: findings about the source, and comments in the output. On main()'s thread. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"

void wlmcfg_import_add_finding(import_t *import, plugin_cfg_severity_t severity, source_line_t at, const char *id,
                               const char *format, ...)
{
    plugin_cfg_finding_t *finding = apr_pcalloc(import->p, sizeof(*finding));
    va_list values;
    const char *key;

    va_start(values, format);
    finding->message = plugin_cfg_visible(apr_pvsprintf(import->p, format, values), import->p);
    va_end(values);
    finding->severity = severity;
    finding->file = at.file;
    finding->line = at.line;
    finding->id = id;
    key = apr_psprintf(import->p, "%s:%d:%s", at.file, at.line, finding->message);
    if (!apr_hash_get(import->reported, key, APR_HASH_KEY_STRING)) {
        apr_hash_set(import->reported, key, APR_HASH_KEY_STRING, finding);
        APR_ARRAY_PUSH(import->cfg->findings, plugin_cfg_finding_t *) = finding;
    }
}

void wlmcfg_import_comment(import_t *import, const void *part, const char *text)
{
    apr_array_header_t *texts = apr_hash_get(import->comments, &part, sizeof(part));

    if (texts) {
        APR_ARRAY_PUSH(texts, const char *) = "; ";
    }
    else {
        texts = apr_array_make(import->p, 1, sizeof(const char *));
        apr_hash_set(import->comments, apr_pmemdup(import->p, &part, sizeof(part)), sizeof(part), texts);
    }
    APR_ARRAY_PUSH(texts, const char *) = text;
}

/* A finding, and what it is sorted by */
typedef struct ordered_t {
    plugin_cfg_finding_t *finding;
    int file, number;
} ordered_t;

static int by_source_line(const void *a, const void *b)
{
    const ordered_t *one = a, *other = b;

    if (one->file != other->file) {
        return one->file - other->file;
    }
    return one->finding->line != other->finding->line ? one->finding->line - other->finding->line
                                                      : one->number - other->number;
}

void wlmcfg_import_sort(import_t *import)
{
    plugin_cfg_finding_t **findings = (plugin_cfg_finding_t **)import->cfg->findings->elts;
    apr_array_header_t *list = apr_array_make(import->p, import->cfg->findings->nelts + 1, sizeof(ordered_t));
    apr_hash_t *firsts = apr_hash_make(import->p); /* file -> the first finding that is about it */
    int i;

    for (i = 0; i < import->cfg->findings->nelts; ++i) {
        ordered_t *first = apr_hash_get(firsts, findings[i]->file, APR_HASH_KEY_STRING),
                  *ordered = apr_array_push(list);
        *ordered = (ordered_t){ findings[i], first ? first->number : i, i };
        if (!first) {
            apr_hash_set(firsts, findings[i]->file, APR_HASH_KEY_STRING, ordered);
        }
    }
    qsort(list->elts, (size_t)list->nelts, sizeof(ordered_t), by_source_line);
    for (i = 0; i < list->nelts; ++i) {
        findings[i] = APR_ARRAY_IDX(list, i, ordered_t).finding;
    }
}

static int is_named(const char *pattern, const char *name)
{
    size_t len = strlen(pattern);

    return pattern[len - 1] == '*' ? strncasecmp(pattern, name, len - 1) == 0 : strcasecmp(pattern, name) == 0;
}

int wlmcfg_import_add_unsupported(import_t *import, source_line_t at, const unsupported_setting_t *unsupported,
                                  const char *name, const char *value)
{
    for (; unsupported->name; ++unsupported) {
        if (is_named(unsupported->name, name)) {
            wlmcfg_import_add_finding(import, unsupported->severity, at, unsupported->id, "%s%s%s: %s", name,
                                      value ? "=" : "", value ? value : "", unsupported->what);
            return 1;
        }
    }
    return 0;
}

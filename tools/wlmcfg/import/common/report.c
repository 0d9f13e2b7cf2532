/* `wlmcfg import`: what is told, and values that are read strictly. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include <libxml/xmlstring.h>
#include "tools/wlmcfg/import/common/import.h"

#define SECONDS_MAX 2147483        /* the largest that plugin-cfg.xml takes */

/* -- findings ---------------------------------------------------------------------------------- */

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
    const char *earlier = apr_hash_get(import->comments, &part, sizeof(part));

    apr_hash_set(import->comments, apr_pmemdup(import->p, &part, sizeof(part)), sizeof(part),
                 earlier ? apr_pstrcat(import->p, earlier, "; ", text, NULL) : text);
}

/* A finding, and what decides about its place */
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

/* -- values ------------------------------------------------------------------------------------ */

/* @return where the digits end; NULL when there are none, or too many */
static const char *parse_digits(const char *text, long long *pvalue)
{
    char *end;

    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    errno = 0;
    *pvalue = strtoll(text, &end, 10);
    return errno ? NULL : end;
}

int wlmcfg_import_number(import_t *import, source_line_t at, const char *name, const char *text, int min, int max,
                         int *pvalue)
{
    long long value;
    const char *end = parse_digits(text, &value);

    if (!end || *end || value < min || value > max) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-value",
                                  "%s=\"%s\" is not valid; it takes a number from %d to %d", name, text, min, max);
        return 0;
    }
    *pvalue = (int)value;
    return 1;
}

/* @return milliseconds; 0: no such unit */
static long long unit_of(const char *unit)
{
    static const struct {
        const char *name;
        long long ms;
    } units[] = { { "ms", 1 }, { "s", 1000 }, { "mi", 60000 }, { "min", 60000 }, { "h", 3600000 } };
    size_t i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
        if (strcasecmp(unit, units[i].name) == 0) {
            return units[i].ms;
        }
    }
    return 0;
}

int wlmcfg_import_seconds(import_t *import, source_line_t at, const char *name, const char *text, const char *units,
                          int *pvalue)
{
    long long value = 0, ms = strncmp(units, "ms", 2) == 0 ? 1 : 1000;
    const char *end = parse_digits(text, &value);

    if (end && strchr(units, '?') && unit_of(end)) {
        ms = unit_of(end);
        end = "";
    }
    if (!end || *end || value > SECONDS_MAX * 1000LL / ms) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-value",
                                  "%s=\"%s\" is not valid; it takes a time in %s, from 0 to %lld", name, text,
                                  strncmp(units, "ms", 2) == 0 ? "milliseconds" : "seconds", SECONDS_MAX * 1000LL / ms);
        return 0;
    }
    *pvalue = (int)((value * ms + 999) / 1000);
    if (value * ms % 1000) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_NOTE, at, "changed",
                                  "%s=\"%s\" becomes %d s: plugin-cfg.xml has whole seconds", name, text, *pvalue);
    }
    return 1;
}

int wlmcfg_import_boolean(import_t *import, source_line_t at, const char *name, const char *text, int *pvalue)
{
    static const char *const words[][5] = { { "off", "false", "no", "0", "f" }, { "on", "true", "yes", "1", "t" } };
    size_t i;

    for (i = 0; i < 5; ++i) {
        for (*pvalue = 0; *pvalue < 2; ++*pvalue) {
            if (strcasecmp(text, words[*pvalue][i]) == 0) {
                return 1;
            }
        }
    }
    wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-value", "%s=\"%s\" is not valid; it takes on or off",
                              name, text);
    return 0;
}

int wlmcfg_import_is_text(import_t *import, source_line_t at, const char *text)
{
    const char *c;

    for (c = text; *c; ++c) {
        if ((unsigned char)*c < ' ' && !strchr("\t\r\n", *c)) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-line",
                                      "there is a control character (%d), which XML cannot hold; remove it", *c);
            return 0;
        }
    }
    if (!xmlCheckUTF8((const xmlChar *)text)) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, at, "bad-line", "the line is not UTF-8; convert the file");
        return 0;
    }
    return 1;
}

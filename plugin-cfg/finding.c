/* Findings: the rows of the table, and how one is added, ordered and printed. On the thread that reads or reviews the
 * file; what only prints, on any. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "plugin-cfg/private.h"

/* The severities of a row of the table, by its word */
#define NOTE             PLUGIN_CFG_NOTE, PLUGIN_CFG_NOTE
#define WARNING          PLUGIN_CFG_WARNING, PLUGIN_CFG_WARNING
#define ERROR            PLUGIN_CFG_ERROR, PLUGIN_CFG_ERROR
#define WARNING_OR_NOTE  PLUGIN_CFG_WARNING, PLUGIN_CFG_NOTE
#define ERROR_OR_WARNING PLUGIN_CFG_ERROR, PLUGIN_CFG_WARNING
#define KIND(name, id, severity, meaning, remedy) { id, severity, meaning, remedy },

const plugin_cfg_finding_kind_t plugin_cfg_finding_kinds[] = { PLUGIN_CFG_FINDINGS(KIND) };

const char *plugin_cfg_severity_name(plugin_cfg_severity_t severity)
{
    static const char *const names[] = {
        [PLUGIN_CFG_NOTE] = "note", [PLUGIN_CFG_WARNING] = "warning", [PLUGIN_CFG_ERROR] = "error"
    };
    return names[severity];
}

const char *plugin_cfg_finding_location(const plugin_cfg_finding_t *finding, apr_pool_t *p)
{
    return finding->line ? apr_psprintf(p, "%s:%d", finding->file, finding->line) : finding->file;
}

const char *plugin_cfg_finding_text(const plugin_cfg_finding_t *finding, plugin_cfg_severity_t severity, apr_pool_t *p)
{
    const char *text = apr_psprintf(p, "%s: %s: %s", plugin_cfg_finding_location(finding, p),
                                    plugin_cfg_severity_name(severity), finding->message);

    return finding->id ? apr_pstrcat(p, text, " [", finding->id, "]", NULL) : text;
}

#define MESSAGE_MAX 2000
#define CUT "..."

/* A value may be as long as the file */
static const char *shortened(const char *message, apr_pool_t *p)
{
    return strlen(message) < MESSAGE_MAX + sizeof(CUT) ? message
         : apr_pstrcat(p, apr_pstrmemdup(p, message, wlm_utf8_fitting(message, MESSAGE_MAX)), CUT, NULL);
}

static void __attribute__((format(printf, 5, 0)))
add_finding(plugin_cfg_t *cfg, const plugin_cfg_finding_kind_t *kind, plugin_cfg_severity_t severity, int line,
            const char *format, va_list args)
{
    apr_pool_t *p = cfg->findings->pool;
    plugin_cfg_finding_t *finding = apr_pcalloc(p, sizeof(*finding));

    /* before, because it may be long; and after, because what is shown of a character is longer than that */
    finding->message = shortened(plugin_cfg_visible(shortened(apr_pvsprintf(p, format, args), p), p), p);
    finding->severity = severity;
    finding->file = cfg->file;
    finding->line = line;
    finding->id = kind->id;
    APR_ARRAY_PUSH(cfg->findings, plugin_cfg_finding_t *) = finding;
}

void plugin_cfg_add_finding(plugin_cfg_t *cfg, plugin_cfg_finding_id_t id, int line, const char *format, ...)
{
    const plugin_cfg_finding_kind_t *kind = &plugin_cfg_finding_kinds[id];
    va_list args;

    va_start(args, format);
    add_finding(cfg, kind, kind->severity, line, format, args);
    va_end(args);
}

void plugin_cfg_add_graded_finding(plugin_cfg_t *cfg, plugin_cfg_finding_id_t id, int is_mild, int line,
                                   const char *format, ...)
{
    const plugin_cfg_finding_kind_t *kind = &plugin_cfg_finding_kinds[id];
    va_list args;

    va_start(args, format);
    add_finding(cfg, kind, is_mild ? kind->milder : kind->severity, line, format, args);
    va_end(args);
}

int plugin_cfg_is_first(plugin_cfg_reader_t *reader, const char *what)
{
    if (apr_hash_get(reader->reported, what, APR_HASH_KEY_STRING)) {
        return 0;
    }
    apr_hash_set(reader->reported, what, APR_HASH_KEY_STRING, what);
    return 1;
}

typedef struct numbered_t {
    plugin_cfg_finding_t *finding;
    int number;
} numbered_t;

static int by_line(const void *a, const void *b)
{
    const numbered_t *x = a, *y = b;

    return x->finding->line != y->finding->line ? (x->finding->line > y->finding->line ? 1 : -1)
                                                : (x->number > y->number) - (x->number < y->number);
}

void plugin_cfg_sort_findings(plugin_cfg_t *cfg, apr_pool_t *ptemp)
{
    plugin_cfg_finding_t **findings = (plugin_cfg_finding_t **)cfg->findings->elts;
    numbered_t *list = apr_palloc(ptemp, sizeof(*list) * (apr_size_t)(cfg->findings->nelts + 1));
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        list[i] = (numbered_t){ findings[i], i };
    }
    qsort(list, (size_t)cfg->findings->nelts, sizeof(*list), by_line);
    for (i = 0; i < cfg->findings->nelts; ++i) {
        findings[i] = list[i].finding;
    }
}

int plugin_cfg_has_errors(const plugin_cfg_t *cfg)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        if (APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *)->severity == PLUGIN_CFG_ERROR) {
            return 1;
        }
    }
    return 0;
}

const char *plugin_cfg_first_error(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);
        if (finding->severity == PLUGIN_CFG_ERROR) {
            return apr_psprintf(p, "%s: %s [%s]", plugin_cfg_finding_location(finding, p), finding->message,
                                finding->id);
        }
    }
    return "it cannot be read";
}

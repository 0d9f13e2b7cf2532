/* `wlmcfg merge`, the messages on standard error: what the merged file does not have as the inputs had it.
 * On main()'s thread. */
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/schema.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/pairs.h"
#include "tools/wlmcfg/merge/report.h"

/* the same clusters may meet in many pairs */
void wlmcfg_merge_report(merge_t *m, const merge_input_t *input, int line, plugin_cfg_severity_t severity,
                         const char *format, ...)
{
    plugin_cfg_finding_t finding = { .severity = severity, .file = input->cfg->file, .line = line };
    const char *text;
    va_list args;

    va_start(args, format);
    finding.message = apr_pvsprintf(m->p, format, args);
    va_end(args);
    text = plugin_cfg_finding_text(&finding, severity, m->p);
    if (!apr_hash_get(m->reported, text, APR_HASH_KEY_STRING)) {
        apr_hash_set(m->reported, text, APR_HASH_KEY_STRING, text);
        fprintf(stderr, "%s\n", text);
    }
}

/* -- attributes ------------------------------------------------------------------------------- */

/* One side of a comparison */
typedef struct side_t {
    const merge_input_t *input;
    const xmlNode *node;
} side_t;

/* @return NULL: the element has none */
static const char *text_of(const xmlAttr *attr, apr_pool_t *p)
{
    xmlChar *raw = attr ? xmlNodeListGetString(attr->doc, attr->children, 1) : NULL;
    const char *text = attr ? apr_pstrdup(p, raw ? (const char *)raw : "") : NULL;

    xmlFree(raw);
    return text;
}

static const char *element_name(const xmlNode *node, apr_pool_t *p)
{
    const char *name = text_of(plugin_cfg_find_attribute(node, "Name"), p);

    return name ? apr_psprintf(p, "%s \"%s\"", (const char *)node->name, name) : (const char *)node->name;
}

static const char *describe(const char *name, const char *text, const char *fallback, apr_pool_t *p)
{
    if (text) {
        return apr_psprintf(p, "%s=\"%s\"", name, text);
    }
    return fallback ? apr_psprintf(p, "no %s, which means \"%s\"", name, fallback) : apr_psprintf(p, "no %s", name);
}

/* An attribute that is not there is the same as one that has the default */
static int is_same(const plugin_cfg_attribute_t *known, const char *a, const char *b)
{
    const char *fallback = known && known->fallback ? known->fallback : "";

    a = a ? a : fallback;
    b = b ? b : fallback;
    return (known && known->type != PLUGIN_CFG_TYPE_STRING ? strcasecmp(a, b) : strcmp(a, b)) == 0;
}

static int line_of(const xmlNode *node, const xmlAttr *attr)
{
    return attr ? plugin_cfg_attr_line_of(attr) : plugin_cfg_line_of(node);
}

static void compare_attribute(merge_t *m, const char *key, const char *name, const side_t *kept, const side_t *lost)
{
    const plugin_cfg_attribute_t *known = plugin_cfg_schema_attribute(key, name, 0);
    const xmlAttr *ours = plugin_cfg_find_attribute(kept->node, name);
    const xmlAttr *theirs = plugin_cfg_find_attribute(lost->node, name);
    const char *our_text = text_of(ours, m->p), *their_text = text_of(theirs, m->p);
    const char *fallback = known ? known->fallback : NULL;

    if (!is_same(known, our_text, their_text)) {
        wlmcfg_merge_report(m, lost->input, line_of(lost->node, theirs), PLUGIN_CFG_WARNING,
                            "%s has %s; the merged file has %s, as %s:%d has it", element_name(lost->node, m->p),
                            describe(name, their_text, fallback, m->p), describe(name, our_text, fallback, m->p),
                            kept->input->cfg->file, line_of(kept->node, ours));
    }
}

/* Names are given anew; the hash is Liberty's own, and differs for every file */
static int is_compared(const xmlAttr *attr)
{
    return strcasecmp((const char *)attr->name, "Name") != 0 && strcasecmp((const char *)attr->name, "ConfigHash") != 0;
}

void wlmcfg_merge_compare(merge_t *m, const char *key, const merge_input_t *kept, const void *kept_model,
                          const merge_input_t *lost, const void *lost_model)
{
    const side_t ours = { kept, plugin_cfg_document_node(kept->document, kept_model) };
    const side_t theirs = { lost, plugin_cfg_document_node(lost->document, lost_model) };
    const xmlAttr *attr;

    for (attr = theirs.node->properties; attr; attr = attr->next) {
        if (is_compared(attr)) {
            compare_attribute(m, key, (const char *)attr->name, &ours, &theirs);
        }
    }
    for (attr = ours.node->properties; attr; attr = attr->next) {
        if (is_compared(attr) && !plugin_cfg_find_attribute(theirs.node, (const char *)attr->name)) {
            compare_attribute(m, key, (const char *)attr->name, &ours, &theirs);
        }
    }
}

/* -- hosts --------------------------------------------------------------------------------------- */

static int has_input(const merge_pair_t *pair, const merge_input_t *input)
{
    int i;

    for (i = 0; i < pair->sources->nelts; ++i) {
        if (APR_ARRAY_IDX(pair->sources, i, merge_source_t).input == input) {
            return 1;
        }
    }
    return 0;
}

static const char *host_name(const merge_source_t *source)
{
    return source->host ? source->host->name : "every host";
}

/* One example for each route and file is enough */
static void report_covering(merge_t *m, const merge_pair_t *pair, const merge_source_t *covering)
{
    const merge_source_t *first = &MERGE_FIRST(pair);
    const char *text;
    char key[64];

    if (has_input(pair, covering->input)) {
        return;
    }
    apr_snprintf(key, sizeof(key), "%d %d %d", first->input->number, first->route->line, covering->input->number);
    if (apr_hash_get(m->reported, key, APR_HASH_KEY_STRING)) {
        return;
    }
    text = apr_pstrdup(m->p, key);
    apr_hash_set(m->reported, text, APR_HASH_KEY_STRING, text);
    wlmcfg_merge_report(m, first->input, first->route->line, PLUGIN_CFG_NOTE,
                        "%s on %s leads to cluster \"%s\", which has no server of %s, though %s there (line %d) "
                        "matches that host, too; if its servers shall have these requests, add the host there",
                        first->uri ? first->uri->name : "every URI", host_name(first), pair->cluster->name,
                        covering->input->cfg->file, host_name(covering),
                        covering->host ? covering->host->line : covering->route->line);
}

static void report_covering_pair(merge_t *m, const merge_pair_t *pair, int host)
{
    const merge_key_t key = { pair->key.uri, host, 0 };
    const merge_pair_t *other = apr_hash_get(m->by_match_key, &key, MERGE_MATCH_KEY_SIZE);
    int i;

    for (i = 0; other && other != pair && i < other->sources->nelts; ++i) {
        report_covering(m, pair, &APR_ARRAY_IDX(other->sources, i, merge_source_t));
    }
}

typedef struct wider_hosts_t {
    int is_known;
    int numbers[MERGE_WIDER_HOSTS];
} wider_hosts_t;

void wlmcfg_merge_report_covered(merge_t *m)
{
    wider_hosts_t *by_host = apr_pcalloc(m->p, sizeof(*by_host) * apr_hash_count(m->host_numbers));
    int i, k;

    for (i = 0; i < m->pairs->nelts; ++i) {
        const merge_pair_t *pair = APR_ARRAY_IDX(m->pairs, i, merge_pair_t *);
        const plugin_cfg_virtual_host_t *host = MERGE_FIRST(pair).host;
        wider_hosts_t *wider = &by_host[pair->key.host];

        if (host && !wider->is_known) {
            wlmcfg_merge_wider_numbers(wider->numbers, m, host->host, host->port);
            wider->is_known = 1;
        }
        for (k = 0; host && k < MERGE_WIDER_HOSTS; ++k) {
            if (wider->numbers[k] != MERGE_NO_NUMBER) {
                report_covering_pair(m, pair, wider->numbers[k]);
            }
        }
    }
}

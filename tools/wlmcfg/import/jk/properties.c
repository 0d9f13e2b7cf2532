/* `wlmcfg import mod_jk`: the properties of workers, as mod_jk reads them. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/common/values.h"
#include "tools/wlmcfg/import/jk/jk.h"

/* as many as mod_jk follows */
#define REFERENCES_MAX 20

/* Properties whose lines add up to a list */
static const char *const lists[] = { "list", "balance_workers", "balanced_workers", "mount", "user", "good", "bad",
                                     "fail_on_status", NULL };

static int is_in(const char *const *names, const char *name)
{
    for (; *names; ++names) {
        if (strcmp(*names, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static jk_property_t *find(jk_t *jk, const char *worker, const char *name)
{
    return apr_hash_get(jk->by_key, apr_pstrcat(jk->import->p, worker, ".", name, NULL), APR_HASH_KEY_STRING);
}

static void add_to_worker(jk_t *jk, jk_property_t *property)
{
    apr_array_header_t *own = apr_hash_get(jk->workers, property->worker, APR_HASH_KEY_STRING);

    if (!own) {
        own = apr_array_make(jk->import->p, 4, sizeof(jk_property_t *));
        apr_hash_set(jk->workers, property->worker, APR_HASH_KEY_STRING, own);
    }
    APR_ARRAY_PUSH(own, jk_property_t *) = property;
}

static void set(jk_t *jk, source_line_t at, const char *worker, const char *name, const char *value)
{
    apr_pool_t *p = jk->import->p;
    jk_property_t *property = find(jk, worker, name);

    if (property && !is_in(lists, name)) {
        wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, at, "twice",
                                  "worker.%s%s%s is in line %d already; this one counts, remove one", worker,
                                  *worker ? "." : "", name, property->at.line);
    }
    if (!property) {
        property = apr_pcalloc(p, sizeof(*property));
        property->values = apr_array_make(p, 1, sizeof(const char *));
        property->at = at;
        property->worker = worker;
        property->name = name;
        APR_ARRAY_PUSH(jk->properties, jk_property_t *) = property;
        apr_hash_set(jk->by_key, apr_pstrcat(p, worker, ".", name, NULL), APR_HASH_KEY_STRING, property);
        add_to_worker(jk, property);
    }
    if (!is_in(lists, name)) {
        property->at = at;
        apr_array_clear(property->values);
    }
    property->value = value;
    APR_ARRAY_PUSH(property->values, const char *) = value;
}

/* "worker.NAME.ATTRIBUTE" or "worker.ATTRIBUTE" */
static void set_property(jk_t *jk, source_line_t at, const char *key, const char *value)
{
    const char *name = key + strlen("worker."), *dot = strrchr(name, '.');

    set(jk, at, dot ? apr_pstrmemdup(jk->import->p, name, (apr_size_t)(dot - name)) : "", dot ? dot + 1 : name, value);
}

static void read_line(jk_t *jk, const import_line_t *line, apr_hash_t *variables)
{
    import_t *import = jk->import;
    const char *equals = strchr(line->text, '='), *key, *value;

    if (!wlmcfg_import_is_text(import, line->at, line->text)) {
        return;
    }
    if (!equals) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_ERROR, line->at, "bad-line",
                                  "\"%s\" has no =; write NAME=VALUE, or # before it", line->text);
        return;
    }
    if (line->is_joined) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, line->at, "bad-line",
                                  "a backslash joins lines here, but not in mod_jk, which has not seen the next line; "
                                  "look whether it is meant");
    }
    key = wlmcfg_import_trim(line->text, (size_t)(equals - line->text), import->p);
    value = wlmcfg_import_resolve(import, line->at, equals + 1 + strspn(equals + 1, " \t"), '(', variables);
    if (!value) {
        return;
    }
    if (!*value) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, line->at, "bad-value", "%s has no value, and is left out",
                                  key);
        return;
    }
    apr_hash_set(variables, key, APR_HASH_KEY_STRING, value);
    if (strncmp(key, "worker.", strlen("worker.")) == 0) {
        set_property(jk, line->at, key, value);
    }
}

void wlmcfg_jk_read_properties(jk_t *jk, const char *file)
{
    apr_array_header_t *lines = wlmcfg_import_lines(jk->import, file, '#');
    apr_hash_t *variables = apr_hash_make(jk->import->p);
    int i;

    for (i = 0; lines && i < lines->nelts; ++i) {
        read_line(jk, &APR_ARRAY_IDX(lines, i, import_line_t), variables);
    }
}

/* -- what a worker has -------------------------------------------------------------------------- */

/* @return the worker that this one refers to; NULL: none, or what it names is not there, which is an error */
static const char *reference_of(jk_t *jk, const char *worker, int depth)
{
    jk_property_t *reference = find(jk, worker, "reference");
    const char *name;

    if (!reference) {
        return NULL;
    }
    name = strncmp(reference->value, "worker.", strlen("worker.")) == 0 ? reference->value + strlen("worker.") : NULL;
    if (name && depth < REFERENCES_MAX && apr_hash_get(jk->workers, name, APR_HASH_KEY_STRING)) {
        reference->is_used = 1;
        apr_hash_set(jk->templates, name, APR_HASH_KEY_STRING, name);
        return name;
    }
    wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_ERROR, reference->at, "bad-reference", "reference=%s: %s",
                              reference->value,
                              !name ? "it takes worker.NAME" : depth >= REFERENCES_MAX
                              ? "the references are a ring, or more than mod_jk follows" : "there is no such worker");
    return NULL;
}

apr_array_header_t *wlmcfg_jk_all(jk_t *jk, const char *worker)
{
    apr_array_header_t *all = apr_array_make(jk->import->p, 16, sizeof(jk_property_t *));
    apr_hash_t *names = apr_hash_make(jk->import->p);
    int i, depth;

    for (depth = 0; worker; worker = reference_of(jk, worker, depth), ++depth) {
        const apr_array_header_t *own = apr_hash_get(jk->workers, worker, APR_HASH_KEY_STRING);
        for (i = 0; own && i < own->nelts; ++i) {
            jk_property_t *property = APR_ARRAY_IDX(own, i, jk_property_t *);
            if (!apr_hash_get(names, property->name, APR_HASH_KEY_STRING)) {
                apr_hash_set(names, property->name, APR_HASH_KEY_STRING, property);
                APR_ARRAY_PUSH(all, jk_property_t *) = property;
            }
        }
    }
    return all;
}

jk_property_t *wlmcfg_jk_get(jk_t *jk, const char *worker, const char *name)
{
    int depth;

    for (depth = 0; worker; worker = reference_of(jk, worker, depth), ++depth) {
        jk_property_t *property = find(jk, worker, name);
        if (property) {
            property->is_used = 1;
            return property;
        }
    }
    return NULL;
}

apr_array_header_t *wlmcfg_jk_words(jk_t *jk, const jk_property_t *property)
{
    apr_array_header_t *words = apr_array_make(jk->import->p, 8, sizeof(const char *));
    char *state, *word;
    int i;

    for (i = 0; property && i < property->values->nelts; ++i) {
        const char *value = APR_ARRAY_IDX(property->values, i, const char *);
        word = apr_strtok(apr_pstrdup(jk->import->p, value), " \t,", &state);
        for (; word; word = apr_strtok(NULL, " \t,", &state)) {
            APR_ARRAY_PUSH(words, const char *) = word;
        }
    }
    return words;
}

void wlmcfg_jk_report_rest(jk_t *jk, const char *worker, const char *const *carried,
                           const unsupported_setting_t *unsupported)
{
    const apr_array_header_t *all = wlmcfg_jk_all(jk, worker);
    int i;

    for (i = 0; i < all->nelts; ++i) {
        jk_property_t *property = APR_ARRAY_IDX(all, i, jk_property_t *);
        property->is_used = 1;
        if (!is_in(carried, property->name)
            && !wlmcfg_import_add_unsupported(jk->import, property->at, unsupported, property->name, property->value)) {
            wlmcfg_import_add_finding(jk->import, PLUGIN_CFG_WARNING, property->at, "unknown",
                                      "%s=%s: not known for such a worker, and left out; look for a typing error",
                                      property->name, property->value);
        }
    }
}

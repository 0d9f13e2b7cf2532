/* `wlmcfg diff`, the settings: values, and which of them differ. The schema has the attributes of each element.
 * On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "plugin-cfg/schema.h"
#include "tools/wlmcfg/diff/settings.h"

/* -- values ------------------------------------------------------------------------------ */

value_t wlmcfg_diff_text_value(const char *text)
{
    return (value_t){ .kind = text ? VALUE_TEXT : VALUE_NONE, .text = text };
}

value_t wlmcfg_diff_percent_value(double percent, apr_pool_t *p)
{
    return (value_t){ .kind = VALUE_PERCENT, .number = percent, .text = apr_psprintf(p, "%.1f %%", percent) };
}

value_t wlmcfg_diff_names_value(const apr_array_header_t *names, apr_pool_t *p)
{
    return (value_t){ .kind = VALUE_NAMES, .names = names, .text = apr_array_pstrcat(p, names, ' ') };
}

static value_t value_of(const plugin_cfg_attribute_t *attribute, const void *element, apr_pool_t *p)
{
    const void *field = (const char *)element + attribute->offset;
    int number;

    if (attribute->type == PLUGIN_CFG_TYPE_STRING) {
        return wlmcfg_diff_text_value(*(const char *const *)field);
    }
    number = *(const int *)field;
    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_CHOICE:
        return wlmcfg_diff_text_value(attribute->choices[number]);
    case PLUGIN_CFG_TYPE_BOOL:
        return (value_t){ .kind = VALUE_TRUTH, .number = number, .text = number ? "true" : "false" };
    default:
        return (value_t){ .kind = VALUE_NUMBER, .number = number, .text = apr_itoa(p, number) };
    }
}

/* -- changes ----------------------------------------------------------------------------- */

/* Values are the same when they are printed the same: shares by a tenth of a percent */
static int is_same(const value_t *a, const value_t *b)
{
    return a->kind == b->kind && (a->kind == VALUE_NONE || strcmp(a->text, b->text) == 0);
}

void wlmcfg_diff_change(apr_array_header_t *changes, const char *name, value_t from, value_t to)
{
    change_t change = { name, from, to };

    if (!is_same(&from, &to)) {
        APR_ARRAY_PUSH(changes, change_t) = change;
    }
}

static int is_default(const plugin_cfg_attribute_t *attribute, const value_t *value)
{
    return value->kind == VALUE_NONE || (attribute->fallback && strcmp(value->text, attribute->fallback) == 0);
}

static int is_compared(const plugin_cfg_attribute_t *attribute)
{
    static const char *const named[] = { "Name", "Hostname", "Port", "Protocol" };
    size_t i;

    for (i = 0; i < sizeof(named) / sizeof(named[0]); ++i) {
        if (strcmp(attribute->name, named[i]) == 0) {
            return 0;
        }
    }
    return attribute->effect == PLUGIN_CFG_HONOURED && attribute->offset >= 0;
}

void wlmcfg_diff_attributes(apr_array_header_t *changes, const char *element, const void *from, const void *to)
{
    static const value_t nothing = { .kind = VALUE_NONE };
    const plugin_cfg_attribute_t *attribute;

    for (attribute = plugin_cfg_schema_first(element); attribute; attribute = plugin_cfg_schema_next(attribute)) {
        if (is_compared(attribute)) {
            value_t was = from ? value_of(attribute, from, changes->pool) : nothing;
            value_t is = to ? value_of(attribute, to, changes->pool) : nothing;

            if ((from && to) || !is_default(attribute, from ? &was : &is)) {
                wlmcfg_diff_change(changes, attribute->name, was, is);
            }
        }
    }
}

void wlmcfg_diff_drop(apr_array_header_t *changes, const char *name)
{
    int i, n = 0;

    for (i = 0; i < changes->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(changes, i, change_t).name, name) != 0) {
            APR_ARRAY_IDX(changes, n++, change_t) = APR_ARRAY_IDX(changes, i, change_t);
        }
    }
    changes->nelts = n;
}

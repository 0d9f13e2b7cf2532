/* What XSD and RELAX NG say alike: documentation, names of definitions, regular expressions. Pure; any thread. */
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/schema/schema.h"

const plugin_cfg_element_t *wlmcfg_schema_earlier(const plugin_cfg_element_t *element)
{
    const plugin_cfg_element_t *other;

    for (other = plugin_cfg_elements; other < element; ++other) {
        if (strcmp(other->key, element->key) == 0) {
            return other;
        }
    }
    return NULL;
}

int wlmcfg_schema_is_property(const plugin_cfg_element_t *element)
{
    return strcmp(element->name, "Property") == 0;
}

const char *wlmcfg_schema_definition(const char *key, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, key), *slash = strchr(name, '/');

    if (slash) {
        *slash = '.';
    }
    return name;
}

/* -- documentation --------------------------------------------------------------------------- */

/* Without the table's Markdown, for XML */
static const char *as_xml(const char *text, apr_pool_t *p)
{
    char *xml = apr_palloc(p, strlen(text) * sizeof("&quot;") + 1), *to = xml;

    for (; *text; ++text) {
        if (*text == '`') {
            continue;
        }
        if (strchr("&<>", *text)) {
            to = apr_cpystrn(to, *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : "&gt;", sizeof("&quot;"));
        }
        else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return xml;
}

static const char *before_note(plugin_cfg_effect_t effect)
{
    return effect == PLUGIN_CFG_NEEDLESS ? "Has no effect, and needs none: "
         : effect == PLUGIN_CFG_MISSED ? "Has no effect yet: " : "";
}

const char *wlmcfg_schema_range(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    return attribute->max == INT_MAX ? apr_psprintf(p, "%d or more", attribute->min)
                                     : apr_psprintf(p, "%d to %d", attribute->min, attribute->max);
}

const char *wlmcfg_schema_about_attribute(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    const char *range = attribute->type != PLUGIN_CFG_TYPE_INT ? ""
                      : apr_pstrcat(p, " Values: ", wlmcfg_schema_range(attribute, p), ".", NULL);
    const char *fallback = !attribute->fallback ? "" : apr_pstrcat(p, " Default: ", attribute->fallback, ".", NULL);

    return as_xml(apr_pstrcat(p, before_note(attribute->effect), attribute->note, ".", range, fallback, NULL), p);
}

const char *wlmcfg_schema_about_element(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    return as_xml(apr_pstrcat(p, before_note(element->effect), element->note, ".",
                              element->is_single && element->parent ? " At most one." : "",
                              element->is_opaque ? " What is in it is not looked at." : "", NULL), p);
}

/* -- regular expressions ---------------------------------------------------------------------- */

/* @param between  what may stand before, between and behind the characters of the text */
static const char *spelled(const char *text, const char *between, apr_pool_t *p)
{
    const char *pattern = between;

    for (; *text; ++text) {
        int c = (unsigned char)*text;
        char in_any_case[] = { '[', (char)toupper(c), (char)tolower(c), ']', '\0' };
        if (!*between || !strchr(" -_", *text)) {
            pattern = apr_pstrcat(p, pattern, isalpha(c) ? in_any_case
                                  : apr_pstrmemdup(p, text, 1), between, NULL);
        }
    }
    return pattern;
}

const char *wlmcfg_schema_any_spelling(const char *choice, apr_pool_t *p)
{
    return spelled(choice, "[ _\\-]*", p);
}

const char *wlmcfg_schema_any_choice(const char *const *choices, apr_pool_t *p)
{
    const char *pattern = wlmcfg_schema_any_spelling(*choices, p);

    while (*++choices) {
        pattern = apr_pstrcat(p, pattern, "|", wlmcfg_schema_any_spelling(*choices, p), NULL);
    }
    return pattern;
}

const char *wlmcfg_schema_any_case(const char *text, apr_pool_t *p)
{
    return spelled(text, "", p);
}

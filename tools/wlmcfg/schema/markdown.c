/* The reader's table as Markdown, one section for each element. On main()'s thread. */
#include <stdio.h>
#include <string.h>
#include "tools/wlmcfg/schema/schema.h"

static const char *effect_of(plugin_cfg_effect_t effect)
{
    return effect == PLUGIN_CFG_HONOURED || effect == PLUGIN_CFG_LOGGED ? "yes"
         : effect == PLUGIN_CFG_NEEDLESS ? "not needed" : "no";
}

static void print_values(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    const char *const *choice;

    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_CHOICE:
        for (choice = attribute->choices; *choice; ++choice) {
            printf("%s`%s`", choice == attribute->choices ? "" : ", ", *choice);
        }
        return;
    case PLUGIN_CFG_TYPE_INT:
        fputs(wlmcfg_schema_range(attribute, p), stdout);
        return;
    case PLUGIN_CFG_TYPE_BOOL:
        fputs("`true`, `false`", stdout);
        return;
    case PLUGIN_CFG_TYPE_STRING:
        fputs("text", stdout);
    }
}

static void print_attribute(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    printf("| `%s` | ", attribute->name);
    print_values(attribute, p);
    if (attribute->is_required) {
        fputs(attribute->is_required == PLUGIN_CFG_REQUIRED ? " | required" : " | required for a host", stdout);
    }
    else if (attribute->fallback) {
        printf(" | `%s`", attribute->fallback);
    }
    else {
        fputs(" | none", stdout);
    }
    printf(" | %s | %s |\n", effect_of(attribute->effect), attribute->note);
}

static void print_attributes(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_attribute_t *attribute;
    int rows = 0;

    WLMCFG_SCHEMA_EACH(attribute, element->key) {
        if (!rows++) {
            printf("\n| %s | Values | Default | Effect | What it does, or why it has no effect |\n"
                   "|---|---|---|---|---|\n", wlmcfg_schema_is_property(element) ? "Property" : "Attribute");
        }
        print_attribute(attribute, p);
    }
}

static void print_element(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_element_t *other = wlmcfg_schema_earlier(element);

    printf("### %s%s%s\n\n%s. Effect: %s; %s.%s\n", element->name, element->parent ? " in " : "",
           element->parent ? element->parent : "", element->is_single ? "At most one" : "Any number",
           effect_of(element->effect), element->note,
           element->is_opaque ? " What is in it is not looked at." : "");
    if (other) {
        printf("Attributes: as those of %s in %s.\n", other->name, other->parent);
    }
    else {
        print_attributes(element, p);
    }
}

void wlmcfg_schema_print_markdown(apr_pool_t *p)
{
    const plugin_cfg_element_t *element;

    for (element = plugin_cfg_elements; element->key; ++element) {
        if (element != plugin_cfg_elements) {
            puts("");
        }
        print_element(element, p);
    }
}

/* `wlmcfg schema`: the reader's table as Markdown, one section for each element. On main()'s thread. */
#include <limits.h>
#include <string.h>
#include "plugin-cfg/schema.h"
#include "tools/wlmcfg/wlmcfg.h"

static const char *effect_of(plugin_cfg_effect_t effect)
{
    return effect == PLUGIN_CFG_HONOURED || effect == PLUGIN_CFG_LOGGED ? "yes"
         : effect == PLUGIN_CFG_NEEDLESS ? "not needed" : "no";
}

static void print_values(const plugin_cfg_attribute_t *attribute)
{
    const char *const *choice;

    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_CHOICE:
        for (choice = attribute->choices; *choice; ++choice) {
            printf("%s`%s`", choice == attribute->choices ? "" : ", ", *choice);
        }
        return;
    case PLUGIN_CFG_TYPE_INT:
        if (attribute->max == INT_MAX) {
            printf("%d or more", attribute->min);
        }
        else {
            printf("%d to %d", attribute->min, attribute->max);
        }
        return;
    case PLUGIN_CFG_TYPE_BOOL:
        fputs("`true`, `false`", stdout);
        return;
    case PLUGIN_CFG_TYPE_STRING:
        fputs("text", stdout);
    }
}

static void print_attribute(const plugin_cfg_attribute_t *attribute)
{
    printf("| `%s` | ", attribute->name);
    print_values(attribute);
    if (attribute->is_required) {
        fputs(" | required", stdout);
    }
    else if (attribute->fallback) {
        printf(" | `%s`", attribute->fallback);
    }
    else {
        fputs(" | none", stdout);
    }
    printf(" | %s | %s |\n", effect_of(attribute->effect), attribute->note);
}

/* the rows of a Property element are what its Name may be */
static int is_property(const plugin_cfg_element_t *element)
{
    return strcmp(element->name, "Property") == 0;
}

static void print_attributes(const plugin_cfg_element_t *element)
{
    const plugin_cfg_attribute_t *attribute;
    int rows = 0;

    for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) {
        if (strcmp(attribute->element, element->key) == 0) {
            if (!rows++) {
                printf("\n| %s | Values | Default | Effect | What it does, or why it has no effect |\n"
                       "|---|---|---|---|---|\n", is_property(element) ? "Property" : "Attribute");
            }
            print_attribute(attribute);
        }
    }
}

/* @return the element of which this is another name or parent; NULL when it is the first of its key */
static const plugin_cfg_element_t *earlier(const plugin_cfg_element_t *element)
{
    const plugin_cfg_element_t *other;

    for (other = plugin_cfg_elements; other < element; ++other) {
        if (strcmp(other->key, element->key) == 0) {
            return other;
        }
    }
    return NULL;
}

static void print_element(const plugin_cfg_element_t *element)
{
    const plugin_cfg_element_t *other = earlier(element);

    printf("### %s%s%s\n\n%s. Effect: %s; %s.%s\n", element->name, element->parent ? " in " : "",
           element->parent ? element->parent : "", element->is_single ? "At most one" : "Any number",
           effect_of(element->effect), element->note,
           element->is_opaque ? " What is in it is not looked at." : "");
    if (other) {
        printf("Attributes: as those of %s in %s.\n", other->name, other->parent);
    }
    else {
        print_attributes(element);
    }
}

/* For the manual: docs/plugin-cfg.md has its output, and is checked against it */
int wlmcfg_run_schema(int argc, char **argv, apr_pool_t *p)
{
    static const tool_option_t none[] = { { .name = NULL } };
    const plugin_cfg_element_t *element;
    char **words;
    int n = tool_read_call(argc, argv, none, &words);

    (void)p;
    if (n) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("schema", "it takes no file");
    }
    for (element = plugin_cfg_elements; element->key; ++element) {
        if (element != plugin_cfg_elements) {
            puts("");
        }
        print_element(element);
    }
    return WLMCFG_FINE;
}

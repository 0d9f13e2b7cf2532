/* The reader's table as Markdown, one table for each element. */
#include <limits.h>
#include <string.h>
#include "plugin_cfg_schema.h"
#include "wlmcfg.h"

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
    default:
        fputs(plugin_cfg_type_name(attribute->type), stdout);
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
    printf(" | %s | %s |\n", attribute->is_honoured ? "yes" : "no", attribute->note);
}

void wlmcfg_schema(void)
{
    const plugin_cfg_element_t *element;
    const plugin_cfg_attribute_t *attribute;

    for (element = plugin_cfg_elements; element->element; ++element) {
        int rows = 0;
        printf("%s### %s\n\n%s: %s.\n", element == plugin_cfg_elements ? "" : "\n", element->element,
               element->is_honoured ? "Honoured" : "Without effect", element->note);
        for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) {
            if (strcmp(attribute->element, element->element) == 0) {
                if (!rows++) {
                    puts("\n| Name | Values | Default | Honoured | What it does, or why it has no effect |\n"
                         "|---|---|---|---|---|");
                }
                print_attribute(attribute);
            }
        }
    }
}

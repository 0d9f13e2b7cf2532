/* The reader's table as RELAX NG. On main()'s thread.
 *
 * A definition for each key. What is single is said so, in any order; each property has the type of its value.
 */
#include <stdio.h>
#include <string.h>
#include "tools/wlmcfg/schema/schema.h"

static void print_about(const char *indent, const char *text)
{
    printf("%s<a:documentation>%s</a:documentation>\n", indent, text);
}

/* -- values ---------------------------------------------------------------------------------------- */

/* Both, since an editor offers the values, and the reader takes other spellings */
static void print_choice(const char *indent, const char *const *choices, apr_pool_t *p)
{
    const char *const *choice;

    printf("%s<choice>\n", indent);
    for (choice = choices; *choice; ++choice) {
        printf("%s  <value>%s</value>\n", indent, *choice);
    }
    printf("%s  <data type=\"token\"><param name=\"pattern\">%s</param></data>\n%s</choice>\n", indent,
           wlmcfg_schema_any_choice(choices, p), indent);
}

static void print_value(const char *indent, const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_BOOL:
        printf("%s<ref name=\"truth\"/>\n", indent);
        return;
    case PLUGIN_CFG_TYPE_INT:
        printf("%s<data type=\"integer\"><param name=\"minInclusive\">%d</param><param name=\"maxInclusive\">%d</param>"
               "</data>\n", indent, attribute->min, attribute->max);
        return;
    case PLUGIN_CFG_TYPE_CHOICE:
        print_choice(indent, attribute->choices, p);
        return;
    case PLUGIN_CFG_TYPE_STRING:
        if (attribute->pattern) {
            printf("%s<data type=\"token\"><param name=\"pattern\">%s</param></data>\n", indent, attribute->pattern);
        }
        else {
            printf("%s<%s/>\n", indent, attribute->is_required ? "ref name=\"name\"" : "text");
        }
    }
}

/* -- attributes -------------------------------------------------------------------------------------- */

static void print_attribute(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    fputs(attribute->is_required == PLUGIN_CFG_REQUIRED ? "" : "    <optional>\n", stdout);
    printf("      <attribute name=\"%s\">\n", attribute->name);
    print_about("        ", wlmcfg_schema_about_attribute(attribute, p));
    print_value("        ", attribute, p);
    puts("      </attribute>");
    fputs(attribute->is_required == PLUGIN_CFG_REQUIRED ? "" : "    </optional>\n", stdout);
}

/* A Value may be left out where the reader takes an empty one */
static void print_property(const plugin_cfg_attribute_t *property, apr_pool_t *p)
{
    int may_be_absent = property->type == PLUGIN_CFG_TYPE_STRING;

    puts("      <group>");
    print_about("        ", wlmcfg_schema_about_attribute(property, p));
    printf("        <attribute name=\"Name\">\n          <choice>\n            <value>%s</value>\n"
           "            <data type=\"token\"><param name=\"pattern\">%s</param></data>\n          </choice>\n"
           "        </attribute>\n%s        <attribute name=\"Value\">\n", property->name,
           wlmcfg_schema_any_case(property->name, p), may_be_absent ? "        <optional>\n" : "");
    print_value("          ", property, p);
    printf("        </attribute>\n%s      </group>\n", may_be_absent ? "        </optional>\n" : "");
}

static void print_properties(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_attribute_t *property;

    puts("    <choice>");
    WLMCFG_SCHEMA_EACH(property, element->key) {
        print_property(property, p);
    }
    puts("    </choice>");
}

/* -- elements ------------------------------------------------------------------------------------------ */

static void print_child(const plugin_cfg_element_t *child, apr_pool_t *p)
{
    const char *number = child->is_single ? "optional" : "zeroOrMore";

    printf("      <%s>\n        <element name=\"%s\">\n", number, child->name);
    print_about("          ", wlmcfg_schema_about_element(child, p));
    printf("          <ref name=\"%s\"/>\n        </element>\n      </%s>\n",
           child->is_opaque ? "anything" : wlmcfg_schema_definition(child->key, p), number);
}

static void print_children(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_element_t *child;
    int n = 0;

    WLMCFG_SCHEMA_EACH_CHILD(child, element->key) {
        fputs(n++ ? "" : "    <interleave>\n", stdout);
        print_child(child, p);
    }
    puts(n ? "    </interleave>" : "    <empty/>");
}

static void print_definition(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_attribute_t *attribute;

    printf("\n  <define name=\"%s\">\n", wlmcfg_schema_definition(element->key, p));
    if (wlmcfg_schema_is_property(element)) {
        print_properties(element, p);
    }
    else {
        WLMCFG_SCHEMA_EACH(attribute, element->key) {
            print_attribute(attribute, p);
        }
        print_children(element, p);
    }
    puts("  </define>");
}

static void print_named(apr_pool_t *p)
{
    printf("\n  <define name=\"truth\">\n    <choice>\n      <value>true</value>\n      <value>false</value>\n"
           "      <data type=\"token\"><param name=\"pattern\">%s|%s</param></data>\n    </choice>\n  </define>\n",
           wlmcfg_schema_any_case("true", p), wlmcfg_schema_any_case("false", p));
    puts("\n  <define name=\"name\">\n    <data type=\"token\"><param name=\"minLength\">1</param></data>\n"
         "  </define>");
    puts("\n  <define name=\"anything\">\n    <zeroOrMore>\n      <choice>\n        <attribute><anyName/></attribute>\n"
         "        <text/>\n        <element><anyName/><ref name=\"anything\"/></element>\n      </choice>\n"
         "    </zeroOrMore>\n  </define>");
}

void wlmcfg_schema_print_rng(apr_pool_t *p)
{
    const plugin_cfg_element_t *element;

    puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!-- plugin-cfg.xml as mod_wlm reads it; printed by wlmcfg schema, option rng -->\n"
         "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"\n"
         "    xmlns:a=\"http://relaxng.org/ns/compatibility/annotations/1.0\"\n"
         "    datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">");
    printf("  <start>\n    <element name=\"%s\">\n", plugin_cfg_elements->name);
    print_about("      ", wlmcfg_schema_about_element(plugin_cfg_elements, p));
    printf("      <ref name=\"%s\"/>\n    </element>\n  </start>\n", plugin_cfg_elements->key);
    for (element = plugin_cfg_elements; element->key; ++element) {
        if (!wlmcfg_schema_earlier(element) && !element->is_opaque) {
            print_definition(element, p);
        }
    }
    print_named(p);
    puts("</grammar>");
}

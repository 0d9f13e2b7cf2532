/* The reader's table as XML Schema 1.0. On main()'s thread.
 *
 * A type for each key, whose children may stand in any order and number: what is single could only be said together
 * with an order. The names of properties are known, but not the type of each one's value, which depends on the name.
 */
#include <stdio.h>
#include <string.h>
#include "tools/wlmcfg/schema/schema.h"

static void print_about(const char *indent, const char *text)
{
    printf("%s<xs:annotation><xs:documentation>%s</xs:documentation></xs:annotation>\n", indent, text);
}

/* -- attributes ---------------------------------------------------------------------------------- */

/* Both, since an editor offers the list, and the reader takes other spellings */
static void print_choice(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    const char *const *choice;

    puts("      <xs:simpleType>\n        <xs:union>\n          <xs:simpleType>\n"
         "            <xs:restriction base=\"xs:token\">");
    for (choice = attribute->choices; *choice; ++choice) {
        printf("              <xs:enumeration value=\"%s\"/>\n", *choice);
    }
    printf("            </xs:restriction>\n          </xs:simpleType>\n          <xs:simpleType>\n"
           "            <xs:restriction base=\"xs:token\"><xs:pattern value=\"%s\"/></xs:restriction>\n"
           "          </xs:simpleType>\n        </xs:union>\n      </xs:simpleType>\n",
           wlmcfg_schema_any_choice(attribute->choices, p));
}

/* Not xs:int: libxml2 2.9 refuses one with blanks around it, which do not count by XML Schema */
static void print_range(const plugin_cfg_attribute_t *attribute)
{
    printf("      <xs:simpleType>\n        <xs:restriction base=\"xs:integer\">\n"
           "          <xs:minInclusive value=\"%d\"/>\n          <xs:maxInclusive value=\"%d\"/>\n"
           "        </xs:restriction>\n      </xs:simpleType>\n", attribute->min, attribute->max);
}

static void print_pattern(const plugin_cfg_attribute_t *attribute)
{
    printf("      <xs:simpleType>\n        <xs:restriction base=\"name\">\n"
           "          <xs:pattern value=\"%s\"/>\n        </xs:restriction>\n      </xs:simpleType>\n",
           attribute->pattern);
}

/* @return the name of the attribute's type; NULL: it has one of its own */
static const char *named_type(const plugin_cfg_attribute_t *attribute)
{
    return attribute->type == PLUGIN_CFG_TYPE_BOOL ? "truth"
         : attribute->type != PLUGIN_CFG_TYPE_STRING || attribute->pattern ? NULL
         : attribute->is_required ? "name" : "xs:token";
}

static void print_own_type(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    if (attribute->type == PLUGIN_CFG_TYPE_CHOICE) {
        print_choice(attribute, p);
    }
    else if (attribute->type == PLUGIN_CFG_TYPE_INT) {
        print_range(attribute);
    }
    else if (attribute->pattern) {
        print_pattern(attribute);
    }
}

static void print_word(const char *name, const char *value)
{
    if (value) {
        printf(" %s=\"%s\"", name, value);
    }
}

static void print_attribute(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    printf("    <xs:attribute name=\"%s\"", attribute->name);
    print_word("type", named_type(attribute));
    print_word("use", attribute->is_required == PLUGIN_CFG_REQUIRED ? "required" : NULL);
    print_word("default", attribute->fallback);
    puts(">");
    print_about("      ", wlmcfg_schema_about_attribute(attribute, p));
    if (!named_type(attribute)) {
        print_own_type(attribute, p);
    }
    puts("    </xs:attribute>");
}

/* -- properties ------------------------------------------------------------------------------------ */

static void print_property_name(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_attribute_t *property;

    puts("    <xs:attribute name=\"Name\" use=\"required\">\n      <xs:simpleType>\n        <xs:union>\n"
         "          <xs:simpleType>\n            <xs:restriction base=\"xs:token\">");
    WLMCFG_SCHEMA_EACH(property, element->key) {
        printf("              <xs:enumeration value=\"%s\">\n", property->name);
        print_about("                ", wlmcfg_schema_about_attribute(property, p));
        puts("              </xs:enumeration>");
    }
    puts("            </xs:restriction>\n          </xs:simpleType>\n          <xs:simpleType>\n"
         "            <xs:restriction base=\"xs:token\">");
    WLMCFG_SCHEMA_EACH(property, element->key) {
        printf("              <xs:pattern value=\"%s\"/>\n", wlmcfg_schema_any_case(property->name, p));
    }
    puts("            </xs:restriction>\n          </xs:simpleType>\n        </xs:union>\n      </xs:simpleType>\n"
         "    </xs:attribute>\n    <xs:attribute name=\"Value\" type=\"xs:token\"/>");
}

/* -- elements ---------------------------------------------------------------------------------------- */

/* Names that the reader refuses when they are there twice: of the children of a key in the element of another one */
static const struct {
    const char *parent, *key;
} unique_names[] = {
    { "Config", "ServerCluster" },
    { "ServerCluster", "Server" },
};

static void print_unique_names(const char *indent, const plugin_cfg_element_t *element)
{
    const plugin_cfg_element_t *child;
    size_t i;

    for (i = 0; i < sizeof(unique_names) / sizeof(unique_names[0]); ++i) {
        int n = 0;
        if (strcmp(unique_names[i].parent, element->key) != 0) {
            continue;
        }
        printf("%s<xs:unique name=\"%s.%s\"><xs:selector xpath=\"", indent, element->name, unique_names[i].key);
        WLMCFG_SCHEMA_EACH_CHILD(child, element->key) {
            if (strcmp(child->key, unique_names[i].key) == 0) {
                printf("%s%s", n++ ? "|" : "", child->name);
            }
        }
        puts("\"/><xs:field xpath=\"@Name\"/></xs:unique>");
    }
}

static void print_children(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_element_t *child;
    int n = 0;

    WLMCFG_SCHEMA_EACH_CHILD(child, element->key) {
        if (!n++) {
            puts("    <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">");
        }
        printf("      <xs:element name=\"%s\" type=\"%s\">\n", child->name,
               wlmcfg_schema_definition(child->key, p));
        print_about("        ", wlmcfg_schema_about_element(child, p));
        print_unique_names("        ", child);
        puts("      </xs:element>");
    }
    fputs(n ? "    </xs:choice>\n" : "", stdout);
}

static void print_type(const plugin_cfg_element_t *element, apr_pool_t *p)
{
    const plugin_cfg_attribute_t *attribute;

    printf("\n  <xs:complexType name=\"%s\"%s>\n", wlmcfg_schema_definition(element->key, p),
           element->is_opaque ? " mixed=\"true\"" : "");
    if (element->is_opaque) {
        puts("    <xs:sequence><xs:any minOccurs=\"0\" maxOccurs=\"unbounded\" processContents=\"skip\"/>"
             "</xs:sequence>\n"
             "    <xs:anyAttribute processContents=\"skip\"/>");
    }
    else if (wlmcfg_schema_is_property(element)) {
        print_property_name(element, p);
    }
    else {
        print_children(element, p);
        WLMCFG_SCHEMA_EACH(attribute, element->key) {
            print_attribute(attribute, p);
        }
    }
    puts("  </xs:complexType>");
}

static const char *const truths[] = { "true", "false", NULL };

static void print_named_types(apr_pool_t *p)
{
    printf("\n  <xs:simpleType name=\"truth\">\n    <xs:union>\n"
           "      <xs:simpleType>\n        <xs:restriction base=\"xs:token\">\n"
           "          <xs:enumeration value=\"%s\"/>\n          <xs:enumeration value=\"%s\"/>\n"
           "        </xs:restriction>\n      </xs:simpleType>\n"
           "      <xs:simpleType>\n        <xs:restriction base=\"xs:token\"><xs:pattern value=\"%s|%s\"/>"
           "</xs:restriction>\n      </xs:simpleType>\n    </xs:union>\n  </xs:simpleType>\n", truths[0], truths[1],
           wlmcfg_schema_any_case(truths[0], p), wlmcfg_schema_any_case(truths[1], p));
    puts("\n  <xs:simpleType name=\"name\">\n    <xs:restriction base=\"xs:token\"><xs:minLength value=\"1\"/>"
         "</xs:restriction>\n  </xs:simpleType>");
}

void wlmcfg_schema_print_xsd(apr_pool_t *p)
{
    const plugin_cfg_element_t *element;

    puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<!-- plugin-cfg.xml as mod_wlm reads it; printed by wlmcfg schema, option xsd -->\n"
         "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">");
    printf("  <xs:element name=\"%s\" type=\"%s\">\n", plugin_cfg_elements->name, plugin_cfg_elements->key);
    print_about("    ", wlmcfg_schema_about_element(plugin_cfg_elements, p));
    print_unique_names("    ", plugin_cfg_elements);
    puts("  </xs:element>");
    for (element = plugin_cfg_elements; element->key; ++element) {
        if (!wlmcfg_schema_earlier(element)) {
            print_type(element, p);
        }
    }
    print_named_types(p);
    puts("</xs:schema>");
}

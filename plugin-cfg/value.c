/* Attributes: found, typed, checked and stored as the schema says. On the thread that reads the file. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

static const char *trimmed(const char *text, apr_pool_t *p)
{
    apr_size_t len;

    text += strspn(text, " \t\r\n");
    for (len = strlen(text); len > 0 && strchr(" \t\r\n", text[len - 1]); --len) {
    }
    return apr_pstrmemdup(p, text, len);
}

/* @return in the pool of what is not kept */
static const char *value_of(const plugin_cfg_reader_t *reader, const xmlAttr *attr)
{
    xmlChar *raw = xmlNodeListGetString(attr->doc, attr->children, 1);
    const char *text = trimmed(raw ? (const char *)raw : "", reader->scratch);

    xmlFree(raw);
    return text;
}

const xmlAttr *plugin_cfg_find_attribute(const xmlNode *node, const char *name)
{
    const xmlAttr *attr;

    for (attr = node->properties; attr; attr = attr->next) {
        if (strcasecmp((const char *)attr->name, name) == 0) {
            return attr;
        }
    }
    return NULL;
}

/* -- parsing: each returns 1 and sets *pvalue, or 0 when the text is not such a value ------------- */

static int parse_bool(int *pvalue, const char *text)
{
    *pvalue = strcasecmp(text, "true") == 0;
    return *pvalue || strcasecmp(text, "false") == 0;
}

static int parse_int(int *pvalue, const char *text, int min, int max)
{
    char *end;
    long long number;

    errno = 0;
    number = strtoll(text, &end, 10);
    *pvalue = (int)number;
    return end != text && !*end && !errno && number >= min && number <= max && !isspace((unsigned char)*text);
}

/* without case, blanks and hyphens: "Round Robin", "RoundRobin", "round-robin" */
static int is_same_choice(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " -_\t");
        b += strspn(b, " -_\t");
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return 0;
        }
        if (!*a) {
            return 1;
        }
        ++a;
        ++b;
    }
}

static int parse_choice(int *pvalue, const char *text, const char *const *choices)
{
    for (*pvalue = 0; choices[*pvalue]; ++*pvalue) {
        if (is_same_choice(text, choices[*pvalue])) {
            return 1;
        }
    }
    return 0;
}

/* -- one value --------------------------------------------------------------------------------- */

static const char *describe(const plugin_cfg_attribute_t *attribute, apr_pool_t *p)
{
    const char *const *choice;
    const char *text = NULL;

    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_BOOL:
        return "true or false";
    case PLUGIN_CFG_TYPE_INT:
        if (attribute->max == INT_MAX) {
            return apr_psprintf(p, "a number, %d or more", attribute->min);
        }
        return apr_psprintf(p, "a number from %d to %d", attribute->min, attribute->max);
    case PLUGIN_CFG_TYPE_CHOICE:
        for (choice = attribute->choices; *choice; ++choice) {
            text = text ? apr_pstrcat(p, text, " or \"", *choice, "\"", NULL)
                        : apr_pstrcat(p, "\"", *choice, "\"", NULL);
        }
        return text;
    case PLUGIN_CFG_TYPE_STRING:
        break;
    }
    return "a value";
}

static plugin_cfg_finding_id_t wrong_id(plugin_cfg_type_t type)
{
    return type == PLUGIN_CFG_TYPE_BOOL ? PLUGIN_CFG_FINDING_BAD_BOOLEAN
         : type == PLUGIN_CFG_TYPE_INT ? PLUGIN_CFG_FINDING_BAD_NUMBER : PLUGIN_CFG_FINDING_BAD_CHOICE;
}

/* @return 1 and *pvalue for the types that are numbers in the model */
static int parse(int *pvalue, const plugin_cfg_attribute_t *attribute, const char *text)
{
    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_BOOL:
        return parse_bool(pvalue, text);
    case PLUGIN_CFG_TYPE_INT:
        return parse_int(pvalue, text, attribute->min, attribute->max);
    case PLUGIN_CFG_TYPE_CHOICE:
        return parse_choice(pvalue, text, attribute->choices);
    case PLUGIN_CFG_TYPE_STRING:
        break;
    }
    return 1;
}

/* @param text  lives as long as the model */
static void store(void *model, const plugin_cfg_attribute_t *attribute, const char *text, int number)
{
    char *at;

    if (!model || attribute->offset < 0) {
        return;
    }
    at = (char *)model + attribute->offset;
    if (attribute->type == PLUGIN_CFG_TYPE_STRING) {
        memcpy(at, &text, sizeof(text));
    }
    else {
        memcpy(at, &number, sizeof(number));
    }
}

static int is_mild(const plugin_cfg_attribute_t *attribute)
{
    return attribute->effect != PLUGIN_CFG_HONOURED;
}

static void report_missed(plugin_cfg_reader_t *reader, const plugin_cfg_attribute_t *attribute, const char *text,
                        int number, int line)
{
    int usual = 0;

    if (attribute->effect != PLUGIN_CFG_MISSED || !parse(&usual, attribute, attribute->fallback) || usual == number
        || !plugin_cfg_is_first(reader, apr_pstrcat(reader->scratch, attribute->element, " ", attribute->name, NULL))) {
        return;
    }
    plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_NO_EFFECT, line,
                           "%s: %s=\"%s\" has no effect (%s); the default \"%s\" gives no warning", attribute->element,
                           attribute->name, text, attribute->note, attribute->fallback);
}

/* One that came along when a value was copied from a document or a web page. Values that are no texts are refused */
static void check_invisible(plugin_cfg_reader_t *reader, const plugin_cfg_attribute_t *attribute, const char *text,
                            int line)
{
    const char *character = plugin_cfg_find_invisible(text, reader->scratch);

    if (character && attribute->type == PLUGIN_CFG_TYPE_STRING && attribute->effect == PLUGIN_CFG_HONOURED) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_INVISIBLE_CHARACTER, line,
                               "%s: %s=\"%s\" has a character in it that cannot be seen, and hardly is "
                               "meant: %s; delete the value and type it anew", attribute->element, attribute->name,
                               text, character);
    }
}

/* @return 0 when the value is not acceptable; a finding says why */
static int copy_value(plugin_cfg_reader_t *reader, const plugin_cfg_attribute_t *attribute, const char *text, int line,
                      void *model)
{
    int number = 0;

    if (!*text && (attribute->is_required || attribute->type != PLUGIN_CFG_TYPE_STRING)) {
        plugin_cfg_add_graded_finding(reader->cfg, PLUGIN_CFG_FINDING_EMPTY_VALUE, is_mild(attribute), line,
                                      "%s: %s is empty; give it %s%s", attribute->element, attribute->name,
                                      describe(attribute, reader->scratch),
                                      attribute->is_required ? "" : ", or remove it");
        return 0;
    }
    if (!parse(&number, attribute, text)) {
        plugin_cfg_add_graded_finding(reader->cfg, wrong_id(attribute->type), is_mild(attribute), line,
                                      "%s: %s=\"%s\" is not valid%s; it takes %s", attribute->element,
                                      attribute->name, text, plugin_cfg_find_invisible(text, reader->scratch)
                                      ? ", for it has a character that cannot be seen: type it anew" : "",
                                      describe(attribute, reader->scratch));
        return 0;
    }
    report_missed(reader, attribute, text, number, line);
    check_invisible(reader, attribute, text, line);
    /* an empty name of a cookie or clone id is as good as none */
    store(model, attribute, *text && model ? plugin_cfg_keep_text(reader, text) : attribute->fallback, number);
    return 1;
}

/* -- all values of an element ---------------------------------------------------------------------- */

static void store_defaults(const char *element, void *model)
{
    const plugin_cfg_attribute_t *attribute;

    for (attribute = plugin_cfg_schema_first(element); attribute; attribute = plugin_cfg_schema_next(attribute)) {
        if (attribute->fallback) {
            int number = 0;
            parse(&number, attribute, attribute->fallback);
            store(model, attribute, attribute->fallback, number);
        }
    }
}

/* Said of what is in the file, since the values are not read yet */
static int needs(const plugin_cfg_reader_t *reader, const plugin_cfg_attribute_t *attribute, const xmlNode *node)
{
    const xmlAttr *host = attribute->is_required == PLUGIN_CFG_REQUIRED_FOR_HOST
                          ? plugin_cfg_find_attribute(node, "Hostname") : NULL;

    return attribute->is_required && !(host && plugin_cfg_is_meant_as_socket(value_of(reader, host)));
}

static int check_required(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element)
{
    const plugin_cfg_attribute_t *attribute;
    int complete = 1;

    for (attribute = plugin_cfg_schema_first(element); attribute; attribute = plugin_cfg_schema_next(attribute)) {
        if (needs(reader, attribute, node) && !plugin_cfg_find_attribute(node, attribute->name)) {
            plugin_cfg_add_graded_finding(reader->cfg, PLUGIN_CFG_FINDING_MISSING_ATTRIBUTE, is_mild(attribute),
                                          plugin_cfg_line_of(node), "%s has no %s; add it", (const char *)node->name,
                                          attribute->name);
            complete = 0;
        }
    }
    return complete;
}

/* @return the attribute's row, or NULL when it is not to be taken */
static const plugin_cfg_attribute_t *identify(plugin_cfg_reader_t *reader, const xmlAttr *attr, const char *element)
{
    const char *name = (const char *)attr->name, *owner = (const char *)attr->parent->name;
    const plugin_cfg_attribute_t *attribute = plugin_cfg_schema_attribute(element, name, 0);
    int line = plugin_cfg_attr_line_of(attr);

    if (!attribute) {
        plugin_cfg_report_unknown(reader, attr->parent, "attribute", name, line,
                                PLUGIN_CFG_FINDING_UNKNOWN_ATTRIBUTE);
    }
    else if (plugin_cfg_find_attribute(attr->parent, name) != attr) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_ATTRIBUTE_TWICE, line,
                               "%s: attribute %s is there already in another case, and this one has no effect; remove "
                               "one", owner, name);
        return NULL;
    }
    else if (strcmp(attribute->name, name) != 0
             && plugin_cfg_is_first(reader, apr_pstrcat(reader->scratch, "case ", element, " ", name, NULL))) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_NAME_CASE, line,
                               "%s: attribute %s is taken as %s; write it so (reported once for a file)", owner, name,
                               attribute->name);
    }
    return attribute;
}

static void check_line_breaks(plugin_cfg_reader_t *reader, const plugin_cfg_attribute_t *attribute, const xmlAttr *attr,
                              const char *text)
{
    if (attribute->effect == PLUGIN_CFG_HONOURED && attribute->type == PLUGIN_CFG_TYPE_STRING
        && strpbrk(text, " \t\r\n") && plugin_cfg_attr_is_broken(attr)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_LINE_BREAK, plugin_cfg_attr_line_of(attr),
                               "%s: %s has a line break, which becomes a blank: \"%s\"; write it on one line",
                               attribute->element, attribute->name, text);
    }
}

int plugin_cfg_read_attributes(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element, void *model)
{
    const xmlAttr *attr;
    int complete;

    store_defaults(element, model);
    complete = check_required(reader, node, element);
    for (attr = node->properties; attr; attr = attr->next) {
        const plugin_cfg_attribute_t *attribute = identify(reader, attr, element);
        if (attribute) {
            const char *text = value_of(reader, attr);
            check_line_breaks(reader, attribute, attr, text);
            complete &= copy_value(reader, attribute, text, plugin_cfg_attr_line_of(attr), model)
                        || !attribute->is_required;
        }
    }
    return complete;
}

void plugin_cfg_read_property(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element, void *model)
{
    plugin_cfg_property_t property = { NULL, NULL };
    const plugin_cfg_attribute_t *attribute;

    if (!plugin_cfg_read_attributes(reader, node, "Property", &property)) {
        return;
    }
    attribute = plugin_cfg_schema_attribute(element, property.name, 0);
    if (!attribute) {
        plugin_cfg_report_unknown(reader, node->parent, "Property", property.name, plugin_cfg_line_of(node),
                                PLUGIN_CFG_FINDING_UNKNOWN_PROPERTY);
        return;
    }
    copy_value(reader, attribute, property.value ? property.value : "", plugin_cfg_line_of(node), model);
}

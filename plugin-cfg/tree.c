/* Which elements are known and in their position. The rest of the reader sees only those.
 * On the thread that reads the file. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

int plugin_cfg_is(const xmlNode *node, const char *key)
{
    const plugin_cfg_element_t **pelement = node->type == XML_ELEMENT_NODE ? plugin_cfg_element_of(node) : NULL;

    return pelement && *pelement && strcmp((*pelement)->key, key) == 0;
}

static void report_unknown_element(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    const char *name = (const char *)node->name, *in = (const char *)node->parent->name;
    const char *home = plugin_cfg_schema_parents(name, reader->scratch);

    if (home) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_MISPLACED, plugin_cfg_line_of(node),
                               "element %s has no effect in %s, nor has what is in it: it belongs in %s; "
                               "move it there, or remove it", name, in, home);
        return;
    }
    plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_UNKNOWN_ELEMENT, plugin_cfg_line_of(node),
                           "element %s is not known in %s, and it and what is in it have no effect; look for a typing "
                           "error, or remove it", name, in);
}

static const plugin_cfg_element_t *identify(plugin_cfg_reader_t *reader, const xmlNode *node, const char *parent)
{
    const char *name = (const char *)node->name;
    const plugin_cfg_element_t *element = plugin_cfg_schema_element(parent, name, 1);

    if (element) {
        return element;
    }
    element = plugin_cfg_schema_element(parent, name, 0);
    if (element && plugin_cfg_is_first(reader, apr_pstrcat(reader->scratch, "case ", element->key, "/", name, NULL))) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_NAME_CASE, plugin_cfg_line_of(node),
                               "element %s is taken as %s; write it so (reported once for a file)", name,
                               element->name);
    }
    else if (!element && parent) {
        report_unknown_element(reader, node);
    }
    return element;
}

/* @param before  the element that the text follows or is in */
static void check_text(plugin_cfg_reader_t *reader, const xmlNode *text, const xmlNode *before)
{
    const char *content = text->content ? (const char *)text->content : "";
    apr_size_t len;

    content += strspn(content, " \t\r\n");
    if (*content) {
        for (len = strcspn(content, "\r\n"); strchr(" \t", content[len - 1]); --len) {
        }
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_TEXT, plugin_cfg_line_of(before),
                               "the text \"%.*s\" %s %s has no effect; remove it, or make a comment of it",
                               len > 80 ? 80 : (int)len, content, before == text->parent ? "in" : "after",
                               (const char *)before->name);
    }
}

static int is_second(plugin_cfg_reader_t *reader, const xmlNode *node, const plugin_cfg_element_t *element, char *seen)
{
    int is_first = !*seen;

    *seen = 1;
    if (is_first || !element->is_single) {
        return 0;
    }
    plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_ELEMENT_TWICE, plugin_cfg_line_of(node),
                           "%s has more than one %s, and this one has no effect; put them into one",
                           (const char *)node->parent->name, element->name);
    return 1;
}

/* The depth of the tree is bounded by the parser */
static void check_element(plugin_cfg_reader_t *reader, const xmlNode *node, const plugin_cfg_element_t *element)
{
    char seen[PLUGIN_CFG_ELEMENTS_MAX] = { 0 };
    const xmlNode *child, *before = node;

    *plugin_cfg_element_of(node) = element;
    for (child = node->children; child && !element->is_opaque; child = child->next) {
        if (child->type == XML_TEXT_NODE) {
            check_text(reader, child, before);
        }
        else if (child->type == XML_ELEMENT_NODE) {
            const plugin_cfg_element_t *known = identify(reader, child, element->key);
            if (known && !is_second(reader, child, known, &seen[known - plugin_cfg_elements])) {
                check_element(reader, child, known);
            }
            before = child;
        }
    }
}

void plugin_cfg_check_tree(plugin_cfg_reader_t *reader, const xmlNode *root)
{
    const plugin_cfg_element_t *element = identify(reader, root, NULL);

    if (element) {
        check_element(reader, root, element);
    }
    else {
        const char *home = plugin_cfg_schema_parents((const char *)root->name, reader->scratch);
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_NOT_A_PLUGIN_CFG, plugin_cfg_line_of(root),
                               "the root element is %s, not Config; %s", (const char *)root->name,
                               home ? apr_pstrcat(reader->scratch, "it belongs in ", home,
                                                  ": is this a part of a file?", NULL)
                               : "is it the right file?");
    }
}

void plugin_cfg_report_unknown(plugin_cfg_reader_t *reader, const xmlNode *position, const char *what, const char *name,
                             int line, plugin_cfg_finding_id_t id)
{
    const char *home = plugin_cfg_schema_home(name, reader->scratch), *in = (const char *)position->name;

    if (position->parent->type == XML_ELEMENT_NODE) {
        in = apr_pstrcat(reader->scratch, in, " in ", (const char *)position->parent->name, NULL);
    }
    if (home) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_MISPLACED, line,
                               "%s %s has no effect in %s, for it is %s; move it there, or remove it", what, name, in,
                               home);
        return;
    }
    plugin_cfg_add_finding(reader->cfg, id, line,
                           "%s %s is not known in %s and has no effect; look for a typing error, or remove it", what,
                           name, in);
}

/* Elements of a tree by name. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include "plugin-cfg/xml.h"

xmlDoc *plugin_cfg_xml_parse(const char *text)
{
    return xmlReadMemory(text, (int)strlen(text), "joined", NULL,
                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
}

xmlNode *plugin_cfg_xml_config(xmlDoc *doc)
{
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

    return root && plugin_cfg_xml_is(root, "Config") ? root : NULL;
}

const char *plugin_cfg_xml_print(xmlDoc *doc, xmlNode *node, apr_pool_t *p)
{
    xmlBuffer *buffer = xmlBufferCreate();
    const char *text;

    xmlNodeDump(buffer, doc, node, 0, 0);
    text = apr_pstrdup(p, (const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

int plugin_cfg_xml_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcasecmp((const char *)node->name, name) == 0;
}

const char *plugin_cfg_xml_value(const xmlNode *node, const char *name, apr_pool_t *p)
{
    const xmlAttr *attr;
    const char *text = NULL;

    for (attr = node->properties; attr && !text; attr = attr->next) {
        if (strcasecmp((const char *)attr->name, name) == 0) {
            xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);
            text = apr_pstrdup(p, value ? (const char *)value : "");
            xmlFree(value);
        }
    }
    return text;
}

void plugin_cfg_xml_set(xmlNode *node, const char *name, const char *value)
{
    xmlAttr *attr, *next;

    for (attr = node->properties; attr; attr = next) {
        next = attr->next;
        if (strcasecmp((const char *)attr->name, name) == 0) {
            xmlRemoveProp(attr);
        }
    }
    if (value) {
        xmlSetProp(node, BAD_CAST name, BAD_CAST value);
    }
}

xmlNode *plugin_cfg_xml_first(const xmlNode *in, const char *element)
{
    xmlNode *child;

    for (child = in->children; child && !plugin_cfg_xml_is(child, element); child = child->next) {
    }
    return child;
}

xmlNode *plugin_cfg_xml_find(const xmlNode *in, const char *element, const char *name, apr_pool_t *p)
{
    xmlNode *child;

    for (child = in->children; child; child = child->next) {
        const char *its = plugin_cfg_xml_is(child, element) ? plugin_cfg_xml_value(child, "Name", p) : NULL;
        if (its && strcmp(its, name) == 0) {
            return child;
        }
    }
    return NULL;
}

void plugin_cfg_xml_list(xmlNode *tier, const char *server)
{
    xmlNode *entry = xmlNewChild(tier, NULL, BAD_CAST "Server", NULL);

    xmlSetProp(entry, BAD_CAST "Name", BAD_CAST server);
}

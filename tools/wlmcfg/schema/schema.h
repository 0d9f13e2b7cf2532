/* tools/wlmcfg/schema/schema.h: what the files of `wlmcfg schema` share. schema.c reads the call; markdown.c, xsd.c and
 * rng.c each print the reader's table (plugin-cfg/schema.h) in a form of its own; words.c has what XSD and RELAX NG say
 * alike. On main()'s thread.
 */
#ifndef WLMCFG_SCHEMA_SCHEMA_H
#define WLMCFG_SCHEMA_SCHEMA_H

#include <apr_pools.h>
#include "plugin-cfg/schema.h"

/* The whole table, to standard output; the pool is for the time of the call. */

/** For the manual: a section for each element. */
void wlmcfg_schema_print_markdown(apr_pool_t *p);
/** XML Schema 1.0. */
void wlmcfg_schema_print_xsd(apr_pool_t *p);
/** RELAX NG in the XML syntax. */
void wlmcfg_schema_print_rng(apr_pool_t *p);

/* -- words.c -- */

/** @return the element that has the same attributes and children under another name or in another parent; NULL when
 *          this is the first of its key */
const plugin_cfg_element_t *wlmcfg_schema_earlier(const plugin_cfg_element_t *element);

/** Are the element's rows not its attributes, but what its Name may be? */
int wlmcfg_schema_is_property(const plugin_cfg_element_t *element);

/** The numbers of an INT: "0 to 65535", "-1 or more". */
const char *wlmcfg_schema_range(const plugin_cfg_attribute_t *attribute, apr_pool_t *p);

/** What an editor shows of an attribute: what it does, or why it has no effect, its range and default. As XML. */
const char *wlmcfg_schema_about_attribute(const plugin_cfg_attribute_t *attribute, apr_pool_t *p);
/** The same of an element. */
const char *wlmcfg_schema_about_element(const plugin_cfg_element_t *element, apr_pool_t *p);

/** The name of the definition of a key: "Config.Property". */
const char *wlmcfg_schema_definition(const char *key, apr_pool_t *p);

/** A regular expression of XML Schema: a choice, as the reader takes it, in any case, with and without blanks, hyphens
 *  and underscores. */
const char *wlmcfg_schema_any_spelling(const char *choice, apr_pool_t *p);
/** The same for any of a list that ends with NULL. */
const char *wlmcfg_schema_any_choice(const char *const *choices, apr_pool_t *p);
/** The same for a text in any case, and no other spelling. */
const char *wlmcfg_schema_any_case(const char *text, apr_pool_t *p);

/** All attributes of an element's key. */
#define WLMCFG_SCHEMA_EACH(attribute, of) \
    for (attribute = plugin_cfg_attributes; attribute->element; ++attribute) \
        if (strcmp(attribute->element, of) == 0)
/** All elements that may stand in those of a key. */
#define WLMCFG_SCHEMA_EACH_CHILD(child, of) \
    for (child = plugin_cfg_elements; child->key; ++child) \
        if (child->parent && strcmp(child->parent, of) == 0)

#endif

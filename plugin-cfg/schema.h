/* plugin-cfg/schema.h: every element and attribute of plugin-cfg.xml that is known, in one table.
 * Constants, for any thread.
 *
 * The reader takes structure, types, defaults, ranges and the place in the model from it; the tables in
 * docs/plugin-cfg.md are made from it. Whether a value has an effect is one word in its row.
 */
#ifndef PLUGIN_CFG_SCHEMA_H
#define PLUGIN_CFG_SCHEMA_H

#include <stddef.h>
#include <apr_pools.h>

typedef enum {
    PLUGIN_CFG_HONOURED,           /* has its effect */
    PLUGIN_CFG_LOGGED,          /* has its effect, on logs alone: a wrong value gives a warning, and counts as absent */
    PLUGIN_CFG_NEEDLESS,           /* has no effect, and needs none */
    PLUGIN_CFG_MISSED              /* has no effect yet: a value other than the default gives a warning */
} plugin_cfg_effect_t;

typedef enum {
    PLUGIN_CFG_TYPE_STRING,
    PLUGIN_CFG_TYPE_BOOL,
    PLUGIN_CFG_TYPE_INT,
    PLUGIN_CFG_TYPE_CHOICE         /* one of ->choices, stored as its index */
} plugin_cfg_type_t;

typedef enum {
    PLUGIN_CFG_OPTIONAL,
    PLUGIN_CFG_REQUIRED,
    PLUGIN_CFG_REQUIRED_FOR_HOST   /* where the element's Hostname is a host, and no socket ("unix:/run/app.sock") */
} plugin_cfg_need_t;

typedef struct plugin_cfg_attribute_t {
    const char *element;           /* the key of its element */
    const char *name;              /* of the attribute; of the Property for keys that end in "/Property" */
    plugin_cfg_type_t type;
    const char *fallback;          /* default, as text; NULL: none */
    int min, max;                  /* INT only */
    const char *const *choices;    /* CHOICE only, ends with NULL; compared without case, blanks and hyphens */
    plugin_cfg_need_t is_required;
    plugin_cfg_effect_t effect;
    ptrdiff_t offset;              /* of the int or const char * in the element's struct; -1: not stored */
    const char *note;              /* what it does, or why it has no effect */
    const char *pattern;           /* STRING only, in the syntax of XML Schema: what other texts the reader refuses, by
                                    * code of its own; NULL: none. For the schemas that wlmcfg prints */
} plugin_cfg_attribute_t;

typedef struct plugin_cfg_element_t {
    const char *key;               /* what attributes and the reader refer to */
    const char *name;              /* in the file; one key may have several, the first is the current one */
    const char *parent;            /* key of the element that it stands in; NULL: the root */
    int is_single;                 /* at most one in its parent */
    int is_opaque;                 /* its attributes and what is in it are not looked at */
    plugin_cfg_effect_t effect;
    const char *note;
} plugin_cfg_element_t;

/** More than there are elements. */
#define PLUGIN_CFG_ELEMENTS_MAX 32

/** All elements, in the order of the file format; ends with key NULL. */
extern const plugin_cfg_element_t plugin_cfg_elements[];
/** All attributes, those of one element together; ends with element NULL. */
extern const plugin_cfg_attribute_t plugin_cfg_attributes[];

/** @return the element of that name in a parent, compared without case when is_exact is 0; NULL when there is none */
const plugin_cfg_element_t *plugin_cfg_schema_element(const char *parent, const char *name, int is_exact);

/**
 * Where a name is known: "an attribute of Server in ServerCluster", "a Property in Config or a Property in Transport".
 * Compared without case.
 * @return NULL when it is known nowhere, or in more than two places
 */
const char *plugin_cfg_schema_home(const char *name, apr_pool_t *p);

/**
 * The names of the elements that an element may stand in: "Server", "Config or Transport", "ServerCluster,
 * PrimaryServers or BackupServers". Compared without case.
 * @return NULL when it is known nowhere, or is the root
 */
const char *plugin_cfg_schema_parents(const char *name, apr_pool_t *p);

/** @return the first attribute of an element, by which all are gone through; NULL when it has none */
const plugin_cfg_attribute_t *plugin_cfg_schema_first(const char *element);
/** @return the next attribute of the same element; NULL when there is none */
const plugin_cfg_attribute_t *plugin_cfg_schema_next(const plugin_cfg_attribute_t *attribute);

/** @return the attribute of an element, compared without case when is_exact is 0; NULL when there is none */
const plugin_cfg_attribute_t *plugin_cfg_schema_attribute(const char *element, const char *name, int is_exact);

#endif

/* plugin_cfg_schema.h: every element and attribute of plugin-cfg.xml that is known, in one table.
 *
 * The reader takes types, defaults, ranges and the place in the model from it; docs/plugin-cfg.md is made from it. An
 * attribute that is accepted without effect has the reason in its note.
 */
#ifndef PLUGIN_CFG_SCHEMA_H
#define PLUGIN_CFG_SCHEMA_H

#include <stddef.h>

typedef enum {
    PLUGIN_CFG_TYPE_STRING,
    PLUGIN_CFG_TYPE_BOOL,
    PLUGIN_CFG_TYPE_INT,
    PLUGIN_CFG_TYPE_CHOICE         /* one of ->choices, stored as its index */
} plugin_cfg_type_t;

typedef struct plugin_cfg_attribute_t {
    const char *element;           /* as in plugin_cfg_element_t */
    const char *name;              /* of the attribute; of the Property for elements that end in "Property" */
    plugin_cfg_type_t type;
    const char *fallback;          /* default, as text; NULL: none */
    int min, max;                  /* INT only */
    int is_required;
    int is_honoured;
    const char *note;              /* what it does, or why it has no effect */
    ptrdiff_t offset;              /* of the int or const char * in the model's struct for the element; -1: not stored */
    const char *const *choices;    /* CHOICE only, ends with NULL; compared without case, blanks and hyphens */
} plugin_cfg_attribute_t;

typedef struct plugin_cfg_element_t {
    const char *element;           /* name; "Parent/Name" where one name stands for two things */
    int is_honoured;
    const char *note;
} plugin_cfg_element_t;

/** All elements, in the order of the file format; ends with element NULL. */
extern const plugin_cfg_element_t plugin_cfg_elements[];
/** All attributes, those of one element together; ends with element NULL. */
extern const plugin_cfg_attribute_t plugin_cfg_attributes[];

/** @return the attribute of an element, compared without case when is_exact is 0; NULL when there is none */
const plugin_cfg_attribute_t *plugin_cfg_schema_find(const char *element, const char *name, int is_exact);

/** @return "text", "true/false", "number" or "choice" */
const char *plugin_cfg_type_name(plugin_cfg_type_t type);

#endif

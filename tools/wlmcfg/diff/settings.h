/* tools/wlmcfg/diff/settings.h: values of settings, and which of them differ. On main()'s thread. */
#ifndef WLMCFG_DIFF_SETTINGS_H
#define WLMCFG_DIFF_SETTINGS_H

#include <apr_tables.h>

typedef enum { VALUE_NONE, VALUE_TEXT, VALUE_NUMBER, VALUE_TRUTH, VALUE_PERCENT, VALUE_NAMES } value_kind_t;

/** The value of a setting, for people and for programs; zeroed: none, or the element is not in the file. */
typedef struct value_t {
    value_kind_t kind;
    const char *text;              /* all but NONE: as it is printed */
    double number;                 /* NUMBER, TRUTH, PERCENT */
    const apr_array_header_t *names; /* NAMES: const char * */
} value_t;

typedef struct change_t {
    const char *name;
    value_t from, to;
} change_t;

/** A value of each kind. @param text  NULL: no value */
value_t wlmcfg_diff_text_value(const char *text);
value_t wlmcfg_diff_percent_value(double percent, apr_pool_t *p);
value_t wlmcfg_diff_names_value(const apr_array_header_t *names, apr_pool_t *p);

/** Add a setting if its values differ as they are printed. @param changes  change_t */
void wlmcfg_diff_change(apr_array_header_t *changes, const char *name, value_t from, value_t to);

/**
 * Add the attributes of an element that differ, of those that have an effect and are no names or addresses. Where
 * one side is not in its file, those of the other that are not the default.
 * @param element  its key in the schema
 * @param from, to  the element's struct; NULL: it is not in the file
 */
void wlmcfg_diff_attributes(apr_array_header_t *changes, const char *element, const void *from, const void *to);

/** Take a setting out again: it has no effect. */
void wlmcfg_diff_drop(apr_array_header_t *changes, const char *name);

#endif

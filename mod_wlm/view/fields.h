/* view/fields.h: the values of a member and of a cluster as tables, which all printers walk. */
#ifndef WLM_VIEW_FIELDS_H
#define WLM_VIEW_FIELDS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    WLM_FIELD_TEXT,                /* const char *; NULL: there is none */
    WLM_FIELD_COUNT,               /* uint64_t that only grows, until a person resets it */
    WLM_FIELD_NUMBER,              /* uint64_t */
    WLM_FIELD_TIME,                /* uint64_t, ms since 1970; 0: there is none */
    WLM_FIELD_SECONDS,             /* double */
    WLM_FIELD_PERCENT              /* double */
} wlm_field_kind_t;

/** A value of a struct. Names and keys are stable: programs read them. */
typedef struct wlm_field_t {
    const char *name;              /* in JSON */
    const char *key;               /* for mod_status */
    wlm_field_kind_t kind;
    size_t offset;
    const char *metric;            /* in OpenMetrics, without the prefix wlm_member_ or wlm_cluster_; NULL: not there */
    const char *help;
} wlm_field_t;                     /* a list ends with a name NULL */

extern const wlm_field_t wlm_fields_member[], wlm_fields_cluster[];

/** A field's value of kind TEXT, otherwise NULL; and as a number, otherwise 0. */
const char *wlm_fields_text(const wlm_field_t *field, const void *of);
double wlm_fields_number(const wlm_field_t *field, const void *of);
uint64_t wlm_fields_count(const wlm_field_t *field, const void *of);

#endif

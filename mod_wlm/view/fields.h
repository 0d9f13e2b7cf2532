/* view/fields.h: the values of a member, of a cluster, of all clusters, of the engine, of shared memory and of the
 * store as tables, from which all printers print. Pure; any thread. */
#ifndef WLM_VIEW_FIELDS_H
#define WLM_VIEW_FIELDS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    WLM_FIELD_TEXT,                /* const char *; NULL: there is none */
    WLM_FIELD_COUNT,               /* uint64_t that only grows, until an administrator resets it */
    WLM_FIELD_NUMBER,              /* uint64_t */
    WLM_FIELD_TIME,                /* uint64_t, ms since 1970; 0: there is none */
    WLM_FIELD_SECONDS,             /* double */
    WLM_FIELD_PERCENT,             /* double */
    WLM_FIELD_RATE,                /* double, per second */
    WLM_FIELD_OPTIONAL             /* uint64_t; WLM_FIELD_NONE: there is none */
} wlm_field_kind_t;

#define WLM_FIELD_NONE UINT64_MAX

/** A value of a struct. Names and keys are stable: programs read them. */
typedef struct wlm_field_t {
    const char *name;              /* in JSON */
    const char *key;               /* for mod_status */
    wlm_field_kind_t kind;
    size_t offset;
    const char *metric;            /* in OpenMetrics, without the prefix such as wlm_member_; NULL: not there */
    const char *help;
} wlm_field_t;                     /* a list ends with a name NULL */

extern const wlm_field_t wlm_fields_member[], wlm_fields_cluster[], wlm_fields_all[];
extern const wlm_field_t wlm_fields_engine[], wlm_fields_memory[], wlm_fields_store[];

/** The value of a field of kind TEXT; NULL for other kinds. @param of  the struct that has the field */
const char *wlm_fields_text(const wlm_field_t *field, const void *of);
/** The value of a numeric field; 0 for other kinds. */
double wlm_fields_number(const wlm_field_t *field, const void *of);
/** The same for integer kinds: COUNT, NUMBER, OPTIONAL and TIME. */
uint64_t wlm_fields_count(const wlm_field_t *field, const void *of);

#endif

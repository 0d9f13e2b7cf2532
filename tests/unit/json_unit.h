/* json_unit.h: JSON in a test's tables, with ' for ". */
#ifndef JSON_UNIT_H
#define JSON_UNIT_H

#include <jansson.h>
#include "unit.h"

/** The text, with quotes. */
static inline char *json_quoted(const char *text)
{
    char *json = apr_pstrdup(unit_pool, text), *at;

    for (at = strchr(json, '\''); at; at = strchr(at, '\'')) {
        *at = '"';
    }
    return json;
}

/** @return for json_decref() */
static inline json_t *json_of(const char *text)
{
    json_t *value = json_loads(json_quoted(text), 0, NULL);

    ck_assert_msg(value != NULL, "no JSON: %s", text);
    return value;
}

#endif

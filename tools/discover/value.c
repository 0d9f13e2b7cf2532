/* Values of JSON. Pure. */
#include <limits.h>
#include "tools/discover/value.h"

const char *discover_text(const json_t *of, const char *name)
{
    const char *text = json_string_value(json_object_get(of, name));

    return text && *text ? text : NULL;
}

int discover_whole(const json_t *of, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(of, name));

    return value >= INT_MIN && value <= INT_MAX ? (int)value : 0;
}

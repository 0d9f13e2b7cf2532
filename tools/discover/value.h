/* tools/discover/value.h: values of an object of JSON that others have written. Pure; any thread. */
#ifndef DISCOVER_VALUE_H
#define DISCOVER_VALUE_H

#include <jansson.h>

/** @return a text of the object; NULL: it is not there, empty, or no text */
const char *discover_text(const json_t *of, const char *name);

/** @return a whole number of the object; 0: it is not there, none, or one that no int has */
int discover_whole(const json_t *of, const char *name);

#endif

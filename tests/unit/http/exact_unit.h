/* exact_unit.h: copies of texts that show a byte too far. Needs unit.h before it. */
#ifndef EXACT_UNIT_H
#define EXACT_UNIT_H

#include <apr.h>

#define BYTES(text) text, sizeof(text) - 1

/** In a block of exactly that size, so that the sanitizer sees a byte too far */
char *exact(const char *text, apr_size_t len);

#endif

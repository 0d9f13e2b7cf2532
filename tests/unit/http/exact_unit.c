/* Copies of texts in blocks of their size. On the thread of the test. */
#include "unit.h"
#include "http/exact_unit.h"

char *exact(const char *text, apr_size_t len)
{
    char *copy = malloc(len ? len : 1);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    return copy;
}

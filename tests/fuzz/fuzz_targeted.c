/* Targeted cache control fields: what a dictionary becomes is one line of visible characters, no longer than it, and
 * means the same again. */
#include <string.h>
#include "fuzz.h"
#include "http/targeted.h"

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    const char *value = fuzz_rest(&input, p), *directives = wlm_http_targeted_directives(value, p), *again, *c;

    if (!directives) {
        return;
    }
    for (c = directives; *c; ++c) {
        FUZZ_ASSERT(*c >= ' ' && *c <= '~');
    }
    FUZZ_ASSERT(strlen(directives) <= 2 * strlen(value));
    if (*directives) {
        again = wlm_http_targeted_directives(directives, p);
        FUZZ_ASSERT(again && strcmp(again, directives) == 0);
    }
}

/* Percent-encoding: what is valid, and decoding. Pure functions, for any thread. */
#include <string.h>
#include "base/percent.h"

int wlm_percent_is_valid(const char *text, size_t len)
{
    const char *end = text + len;

    while ((text = memchr(text, '%', (size_t)(end - text))) != NULL) {
        if (wlm_percent_byte(text, (size_t)(end - text)) <= 0) {
            return 0;
        }
        text += 3;
    }
    return 1;
}

size_t wlm_percent_decode(char *to, size_t room, const char *from, size_t len)
{
    const char *begin = to, *end = from + len;
    int byte;

    for (; from < end && (size_t)(to - begin) + 1 < room; ++to) {
        byte = wlm_percent_byte(from, (size_t)(end - from));
        *to = byte < 0 ? *from : (char)byte;
        from += byte < 0 ? 1 : 3;
    }
    *to = '\0';
    return (size_t)(to - begin);
}

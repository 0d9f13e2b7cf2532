/* UTF-8: where characters begin and end, on any thread. */
#include <string.h>
#include "base/utf8.h"

int wlm_utf8_length(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    int i, n = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;

    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90)
        || (c[0] == 0xf4 && c[1] > 0x8f)) {
        return 0;                  /* longer than it need be, half of a pair, or beyond the last character */
    }
    for (i = 1; i < n; ++i) {
        if (wlm_utf8_begins(text[i])) {
            return 0;
        }
    }
    return n;
}

int wlm_utf8_decode(unsigned *pcode, const char *text)
{
    int i, n = wlm_utf8_length(text);

    *pcode = n < 2 ? (unsigned char)text[0] : (unsigned char)text[0] & (0x7fu >> n);
    for (i = 1; i < n; ++i) {
        *pcode = *pcode << 6 | ((unsigned char)text[i] & 0x3fu);
    }
    return n;
}

size_t wlm_utf8_fitting(const char *text, size_t max)
{
    size_t length = strnlen(text, max + 1), back;

    if (length <= max) {
        return length;
    }
    for (back = 0; back < WLM_UTF8_MAX && back <= max; ++back) {
        if (wlm_utf8_begins(text[max - back])) {
            return max - back;     /* the first byte that is left out begins a character */
        }
    }
    return max;                    /* it is no UTF-8 */
}

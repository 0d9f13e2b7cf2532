/* Texts from files and servers for a line of a terminal. Pure functions. */
#include <string.h>
#include <apr_lib.h>
#include "base/utf8.h"
#include "tools/common/text.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* U+0080 to U+009F: terminals read U+009B as ESC [ */
static int is_control_of_two_bytes(const char *text)
{
    return (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xa0;
}

int tool_text_width(const char *text)
{
    int width = 0;

    for (; *text; ++text) {
        width += wlm_utf8_begins(*text);
    }
    return width;
}

const char *tool_text_cut(const char *text, int max, apr_pool_t *p)
{
    int is_too_long = tool_text_width(text) > max, width = 0;
    char *copy = apr_palloc(p, strlen(text) + sizeof(ELLIPSIS)), *to = copy;

    for (; *text; ++text) {
        if (is_too_long && wlm_utf8_begins(*text) && ++width == max) {
            memcpy(to, ELLIPSIS, sizeof(ELLIPSIS));
            return copy;
        }
        if (is_control_of_two_bytes(text)) {
            ++text;
            *to++ = '?';
        }
        else {
            *to++ = apr_iscntrl(*text) ? '?' : *text;
        }
    }
    *to = '\0';
    return copy;
}

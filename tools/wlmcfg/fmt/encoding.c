/* From one encoding to another, by iconv(3). Any thread. */
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/fmt/encoding.h"

/* The value of encoding="..." in the XML declaration. @return NULL: there is none */
static const char *declared(const char *bytes, apr_pool_t *p)
{
    const char *end = strncmp(bytes, "<?xml", 5) == 0 ? strstr(bytes, "?>") : NULL;
    const char *word = end ? strstr(bytes, "encoding") : NULL;
    const char *value = word && word < end ? word + strcspn(word, "\"'") : NULL;

    return value && value < end ? apr_pstrmemdup(p, value + 1, strcspn(value + 1, "\"'")) : NULL;
}

const char *wlmcfg_fmt_encoding(const char *bytes, apr_size_t len, apr_pool_t *p)
{
    const char *name;

    if (len >= 2 && (memcmp(bytes, "\xfe\xff", 2) == 0 || memcmp(bytes, "\0<", 2) == 0)) {
        return "UTF-16BE";
    }
    if (len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "<\0", 2) == 0)) {
        return "UTF-16LE";
    }
    name = strncmp(bytes, "\xef\xbb\xbf", 3) == 0 ? NULL : declared(bytes + strspn(bytes, " \t\r\n"), p);
    return name ? name : "UTF-8";
}

const char *wlmcfg_fmt_convert(const char *bytes, apr_size_t len, const char *from, const char *to, apr_size_t *plen,
                               apr_pool_t *p)
{
    size_t in_left = len, room = len * 4 + 16, out_left = room, rest = (size_t)-1;
    char *in = (char *)bytes, *out = apr_palloc(p, room + 1), *end = out;
    iconv_t converter = iconv_open(to, from);

    if (converter == (iconv_t)-1) {
        return NULL;
    }
    if (iconv(converter, &in, &in_left, &end, &out_left) != (size_t)-1) {
        rest = iconv(converter, NULL, NULL, &end, &out_left);
    }
    iconv_close(converter);
    *end = '\0';
    *plen = room - out_left;
    return rest == (size_t)-1 ? NULL : out;
}

int wlmcfg_fmt_is_markup(const char *text, apr_size_t len)
{
    const char *at = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;

    return !memchr(text, '\0', len) && at[strspn(at, " \t\r\n")] == '<';
}

/* Texts of a file: in messages, where what cannot be seen is shown, and in the model, each once. On the thread that
 * reads the file. */
#include <string.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "plugin-cfg/private.h"

/* Control characters, blanks other than the usual one, joiners, marks of direction, byte order marks */
static const struct {
    unsigned from, to;
} invisible[] = {
    { 0x80, 0xa0 }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
    { 0x180b, 0x180f }, { 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x3000, 0x3000 },
    { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff9, 0xfffb },
    { 0xe0000, 0xe0fff },
};

static int is_invisible(unsigned code)
{
    apr_size_t i;

    for (i = 0; i < sizeof(invisible) / sizeof(invisible[0]); ++i) {
        if (code >= invisible[i].from && code <= invisible[i].to) {
            return 1;
        }
    }
    return 0;
}

/* What is written for the character at text, when it is not written as it is. @return NULL: as it is */
static const char *spelled(const char *text, int *plen, apr_pool_t *p)
{
    unsigned code;

    *plen = wlm_utf8_decode(&code, text);
    if (*plen == 0) {
        *plen = 1;
        return apr_psprintf(p, "<byte %02X>", code);
    }
    if (code < ' ' || code == 0x7f) {
        return " "; /* a value from the file must not make a second line in a log */
    }
    return is_invisible(code) ? apr_psprintf(p, "<U+%04X>", code) : NULL;
}

const char *plugin_cfg_visible(const char *text, apr_pool_t *p)
{
    apr_array_header_t *parts = NULL;
    const char *from = text, *at, *spelling;
    int len;

    for (at = text; *at; at += len) {
        spelling = spelled(at, &len, p);
        if (spelling) {
            parts = parts ? parts : apr_array_make(p, 8, sizeof(const char *));
            APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(p, from, (apr_size_t)(at - from));
            APR_ARRAY_PUSH(parts, const char *) = spelling;
            from = at + len;
        }
    }
    if (!parts) {
        return text;
    }
    APR_ARRAY_PUSH(parts, const char *) = from;
    return apr_array_pstrcat(p, parts, 0);
}

const char *plugin_cfg_find_invisible(const char *text, apr_pool_t *p)
{
    unsigned code;
    int len;

    for (; *text; text += len ? len : 1) {
        len = wlm_utf8_decode(&code, text);
        if (len > 1 && is_invisible(code)) {
            return apr_psprintf(p, "<U+%04X>", code);
        }
    }
    return NULL;
}

const char *plugin_cfg_keep_text(plugin_cfg_reader_t *reader, const char *text)
{
    const char *kept = apr_hash_get(reader->texts, text, APR_HASH_KEY_STRING);

    if (!kept) {
        kept = apr_pstrdup(reader->p, text);
        apr_hash_set(reader->texts, kept, APR_HASH_KEY_STRING, kept);
    }
    return kept;
}

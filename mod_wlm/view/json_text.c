/* Texts in JSON. Comments, user names and paths are as the client sent them, and one invalid byte would make a whole
 * document invalid. On any thread. */
#include <string.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "view/json_text.h"

int wlm_json_text_plain(const char *text)
{
    unsigned char c = (unsigned char)*text;

    return c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c == '<' ? 0 : wlm_utf8_length(text);
}

void wlm_json_text_escape(char *to, const char *text)
{
    apr_snprintf(to, WLM_JSON_TEXT_MAX + 1, "\\u%04x", wlm_utf8_length(text) ? (unsigned char)*text : 0xfffd);
}

size_t wlm_json_text_put(char *to, size_t room, const char *text)
{
    char escaped[WLM_JSON_TEXT_MAX + 1];
    size_t used = 0;

    while (*text) {
        size_t n = (size_t)wlm_json_text_plain(text);
        size_t length = n ? n : WLM_JSON_TEXT_MAX;

        if (length > room - used) {
            break;
        }
        if (!n) {
            wlm_json_text_escape(escaped, text);
        }
        memcpy(to + used, n ? text : escaped, length);
        used += length;
        text += n ? n : 1;
    }
    return used;
}

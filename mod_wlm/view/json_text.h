/* view/json_text.h: texts of unknown origin in JSON (RFC 8259). Pure; any thread. */
#ifndef WLM_VIEW_JSON_TEXT_H
#define WLM_VIEW_JSON_TEXT_H

#include <stddef.h>

/** The most bytes that one character of a text becomes. */
#define WLM_JSON_TEXT_MAX 6

/** The bytes of the text's first character, when it may stand in a JSON string as it is. 0: it must be escaped: control
 *  characters, special ones, '<' (for JSON within a page), and bytes that are not UTF-8. */
int wlm_json_text_plain(const char *text);

/** That character, which is one byte of the text, as \uXXXX; for what is not UTF-8 that of U+FFFD.
 *  @param to  room for WLM_JSON_TEXT_MAX + 1 bytes */
void wlm_json_text_escape(char *to, const char *text);

/**
 * Write as much of a text as fits, escaped, in whole characters.
 * @param to  room for `room` bytes; there is no NUL at the end
 * @return the bytes that were written
 */
size_t wlm_json_text_put(char *to, size_t room, const char *text);

#endif

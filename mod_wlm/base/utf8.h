/* base/utf8.h: UTF-8 (RFC 3629): the characters of texts of which nobody has checked what they are.
 *
 * All functions are pure; any thread may call them. */
#ifndef WLM_BASE_UTF8_H
#define WLM_BASE_UTF8_H

#include <stddef.h>

/** Can a character begin with this byte? Not checked: whether what follows belongs to one. */
static inline int wlm_utf8_begins(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/** The bytes of the character that a text begins with; the NUL at its end is one of 1.
 *  @return 0: it begins with none */
int wlm_utf8_length(const char *text);

/** How many bytes of a text fit into max without a part of a character at the end. */
size_t wlm_utf8_fitting(const char *text, size_t max);

#endif

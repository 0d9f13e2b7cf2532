/* base/utf8.h: UTF-8 (RFC 3629): the characters of texts whose encoding has not been checked. Pure functions, for any
 * thread.
 */
#ifndef WLM_BASE_UTF8_H
#define WLM_BASE_UTF8_H

#include <stddef.h>

/** The longest character, in bytes. */
#define WLM_UTF8_MAX  4

/** Can a character begin with this byte? Not checked: whether what follows belongs to one. */
static inline int wlm_utf8_begins(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/** The bytes of the character that a text begins with; the NUL at its end is one of 1.
 *  @return 0: it begins with none */
int wlm_utf8_length(const char *text);

/** The same. @param pcode  the character; when there is none the byte */
int wlm_utf8_decode(unsigned *pcode, const char *text);

/** How many bytes of a text fit into max without a part of a character at the end. What is no UTF-8 is cut anywhere. */
size_t wlm_utf8_fitting(const char *text, size_t max);

#endif

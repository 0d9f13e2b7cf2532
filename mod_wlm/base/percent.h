/* base/percent.h: percent-encoding (RFC 3986 2.1): %2F for a byte that may not stand as it is. Pure functions, for any
 * thread.
 */
#ifndef WLM_BASE_PERCENT_H
#define WLM_BASE_PERCENT_H

#include <stddef.h>

/** @return the value of a hexadecimal digit, -1 for any other character */
static inline int wlm_percent_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/**
 * The byte of an escape.
 * @param at   it is read up to a NUL, and no further than
 * @param len  so many bytes
 * @return -1: no escape begins there
 */
static inline int wlm_percent_byte(const char *at, size_t len)
{
    return len > 2 && at[0] == '%' && wlm_percent_digit(at[1]) >= 0 && wlm_percent_digit(at[2]) >= 0
           ? wlm_percent_digit(at[1]) << 4 | wlm_percent_digit(at[2]) : -1;
}

/** Write a byte as an escape. @return behind it */
static inline char *wlm_percent_put(char *to, char c)
{
    static const char digits[] = "0123456789ABCDEF";

    *to++ = '%';
    *to++ = digits[(unsigned char)c >> 4];
    *to++ = digits[(unsigned char)c & 15];
    return to;
}

/** Does each % begin an escape, and none that means NUL? */
int wlm_percent_is_valid(const char *text, size_t len);

/**
 * Decode all escapes; a % that begins none stays as it is.
 * @param to    where the text is written, with a NUL behind it; may be from
 * @param room  of to, at least 1: what does not fit is truncated
 * @return the length of the text
 */
size_t wlm_percent_decode(char *to, size_t room, const char *from, size_t len);

#endif

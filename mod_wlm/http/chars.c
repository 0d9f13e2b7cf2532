/* The table of character classes. Constant; any thread. */
#include "http/chars.h"

#define X WLM_HTTP_TEXT                      /* text only */
#define T (WLM_HTTP_TOKEN | WLM_HTTP_TEXT)
#define U (WLM_HTTP_URI | WLM_HTTP_TEXT)
#define A (WLM_HTTP_URI | WLM_HTTP_TOKEN | WLM_HTTP_TEXT)

const unsigned char wlm_http_chars[256] = {
    ['\t'] = X, [' '] = X,
    ['!'] = A, ['"'] = X, ['#'] = T, ['$'] = A, ['%'] = A, ['&'] = A, ['\''] = A, ['('] = U,
    [')'] = U, ['*'] = A, ['+'] = A, [','] = U, ['-'] = A, ['.'] = A, ['/'] = U,
    ['0' ... '9'] = A,
    [':'] = U, [';'] = U, ['<'] = X, ['='] = U, ['>'] = X, ['?'] = U, ['@'] = U,
    ['A' ... 'Z'] = A,
    ['['] = X, ['\\'] = X, [']'] = X, ['^'] = T, ['_'] = A, ['`'] = T,
    ['a' ... 'z'] = A,
    ['{'] = X, ['|'] = T, ['}'] = X, ['~'] = A,
    [0x80 ... 0xff] = X
};

#include "wlm_http_chars.h"

#define X WLM_HTTP_TEXT                      /* text only */
#define T (WLM_HTTP_TOKEN | WLM_HTTP_TEXT)

const unsigned char wlm_http_chars[256] = {
    ['\t'] = X, [' '] = X,
    ['!'] = T, ['"'] = X, ['#'] = T, ['$'] = T, ['%'] = T, ['&'] = T, ['\''] = T, ['('] = X,
    [')'] = X, ['*'] = T, ['+'] = T, [','] = X, ['-'] = T, ['.'] = T, ['/'] = X,
    ['0' ... '9'] = T,
    [':'] = X, [';'] = X, ['<'] = X, ['='] = X, ['>'] = X, ['?'] = X, ['@'] = X,
    ['A' ... 'Z'] = T,
    ['['] = X, ['\\'] = X, [']'] = X, ['^'] = T, ['_'] = T, ['`'] = T,
    ['a' ... 'z'] = T,
    ['{'] = X, ['|'] = T, ['}'] = X, ['~'] = T,
    [0x80 ... 0xff] = X
};

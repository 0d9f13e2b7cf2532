/* A comment. Any thread. */
#include <string.h>
#include "tools/wlmcfg/fmt/comment.h"

#define TAB 8

/* The column of the first character that is no blank */
static int column_of(const char *line)
{
    int column = 0;

    for (; *line == ' ' || *line == '\t'; ++line) {
        column = *line == '\t' ? (column / TAB + 1) * TAB : column + 1;
    }
    return column;
}

static apr_size_t without_trailing_blanks(const char *line, apr_size_t len)
{
    while (len > 0 && strchr(" \t", line[len - 1])) {
        --len;
    }
    return len;
}

/* @param move  by so many columns; 0: the line stays as it is, with its tabs */
static void put_line(wlmcfg_fmt_buffer_t *out, const char *line, apr_size_t len, int move)
{
    apr_size_t blanks = move ? strspn(line, " \t") : 0;

    len = without_trailing_blanks(line, len);
    if (blanks < len) {
        wlmcfg_fmt_put_blanks(out, move ? column_of(line) + move : 0);
        wlmcfg_fmt_put_bytes(out, line + blanks, len - blanks);
    }
}

void wlmcfg_fmt_put_comment(wlmcfg_fmt_buffer_t *out, const wlmcfg_fmt_token_t *comment, const char *text, int indent)
{
    const char *line = comment->at, *end = line + comment->len, *begin = line, *next;
    int move = 0;

    while (begin > text && begin[-1] != '\n') {
        --begin;
    }
    move = indent - column_of(begin);
    for (; (next = memchr(line, '\n', (apr_size_t)(end - line))) != NULL; line = next + 1) {
        put_line(out, line, (apr_size_t)(next - line), line == comment->at ? 0 : move);
        wlmcfg_fmt_put(out, "\n");
    }
    put_line(out, line, (apr_size_t)(end - line), line == comment->at ? 0 : move);
}

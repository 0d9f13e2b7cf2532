/* Columns on a terminal, or for a program that reads lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "wlmctl.h"

#define COLUMNS_MAX 16

struct wlmctl_table_t {
    const char *const *headings;
    int ncolumns;
    int widths[COLUMNS_MAX];
    apr_array_header_t *rows;      /* row_t */
    apr_pool_t *pool;
};

typedef struct row_t {
    const char *const *cells;
    int is_marked;
} row_t;

/* Characters, not bytes, of UTF-8 */
static int width_of(const char *text)
{
    int n = 0;

    for (; *text; ++text) {
        n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

wlmctl_table_t *wlmctl_table_make(const char *const *headings, apr_pool_t *p)
{
    wlmctl_table_t *table = apr_pcalloc(p, sizeof(*table));

    table->headings = headings;
    table->pool = p;
    table->rows = apr_array_make(p, 16, sizeof(row_t));
    while (table->ncolumns < COLUMNS_MAX && headings[table->ncolumns]) {
        table->widths[table->ncolumns] = width_of(headings[table->ncolumns] + (headings[table->ncolumns][0] == '>'));
        table->ncolumns++;
    }
    return table;
}

void wlmctl_table_add(wlmctl_table_t *table, const char *const *cells, int is_marked)
{
    const char **copy = apr_palloc(table->pool, sizeof(*copy) * COLUMNS_MAX);
    row_t row = { copy, is_marked };
    int i;

    for (i = 0; i < table->ncolumns; ++i) {
        int width = width_of(cells[i]);
        copy[i] = cells[i];
        table->widths[i] = width > table->widths[i] ? width : table->widths[i];
    }
    APR_ARRAY_PUSH(table->rows, row_t) = row;
}

int wlmctl_has_colours(void)
{
    const char *no = getenv("NO_COLOR");

    return isatty(STDOUT_FILENO) && !(no && *no);
}

/* @return 0: as long as it likes */
static int line_width(void)
{
    struct winsize size;

    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* What a server sends must not steer the terminal */
static void put_text(const char *text, int width)
{
    for (; *text && width != 0; ++text) {
        int begins = ((unsigned char)*text & 0xc0) != 0x80;

        putchar((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
        width -= begins && width > 0;
        if (width == 0) {
            while (((unsigned char)text[1] & 0xc0) == 0x80) {
                putchar(*++text);
            }
        }
    }
}

static void put_line(const wlmctl_table_t *table, const char *const *cells, int columns)
{
    int i, used = 0;

    for (i = 0; i < table->ncolumns; ++i) {
        const char *text = cells[i];
        int is_number = table->headings[i][0] == '>', is_last = i == table->ncolumns - 1;
        int padding = table->widths[i] - width_of(text), room = columns ? columns - used : -1;

        if (i) {
            fputs("  ", stdout);
        }
        if (is_last && !is_number) {
            put_text(text, room > 2 ? room - 2 : room < 0 ? -1 : 0);
            break;
        }
        printf("%*s", is_number ? padding : 0, "");
        put_text(text, -1);
        printf("%*s", is_number || is_last ? 0 : padding, "");
        used += table->widths[i] + 2;
    }
}

void wlmctl_table_print(const wlmctl_table_t *table, int lines)
{
    const char *headings[COLUMNS_MAX];
    int i, columns = line_width(), colours = wlmctl_has_colours();

    for (i = 0; i < table->ncolumns; ++i) {
        headings[i] = table->headings[i] + (table->headings[i][0] == '>');
    }
    put_line(table, headings, columns);
    putchar('\n');
    for (i = 0; i < table->rows->nelts && (!lines || i < lines - 1); ++i) {
        const row_t *row = &APR_ARRAY_IDX(table->rows, i, row_t);
        int is_red = row->is_marked && colours;

        fputs(is_red ? "\033[1;31m" : "", stdout);
        put_line(table, row->cells, columns);
        fputs(is_red ? "\033[0m\n" : "\n", stdout);
    }
}

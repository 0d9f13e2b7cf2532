/* Columns on a terminal, or for a program that reads lines. Rows are collected before they are printed, since the
 * widths depend on all of them. On main()'s thread. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include "tools/common/text.h"
#include "tools/wlmctl/table.h"

#define COLUMNS_MAX 16
#define GAP         2              /* between columns */
#define LAST_WIDTH  24             /* of the last column; for more of it no other column is left out, or narrower */
#define NAME_WIDTH  12             /* that a column of texts has left in any case */
#define NAME_ENOUGH 20             /* for more of a column of texts no other column is left out */

struct wlmctl_table_t {
    const wlmctl_column_t *columns;
    int ncolumns;
    int widths[COLUMNS_MAX];
    int is_filled[COLUMNS_MAX];    /* a row has another cell than "-" there */
    apr_array_header_t *rows;      /* row_t */
    apr_pool_t *pool;
};

typedef struct row_t {
    const char **cells;
    int is_marked;
} row_t;

wlmctl_table_t *wlmctl_table_make(const wlmctl_column_t *columns, apr_pool_t *p)
{
    wlmctl_table_t *table = apr_pcalloc(p, sizeof(*table));

    table->columns = columns;
    table->pool = p;
    table->rows = apr_array_make(p, 16, sizeof(row_t));
    while (table->ncolumns < COLUMNS_MAX && columns[table->ncolumns].heading) {
        table->widths[table->ncolumns] = tool_text_width(columns[table->ncolumns].heading);
        table->ncolumns++;
    }
    return table;
}

void wlmctl_table_add(wlmctl_table_t *table, const char *const *cells, int is_marked)
{
    row_t row = { apr_pmemdup(table->pool, cells, sizeof(*cells) * (apr_size_t)table->ncolumns), is_marked };
    int i;

    for (i = 0; i < table->ncolumns; ++i) {
        int width = tool_text_width(cells[i]);
        table->widths[i] = width > table->widths[i] ? width : table->widths[i];
        table->is_filled[i] |= strcmp(cells[i], "-") != 0;
    }
    APR_ARRAY_PUSH(table->rows, row_t) = row;
}

int wlmctl_has_colours(void)
{
    const char *no = getenv("NO_COLOR");

    return isatty(STDOUT_FILENO) && !(no && *no);
}

int wlmctl_line_width(void)
{
    struct winsize size;

    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : INT_MAX;
}

/* -- which columns ----------------------------------------------------------------------------------- */

/* @param name_width  more of a column of texts does not count */
static int width_of(const wlmctl_table_t *table, const int *is_shown, const int *widths, int name_width)
{
    int i, last = table->ncolumns - 1, width = 0;

    for (i = 0; i < table->ncolumns; ++i) {
        int most = i == last ? LAST_WIDTH : table->columns[i].is_number ? INT_MAX : name_width;
        width += is_shown[i] ? (widths[i] < most ? widths[i] : most) + GAP : 0;
    }
    return width - GAP;
}

/* @return the shown column of the highest rank; -1: none that is shown may be left out */
static int find_column_to_hide(const wlmctl_table_t *table, const int *is_shown)
{
    int i, found = -1;

    for (i = 0; i < table->ncolumns; ++i) {
        if (is_shown[i] && table->columns[i].rank > (found < 0 ? 0 : table->columns[found].rank)) {
            found = i;
        }
    }
    return found;
}

/* A terminal gets the columns that fit and are not empty, a program gets all */
static void choose_columns(const wlmctl_table_t *table, int line_width, int *is_shown)
{
    int i;

    for (i = 0; i < table->ncolumns; ++i) {
        is_shown[i] = line_width == INT_MAX || table->is_filled[i];
    }
    while (width_of(table, is_shown, table->widths, NAME_ENOUGH) > line_width
           && (i = find_column_to_hide(table, is_shown)) >= 0) {
        is_shown[i] = 0;
    }
}

/* @return the shown column of texts, without the last, that is the widest; -1: none can be narrower */
static int find_column_to_narrow(const wlmctl_table_t *table, const int *is_shown, const int *widths)
{
    int i, found = -1;

    for (i = 0; i < table->ncolumns - 1; ++i) {
        if (is_shown[i] && !table->columns[i].is_number && widths[i] > (found < 0 ? NAME_WIDTH : widths[found])) {
            found = i;
        }
    }
    return found;
}

/* What may not be left out is narrower then, the widest first: long names lose their ends */
static void narrow_columns(const wlmctl_table_t *table, int line_width, const int *is_shown, int *widths)
{
    int i;

    memcpy(widths, table->widths, sizeof(table->widths));
    while (width_of(table, is_shown, widths, INT_MAX) > line_width
           && (i = find_column_to_narrow(table, is_shown, widths)) >= 0) {
        widths[i] -= 1;
    }
}

/* -- lines ----------------------------------------------------------------------------------------------- */

static const char *blanks(int n, apr_pool_t *p)
{
    return apr_psprintf(p, "%*s", n, "");
}

static void print_line(const wlmctl_table_t *table, const char *const *cells, const int *is_shown, const int *widths,
                       int line_width)
{
    apr_pool_t *p = table->pool;
    const char *line = "", *between = "";
    char *whole;
    int i;

    for (i = 0; i < table->ncolumns; ++i) {
        const char *cell = tool_text_cut(cells[i], i < table->ncolumns - 1 ? widths[i] : INT_MAX, p);
        const char *padding = blanks(widths[i] - tool_text_width(cell), p);
        int is_number = table->columns[i].is_number;

        if (is_shown[i]) {
            line = apr_pstrcat(p, line, between, is_number ? padding : "", cell, is_number ? "" : padding, NULL);
            between = blanks(GAP, p);
        }
    }
    whole = apr_pstrdup(p, line);
    for (i = (int)strlen(whole); i > 0 && whole[i - 1] == ' '; --i) {
        whole[i - 1] = '\0';
    }
    fputs(tool_text_cut(whole, line_width, p), stdout);
}

void wlmctl_table_print(const wlmctl_table_t *table, int first, int lines)
{
    const char *headings[COLUMNS_MAX];
    int is_shown[COLUMNS_MAX], widths[COLUMNS_MAX], i, line_width = wlmctl_line_width(), colours = wlmctl_has_colours();

    for (i = 0; i < table->ncolumns; ++i) {
        headings[i] = table->columns[i].heading;
    }
    choose_columns(table, line_width, is_shown);
    narrow_columns(table, line_width, is_shown, widths);
    print_line(table, headings, is_shown, widths, line_width);
    putchar('\n');
    for (i = first; i < table->rows->nelts && (!lines || i - first < lines - 1); ++i) {
        const row_t *row = &APR_ARRAY_IDX(table->rows, i, row_t);
        int is_red = row->is_marked && colours;

        fputs(is_red ? "\033[1;31m" : "", stdout);
        print_line(table, row->cells, is_shown, widths, line_width);
        fputs(is_red ? "\033[0m\n" : "\n", stdout);
    }
}

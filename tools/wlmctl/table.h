/* tools/wlmctl/table.h: columns on a terminal, or for a program that reads lines. On main()'s thread. */
#ifndef WLMCTL_TABLE_H
#define WLMCTL_TABLE_H

#include <apr_pools.h>

typedef struct wlmctl_table_t wlmctl_table_t;

typedef struct wlmctl_column_t {
    const char *heading;           /* NULL behind the last one */
    int is_number;
    int rank;                      /* on a terminal that is too narrow the highest ranks are left out first; 0: never */
} wlmctl_column_t;

/** Make a table without rows. @param columns  as long as the table */
wlmctl_table_t *wlmctl_table_make(const wlmctl_column_t *columns, apr_pool_t *p);
/** Add a row. @param cells  as many as there are columns; "-": nothing @param is_marked  it is printed in red
 *  on a terminal */
void wlmctl_table_add(wlmctl_table_t *table, const char *const *cells, int is_marked);
/** Print it. On a terminal columns that are empty or do not fit are left out; where that is not enough, long
 *  texts are cut, and in the end the line.
 *  @param first  the first row that is printed; widths and columns are those of all rows
 *  @param lines  at the most, with the headings; 0: all */
void wlmctl_table_print(const wlmctl_table_t *table, int first, int lines);
/** Is standard output a terminal, and NO_COLOR not set? */
int wlmctl_has_colours(void);
/** Columns of the terminal; INT_MAX when there is none, or its width is not known. */
int wlmctl_line_width(void);

#endif

/* tools/wlmctl/table.h: columns on a terminal, or for a program that reads lines. */
#ifndef WLMCTL_TABLE_H
#define WLMCTL_TABLE_H

#include <apr_pools.h>

typedef struct wlmctl_table_t wlmctl_table_t;

typedef struct wlmctl_column_t {
    const char *heading;           /* NULL behind the last one */
    int is_number;
    int rank;                      /* on a terminal that is too narrow the greatest are left out first; 0: never */
} wlmctl_column_t;

wlmctl_table_t *wlmctl_table_make(const wlmctl_column_t *columns, apr_pool_t *p);
/** Add a row. @param cells  as many as there are columns; "-": nothing @param is_marked  it is set off from the
 *  others */
void wlmctl_table_add(wlmctl_table_t *table, const char *const *cells, int is_marked);
/** Print it. On a terminal columns that say nothing or do not fit are left out, and a line is cut. @param lines  at the
 *  most; 0: all */
void wlmctl_table_print(const wlmctl_table_t *table, int lines);
/** Are colours welcome? */
int wlmctl_has_colours(void);
/** Columns of the terminal; without one INT_MAX. */
int wlmctl_line_width(void);

#endif

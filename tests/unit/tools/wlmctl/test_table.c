/* Columns: their widths, which are left out on a terminal that is too narrow, and where a line is cut. */
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include "unit.h"
#include "captured.h"
#include "tools/wlmctl/table.h"

#define AE "\xc3\xa4"              /* a character of two bytes */
#define ELLIPSIS "\xe2\x80\xa6"
#define COLUMNS 4
#define ROWS_MAX 3

static const wlmctl_column_t columns[] = {
    { "NAME", 0, 0 }, { "N", 1, 2 }, { "SIZE", 1, 1 }, { "WHY", 0, 0 }, { NULL, 0, 0 }
};

typedef struct row_t {
    const char *cells[COLUMNS];
    int is_marked;
} row_t;

typedef struct case_t {
    row_t rows[ROWS_MAX];
    int width;                     /* of the terminal; 0: there is none */
    int lines;
    const char *printed;
} case_t;

static void print(const case_t *c)
{
    wlmctl_table_t *table = wlmctl_table_make(columns, unit_pool);
    int i;

    for (i = 0; i < ROWS_MAX && c->rows[i].cells[0]; ++i) {
        wlmctl_table_add(table, c->rows[i].cells, c->rows[i].is_marked);
    }
    wlmctl_table_print(table, 0, c->lines);
}

/* -- for a program ---------------------------------------------------------------------------------- */

static const case_t piped[] = {
    /* no rows: the headings are there all the same */
    { { { { NULL }, 0 } }, 0, 0, "NAME  N  SIZE  WHY\n" },
    { { { { "a", "1", "2", "x" }, 0 } }, 0, 0,
      "NAME  N  SIZE  WHY\n"
      "a     1     2  x\n" },
    /* the widest cell counts; numbers stand at the right; no blanks at the end of a line */
    { { { { "long-name", "1", "-", "x" }, 0 }, { { "b", "12345", "2", "-" }, 0 } }, 0, 0,
      "NAME           N  SIZE  WHY\n"
      "long-name      1     -  x\n"
      "b          12345     2  -\n" },
    /* characters count, not bytes */
    { { { { AE AE AE AE AE, "1", "2", "x" }, 0 }, { { "b", AE, "2", AE }, 0 } }, 0, 0,
      "NAME   N  SIZE  WHY\n"
      AE AE AE AE AE "  1     2  x\n"
      "b      " AE "     2  " AE "\n" },
    /* empty cells; columns in which nothing stands are there for a program */
    { { { { "", "", "-", "" }, 0 } }, 0, 0,
      "NAME  N  SIZE  WHY\n"
      "            -\n" },
    /* what could steer a terminal, and what is marked: no colours, so nothing that is not a column */
    { { { { "a\033[31m", "1", "2", "x\ny" }, 1 } }, 0, 0,
      "NAME    N  SIZE  WHY\n"
      "a?[31m  1     2  x?y\n" },
    /* so many lines, of which the headings are one */
    { { { { "a", "1", "2", "x" }, 0 }, { { "b", "1", "2", "x" }, 0 }, { { "c", "1", "2", "x" }, 0 } }, 0, 3,
      "NAME  N  SIZE  WHY\n"
      "a     1     2  x\n"
      "b     1     2  x\n" },
};

START_TEST(a_program_gets_all_columns_as_wide_as_their_cells)
{
    captured_t output = capture_begin(stdout);

    print(&piped[_i]);
    ck_assert_str_eq(capture_end(&output), piped[_i].printed);
}
END_TEST

START_TEST(rows_from_one_on_are_as_wide_as_all)
{
    static const row_t rows[] = { { { "long-name", "1", "2", "x" }, 0 }, { { "b", "1", "2", "x" }, 0 },
                                  { { "c", "1", "2", "x" }, 0 } };
    wlmctl_table_t *table = wlmctl_table_make(columns, unit_pool);
    captured_t output = capture_begin(stdout);
    size_t i;

    for (i = 0; i < UNIT_COUNT(rows); ++i) {
        wlmctl_table_add(table, rows[i].cells, 0);
    }
    wlmctl_table_print(table, 1, 2);
    ck_assert_str_eq(capture_end(&output), "NAME       N  SIZE  WHY\n"
                     "b          1     2  x\n");
}
END_TEST

/* -- on a terminal ------------------------------------------------------------------------------------- */

#define WIDE "a column that is longer than 24 characters"

static const case_t terminals[] = {
    { { { { "a", "1", "2", "x" }, 0 } }, 80, 0,
      "NAME  N  SIZE  WHY\n"
      "a     1     2  x\n" },
    /* columns in which no row has anything are left out */
    { { { { "a", "-", "2", "x" }, 0 }, { { "b", "-", "-", "-" }, 0 } }, 80, 0,
      "NAME  SIZE  WHY\n"
      "a        2  x\n"
      "b        -  -\n" },
    { { { { NULL }, 0 } }, 80, 0, "\n" },
    /* too narrow: the greatest rank goes first, then the next; what has no rank is cut */
    { { { { "a", "1", "2", "x" }, 0 } }, 18, 0, "NAME  N  SIZE  WHY\na     1     2  x\n" },
    { { { { "a", "1", "2", "x" }, 0 } }, 17, 0, "NAME  SIZE  WHY\na        2  x\n" },
    { { { { "a", "1", "2", "x" }, 0 } }, 14, 0, "NAME  WHY\na     x\n" },
    { { { { "a", "1", "2", "xyz" }, 0 } }, 8, 0, "NAME  W" ELLIPSIS "\na     x" ELLIPSIS "\n" },
    /* the last column may be longer than what is left: nothing goes for more than 24 characters of it */
    { { { { "a", "1", "2", WIDE }, 0 } }, 39, 0,
      "NAME  N  SIZE  WHY\n"
      "a     1     2  a column that is longer" ELLIPSIS "\n" },
    { { { { "a", "1", "2", WIDE }, 0 } }, 38, 0,
      "NAME  SIZE  WHY\n"
      "a        2  a column that is longer t" ELLIPSIS "\n" },
    /* nor does it for more than 20 characters of a name */
    { { { { "a-name-of-40-characters-abcdefghijklmnop", "1", "2", "x" }, 0 } }, 40, 0,
      "NAME                        N  SIZE  WHY\n"
      "a-name-of-40-characters-a" ELLIPSIS "  1     2  x\n" },
    { { { { "a-name-of-40-characters-abcdefghijklmnop", "1", "2", "x" }, 0 } }, 33, 0,
      "NAME                    SIZE  WHY\n"
      "a-name-of-40-characte" ELLIPSIS "     2  x\n" },
    /* then long texts lose their ends, the longest first, but not all of them */
    { { { { "a-name-of-24-characters-", "1", "2", WIDE }, 0 }, { { "b", "1", "2", "-" }, 0 } }, 40, 0,
      "NAME            WHY\n"
      "a-name-of-24-" ELLIPSIS "  a column that is longer" ELLIPSIS "\n"
      "b               -\n" },
    { { { { "a-name-of-24-characters-", "1", "2", WIDE }, 0 } }, 20, 0,
      "NAME          WHY\n"
      "a-name-of-2" ELLIPSIS "  a col" ELLIPSIS "\n" },
    { { { { "a", "1", "2", "x" }, 1 }, { { "b", "1", "2", "x" }, 0 } }, 80, 0,
      "NAME  N  SIZE  WHY\n"
      "\033[1;31ma     1     2  x\033[0m\n"
      "b     1     2  x\n" },
};

typedef struct terminal_t {
    int ours, saved;
} terminal_t;

/* Standard output becomes a terminal of so many columns */
static terminal_t terminal_begin(int width)
{
    struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)width };
    terminal_t terminal = { posix_openpt(O_RDWR | O_NOCTTY), dup(STDOUT_FILENO) };
    int theirs;

    ck_assert(terminal.ours >= 0 && grantpt(terminal.ours) == 0 && unlockpt(terminal.ours) == 0);
    theirs = open(ptsname(terminal.ours), O_RDWR | O_NOCTTY);
    ck_assert(theirs >= 0 && ioctl(theirs, TIOCSWINSZ, &size) == 0);
    fflush(stdout);
    dup2(theirs, STDOUT_FILENO);
    close(theirs);
    return terminal;
}

/* @return what was printed, with the ends of lines as they were before the terminal changed them */
static char *terminal_end(terminal_t *terminal)
{
    char text[4096], *from, *to;
    ssize_t n, length = 0;

    fflush(stdout);
    dup2(terminal->saved, STDOUT_FILENO);
    close(terminal->saved);
    while ((n = read(terminal->ours, text + length, sizeof(text) - 1 - (size_t)length)) > 0) {
        length += n;
    }
    close(terminal->ours);
    text[length] = '\0';
    for (from = to = text; *from; ++from) {
        if (*from != '\r') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return apr_pstrdup(unit_pool, text);
}

START_TEST(a_terminal_gets_the_columns_that_fit)
{
    terminal_t terminal;

    unsetenv("NO_COLOR");
    terminal = terminal_begin(terminals[_i].width);
    ck_assert_int_eq(wlmctl_line_width(), terminals[_i].width);
    print(&terminals[_i]);
    ck_assert_str_eq(terminal_end(&terminal), terminals[_i].printed);
}
END_TEST

static const struct {
    const char *no_color;          /* NULL: not set */
    int width, has_colours, line_width;
} settings[] = {
    { NULL, 80, 1, 80 }, { "", 80, 1, 80 }, { "1", 80, 0, 80 },
    { NULL, 0, 1, INT_MAX },       /* a terminal that does not know its width */
};

START_TEST(colours_and_width_are_the_terminals)
{
    terminal_t terminal;
    int has_colours, line_width;

    settings[_i].no_color ? setenv("NO_COLOR", settings[_i].no_color, 1) : unsetenv("NO_COLOR");
    terminal = terminal_begin(settings[_i].width);
    has_colours = wlmctl_has_colours();
    line_width = wlmctl_line_width();
    terminal_end(&terminal);
    ck_assert_int_eq(has_colours, settings[_i].has_colours);
    ck_assert_int_eq(line_width, settings[_i].line_width);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/table");
    TCase *tc = unit_case(s, "table");

    tcase_add_loop_test(tc, a_program_gets_all_columns_as_wide_as_their_cells, 0, UNIT_COUNT(piped));
    tcase_add_test(tc, rows_from_one_on_are_as_wide_as_all);
    tcase_add_loop_test(tc, a_terminal_gets_the_columns_that_fit, 0, UNIT_COUNT(terminals));
    tcase_add_loop_test(tc, colours_and_width_are_the_terminals, 0, UNIT_COUNT(settings));
    return s;
}

UNIT_MAIN(suite)

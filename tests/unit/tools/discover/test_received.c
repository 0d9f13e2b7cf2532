/* The bytes of an answer, as a whole and line by line, in whatever pieces they come. */
#include "unit.h"
#include "tools/discover/received.h"

#define MOST 8

typedef struct seen_t {
    const char *text;              /* lines, with '|' behind each */
    int left;                      /* lines that are wanted */
} seen_t;

static int see(void *data, const char *line, size_t length)
{
    seen_t *seen = data;

    seen->text = apr_psprintf(unit_pool, "%s%.*s|", seen->text, (int)length, line);
    return --seen->left > 0;
}

static const struct {
    const char *bytes;
    int wanted;
    const char *lines;
    int is_enough, is_too_long;
} line_cases[] = {
    { "", 9, "", 0, 0 },
    { "ab\ncd\n", 9, "ab|cd|", 0, 0 },
    /* one that is not at its end yet */
    { "ab\ncd", 9, "ab|", 0, 0 },
    /* empty ones are none */
    { "\n\nab\n\n", 9, "ab|", 0, 0 },
    { "\r\n", 9, "\r|", 0, 0 },
    { "ab\ncd\n", 1, "ab|", 1, 0 },
    { "ab\ncd\n", 2, "ab|cd|", 1, 0 },
    /* the bound is one of a line */
    { "12345678\n12345678\n", 9, "12345678|12345678|", 0, 0 },
    { "12\n123456789\n", 9, "12|", 0, 1 },
    { "123456789", 9, "", 0, 1 },
};

/* Gives the bytes in pieces of a size. @return 0: no more was wanted */
static int take_all(discover_received_t *received, const char *bytes, size_t piece)
{
    size_t n = strlen(bytes), taken = 0;

    do {
        size_t size = n - taken < piece ? n - taken : piece;
        char *copy = malloc(size ? size : 1); /* a byte behind it that is read is found */
        int is_wanted;

        memcpy(copy, bytes + taken, size);
        is_wanted = discover_received_take(received, copy, size);
        free(copy);
        if (!is_wanted) {
            return 0;
        }
        taken += size;
    } while (taken < n);
    return 1;
}

START_TEST(lines_are_the_same_in_all_pieces)
{
    size_t piece;

    for (piece = 1; piece <= 20; ++piece) {
        seen_t seen = { "", line_cases[_i].wanted };
        discover_received_t received = { .most = MOST, .line = see, .data = &seen };
        int is_wanted = take_all(&received, line_cases[_i].bytes, piece);

        ck_assert_str_eq(seen.text, line_cases[_i].lines);
        ck_assert_int_eq(received.is_enough, line_cases[_i].is_enough);
        ck_assert_int_eq(received.is_too_long, line_cases[_i].is_too_long);
        ck_assert_int_eq(is_wanted, !line_cases[_i].is_enough && !line_cases[_i].is_too_long);
        discover_received_free(&received);
    }
}
END_TEST

static const struct {
    const char *bytes, *whole;     /* whole: NULL: too long */
} whole_cases[] = {
    { "", "" }, { "a", "a" }, { "a\nb\n", "a\nb\n" }, { "12345678", "12345678" }, { "123456789", NULL },
};

START_TEST(a_whole_is_all_of_its_pieces)
{
    size_t piece;

    for (piece = 1; piece <= 20; ++piece) {
        discover_received_t received = { .most = MOST };
        int is_wanted = take_all(&received, whole_cases[_i].bytes, piece);

        ck_assert_int_eq(is_wanted, whole_cases[_i].whole != NULL);
        ck_assert_int_eq(received.is_too_long, !is_wanted);
        if (is_wanted) {
            ck_assert_uint_eq(received.n, strlen(whole_cases[_i].whole));
            ck_assert(!received.n || memcmp(received.bytes, whole_cases[_i].whole, received.n) == 0);
        }
        discover_received_free(&received);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/received");
    TCase *tc = unit_case(s, "received");

    tcase_add_loop_test(tc, lines_are_the_same_in_all_pieces, 0, UNIT_COUNT(line_cases));
    tcase_add_loop_test(tc, a_whole_is_all_of_its_pieces, 0, UNIT_COUNT(whole_cases));
    return s;
}

UNIT_MAIN(suite)

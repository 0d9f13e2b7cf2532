/* Keys out of what a terminal sends. */
#include <string.h>
#include "unit.h"
#include "tools/wlmctl/terminal.h"

#define KEYS_MAX 4

static const struct {
    const char *bytes;
    int keys[KEYS_MAX];            /* 0: no more */
} cases[] = {
    { "a", { 'a' } },
    { "q", { WLMCTL_KEY_QUIT } },
    { "xQ", { 'x', WLMCTL_KEY_QUIT } },
    { "\033[A\033[B", { WLMCTL_KEY_UP, WLMCTL_KEY_DOWN } },
    { "\033OA\033OB", { WLMCTL_KEY_UP, WLMCTL_KEY_DOWN } }, /* a terminal in its application mode */
    { "\033[5~\033[6~", { WLMCTL_KEY_PAGE_UP, WLMCTL_KEY_PAGE_DOWN } },
    { "\033[H\033[F", { WLMCTL_KEY_HOME, WLMCTL_KEY_END } },
    { "\033[1~\033[4~", { WLMCTL_KEY_HOME, WLMCTL_KEY_END } },
    /* keys without a meaning, of which no letter is taken for a key: F5, Ctrl and an arrow, Alt-n */
    { "\033[15~n", { WLMCTL_KEY_OTHER, 'n' } },
    { "\033[1;5Aq", { WLMCTL_KEY_OTHER, WLMCTL_KEY_QUIT } },
    { "\033[", { WLMCTL_KEY_OTHER } },
    { "\033", { WLMCTL_KEY_OTHER } },
    { "\001\177", { WLMCTL_KEY_OTHER, WLMCTL_KEY_OTHER } },
    { "\xc3\xa4", { WLMCTL_KEY_OTHER, WLMCTL_KEY_OTHER } },
};

START_TEST(keys_are_told_from_each_other)
{
    const char *bytes = cases[_i].bytes;
    size_t n = strlen(bytes);
    int k, key;

    for (k = 0; n; ++k) {
        size_t length = wlmctl_terminal_decode(bytes, n, &key);

        ck_assert_int_eq(key, cases[_i].keys[k]);
        ck_assert(length > 0 && length <= n);
        bytes += length;
        n -= length;
    }
    ck_assert(k == KEYS_MAX || !cases[_i].keys[k]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/terminal");
    TCase *tc = unit_case(s, "terminal");

    tcase_add_loop_test(tc, keys_are_told_from_each_other, 0, UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)

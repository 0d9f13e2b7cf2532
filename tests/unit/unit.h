/* unit.h: what every unit test file shares: a pool per test and main().
 *
 *     static Suite *suite(void) { ... }
 *     UNIT_MAIN(suite)
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdlib.h>
#include <string.h>
#include <check.h>
#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>

/* checked fixture: tcase_add_checked_fixture(tc, unit_setup, unit_teardown); then use unit_pool */
extern apr_pool_t *unit_pool;
static inline void unit_setup(void)
{
    apr_initialize();
    apr_pool_create(&unit_pool, NULL);
}
static inline void unit_teardown(void)
{
    apr_pool_destroy(unit_pool);
    unit_pool = NULL;
    apr_terminate();
}

/* a test case with the fixture; add loop tests with tcase_add_loop_test(tc, fn, 0, UNIT_COUNT(table)) */
static inline TCase *unit_case(Suite *s, const char *name)
{
    TCase *tc = tcase_create(name);
    tcase_add_checked_fixture(tc, unit_setup, unit_teardown);
    suite_add_tcase(s, tc);
    return tc;
}

#define UNIT_COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define UNIT_MAIN(make_suite)                                   \
    int main(void)                                              \
    {                                                           \
        SRunner *runner = srunner_create(make_suite());         \
        int failed;                                             \
        srunner_run_all(runner, CK_ENV);                        \
        failed = srunner_ntests_failed(runner);                 \
        srunner_free(runner);                                   \
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;            \
    }

#endif

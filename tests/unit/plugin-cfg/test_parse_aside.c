/* While a file is read nothing is written or read aside: libxml2's error handler, threads, pipes and endless files. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlversion.h>
#include "unit.h"
#include "plugin_cfg_unit.h"

#define CLUSTER "<ServerCluster Name='c'><Server Name='s'><Transport Hostname='h' Port='1'/></Server></ServerCluster>"
#define ROUTE   "<Route ServerCluster='c'/>"
#define WHOLE   "<Config>" CLUSTER ROUTE "</Config>"

/* -- nothing aside ----------------------------------------------------------------------------------- */

static const char *const noisy[] = {
    "<Config>", "<Config a='&x;'/>", "<?xml version='1.0' encoding='EUC-JP'?>\n<Config a='\xff\xfe'/>",
    "<?xml version='1.0' encoding='klingon'?><Config/>", "<!DOCTYPE a SYSTEM '/nonexistent/x'><Config/>",
    "<Config xmlns='relative uri'/>", "<a:Config/>", "<Config xml:space='x'/>",
};

START_TEST(nothing_is_written_to_standard_error)
{
    char path[] = "/tmp/plugin_cfg_test_XXXXXX";
    int file = mkstemp(path), stderr_was = dup(2);
    struct stat info;

    ck_assert(file >= 0 && stderr_was >= 0);
    fflush(stderr);
    dup2(file, 2);
    cfg_read_text(noisy[_i]);
    fflush(stderr);
    dup2(stderr_was, 2);
    ck_assert_int_eq(fstat(file, &info), 0);
    unlink(path);
    close(file);
    close(stderr_was);
    ck_assert_msg(info.st_size == 0, "%s", noisy[_i]);
}
END_TEST

static int others_errors;

#if LIBXML_VERSION >= 21200
static void others_handler(void *data, const xmlError *error)
#else
static void others_handler(void *data, xmlError *error)
#endif
{
    (void)data;
    (void)error;
    ++others_errors;
}

START_TEST(another_users_error_handler_is_neither_called_nor_lost)
{
    int data;

    xmlSetStructuredErrorFunc(&data, others_handler);
    cfg_read_text(noisy[_i]);
    ck_assert_int_eq(others_errors, 0);
    ck_assert(xmlStructuredError == others_handler && xmlStructuredErrorContext == &data);
    xmlSetStructuredErrorFunc(NULL, NULL);
}
END_TEST

static void *read_often(void *data)
{
    const char *text = data;
    apr_pool_t *p;
    int i, wrong = 0;

    for (i = 0; i < 200; ++i) {
        plugin_cfg_t *cfg;
        apr_pool_create(&p, NULL);
        plugin_cfg_read_memory(&cfg, text, strlen(text), "thread", p);
        wrong += cfg->findings->nelts != 1 || APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->line != 1;
        apr_pool_destroy(p);
    }
    return (void *)(intptr_t)wrong;
}

START_TEST(several_threads_may_read_at_once)
{
    static char *const each[] = { "<Config a='1'>" CLUSTER ROUTE "</Config>", "<Config", "<!DOCTYPE x><Config/>",
                                  "<?xml version='1.0' encoding='klingon'?><Config/>" };
    pthread_t threads[UNIT_COUNT(each)];
    int i;

    for (i = 0; i < UNIT_COUNT(each); ++i) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_often, each[i]), 0);
    }
    for (i = 0; i < UNIT_COUNT(each); ++i) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        ck_assert_msg(wrong == NULL, "%s", each[i]);
    }
}
END_TEST

/* -- files --------------------------------------------------------------------------------------------- */

START_TEST(a_path_that_cannot_be_read_is_told)
{
    static const char *const paths[] = { "/nonexistent/plugin-cfg.xml", "tests", "", "Makefile/plugin-cfg.xml" };
    plugin_cfg_t *cfg;
    apr_status_t rv;
    int i;

    for (i = 0; i < UNIT_COUNT(paths); ++i) {
        rv = plugin_cfg_read(&cfg, paths[i], unit_pool);
        ck_assert(rv != APR_SUCCESS && rv != APR_EGENERAL);
        cfg_check_invariants(cfg, rv);
        ck_assert_str_eq(cfg_findings(cfg), "0 error unreadable");
    }
}
END_TEST

static void *write_slowly(void *data)
{
    static const char text[] = WHOLE;
    int fd = open(data, O_WRONLY);
    size_t i;

    for (i = 0; fd >= 0 && i < sizeof(text) - 1; i += 10) {
        size_t n = sizeof(text) - 1 - i < 10 ? sizeof(text) - 1 - i : 10;
        if (write(fd, text + i, n) < 0) {
            break;
        }
    }
    close(fd);
    return NULL;
}

START_TEST(a_pipe_is_read_to_its_end)
{
    char *path = apr_psprintf(unit_pool, "/tmp/plugin_cfg_test_%d", (int)getpid());
    pthread_t writer;
    plugin_cfg_t *cfg;

    ck_assert_int_eq(mkfifo(path, 0600), 0);
    pthread_create(&writer, NULL, write_slowly, path);
    plugin_cfg_read(&cfg, path, unit_pool);
    pthread_join(writer, NULL);
    unlink(path);
    ck_assert_str_eq(cfg_findings(cfg), "");
    ck_assert_int_eq(cfg->routes->nelts, 1);
}
END_TEST

START_TEST(a_file_without_end_is_refused)
{
    plugin_cfg_t *cfg;

    ck_assert_int_eq(plugin_cfg_read(&cfg, "/dev/zero", unit_pool), APR_EGENERAL);
    ck_assert_str_eq(cfg_findings(cfg), "0 error too-large");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/parse_aside");
    TCase *tc = unit_case(s, "aside");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, nothing_is_written_to_standard_error, 0, UNIT_COUNT(noisy));
    tcase_add_loop_test(tc, another_users_error_handler_is_neither_called_nor_lost, 0, UNIT_COUNT(noisy));
    tcase_add_test(tc, several_threads_may_read_at_once);
    tcase_add_test(tc, a_path_that_cannot_be_read_is_told);
    tcase_add_test(tc, a_pipe_is_read_to_its_end);
    tcase_add_test(tc, a_file_without_end_is_refused);
    return s;
}

UNIT_MAIN(suite)

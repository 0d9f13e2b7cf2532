/* Unit tests of plugin-cfg/keyring.c: which file is read for a keyring, and that the reader's findings do not depend on
 * the files of the machine. */
#include <unistd.h>
#include <apr_file_io.h>
#include "unit.h"
#include "plugin-cfg/plugin_cfg.h"
#include "plugin-cfg/keyring.h"
#include "plugin_cfg_unit.h"

static const struct {
    const char *keyring;
    int is_kdb;
    const char *files;             /* that lie beside it, one or two */
    const char *read;              /* NULL: nothing can be */
} keyrings[] = {
    { "key.kdb", 1, "", NULL }, { "key.kdb", 1, "key.kdb", NULL }, { "key.kdb", 1, "key.pem", "key.pem" },
    { "key.kdb", 1, "key.p12", "key.p12" }, { "key.kdb", 1, "key.p12 key.pem", "key.pem" },
    { "KEY.KDB", 1, "KEY.pem", "KEY.pem" }, { "key.kdb", 1, "key.kdb.pem", NULL },
    { "a.b.kdb", 1, "a.b.pem", "a.b.pem" },
    { "key.pem", 0, "", "key.pem" }, { "key.p12", 0, "key.pem", "key.p12" }, { "kdb", 0, "", "kdb" },
    { "key.kdbx", 0, "key.pem", "key.kdbx" }, { "keykdb", 0, "", "keykdb" },
};

static const char *folder;

static const char *in_folder(const char *name)
{
    return apr_pstrcat(unit_pool, folder, "/", name, NULL);
}

/* Makes the files, or removes them */
static void each_file(const char *names, void (*visit)(const char *path))
{
    char *last, *name = apr_strtok(apr_pstrdup(unit_pool, names), " ", &last);

    for (; name; name = apr_strtok(NULL, " ", &last)) {
        visit(in_folder(name));
    }
}

static void make(const char *path)
{
    apr_file_t *file;

    ck_assert_int_eq(apr_file_open(&file, path, APR_FOPEN_CREATE | APR_FOPEN_WRITE, APR_FPROT_OS_DEFAULT, unit_pool),
                     APR_SUCCESS);
    apr_file_close(file);
}

static void destroy(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
}

static const char *findings_of(const char *keyring)
{
    return cfg_findings(cfg_read_text(apr_psprintf(unit_pool, "<Config><ServerCluster Name=\"c\"><Server Name=\"s\">"
        "<Transport Hostname=\"h\" Port=\"1\" Protocol=\"https\"><Property Name=\"keyring\" Value=\"%s\"/></Transport>"
        "</Server></ServerCluster><Route ServerCluster=\"c\"/></Config>", keyring)));
}

START_TEST(a_keyring_is_read_from_the_file_that_can_be)
{
    char name[] = "/tmp/wlm-keyring-XXXXXX";
    const char *keyring, *read, *before;

    ck_assert_ptr_nonnull(folder = mkdtemp(name));
    keyring = in_folder(keyrings[_i].keyring);
    before = findings_of(keyring);
    ck_assert_int_eq(plugin_cfg_keyring_is_kdb(keyrings[_i].keyring), keyrings[_i].is_kdb);
    ck_assert_str_eq(before, keyrings[_i].is_kdb ? "1 note keyring-kdb" : "");

    each_file(keyrings[_i].files, make);
    read = plugin_cfg_keyring(keyring, unit_pool);
    ck_assert_str_eq(read ? read : "none", keyrings[_i].read ? in_folder(keyrings[_i].read) : "none");
    ck_assert_str_eq(findings_of(keyring), before);

    each_file(keyrings[_i].files, destroy);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/keyring");

    tcase_add_loop_test(unit_case(s, "keyring"), a_keyring_is_read_from_the_file_that_can_be, 0, UNIT_COUNT(keyrings));
    return s;
}

UNIT_MAIN(suite)

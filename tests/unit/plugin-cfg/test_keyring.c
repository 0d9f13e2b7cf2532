/* Unit tests of plugin-cfg/keyring.c: which file is read for a keyring, and that the reader's findings do not depend on
 * the files of the machine. */
#include "unit.h"
#include "temp_folder.h"
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

static const char *in_folder(const char *name)
{
    return apr_pstrcat(unit_pool, temp_folder, "/", name, NULL);
}

static void make_files(const char *names)
{
    char *last, *name = apr_strtok(apr_pstrdup(unit_pool, names), " ", &last);

    for (; name; name = apr_strtok(NULL, " ", &last)) {
        temp_folder_write(name, "");
    }
}

static const char *findings_of(const char *keyring)
{
    return cfg_findings(cfg_read_text(apr_psprintf(unit_pool, "<Config><ServerCluster Name=\"c\"><Server Name=\"s\">"
        "<Transport Hostname=\"h\" Port=\"1\" Protocol=\"https\"><Property Name=\"keyring\" Value=\"%s\"/></Transport>"
        "</Server></ServerCluster><Route ServerCluster=\"c\"/></Config>", keyring)));
}

START_TEST(a_keyring_is_read_from_the_file_that_can_be)
{
    const char *keyring = in_folder(keyrings[_i].keyring), *before = findings_of(keyring), *read;

    ck_assert_int_eq(plugin_cfg_keyring_is_kdb(keyrings[_i].keyring), keyrings[_i].is_kdb);
    ck_assert_str_eq(before, keyrings[_i].is_kdb ? "1 note keyring-kdb" : "");

    make_files(keyrings[_i].files);
    read = plugin_cfg_keyring(keyring, unit_pool);
    ck_assert_str_eq(read ? read : "none", keyrings[_i].read ? in_folder(keyrings[_i].read) : "none");
    ck_assert_str_eq(findings_of(keyring), before);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/keyring");
    TCase *tc = unit_case(s, "keyring");

    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, a_keyring_is_read_from_the_file_that_can_be, 0, UNIT_COUNT(keyrings));
    return s;
}

UNIT_MAIN(suite)

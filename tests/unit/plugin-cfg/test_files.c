/* Whole files: our own good and bad ones, and real ones when they are there. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>
#include "unit.h"
#include "plugin_cfg_unit.h"

#define GOOD    "tests/data/good"
#define BAD     "tests/data/bad"
#define SAMPLES "../shared/plugin-cfg-samples"

/* -- bad files: each with all findings that it must give -------------------------------------- */

static const struct {
    const char *file, *findings;
} bad_files[] = {
    { "attribute-twice.xml", "8 warning attribute-twice" },
    { "bad-boolean-without-effect.xml", "3 warning bad-boolean" },
    { "bad-boolean.xml", "3 error bad-boolean" },
    { "bad-choice-log.xml", "4 warning bad-choice" },
    { "bad-choice-protocol.xml", "12 error bad-choice" },
    { "bad-choice.xml", "7 error bad-choice" },
    { "bad-host.xml", "6 error bad-host, 7 error bad-host, 8 error bad-host, 9 error bad-host" },
    { "bad-number-port.xml", "12 error bad-number" },
    { "bad-number-unit.xml", "10 error bad-number" },
    { "bad-number-without-effect.xml", "4 warning bad-number" },
    { "bad-number.xml", "7 error bad-number" },
    { "blank-before-declaration.xml", "1 warning blank-before-declaration" },
    { "cluster-address.xml", "18 note cluster-address" },
    { "cluster-without-member-unused.xml",
      "19 note unused, "
      "19 warning cluster-without-member, "
      "20 warning empty-tier" },
    { "cluster-without-member.xml", "7 warning cluster-without-member" },
    { "dangling-route.xml",
      "23 warning dangling-route, "
      "24 warning dangling-route, "
      "25 warning dangling-route" },
    { "doctype-external.xml", "3 error doctype" },
    { "doctype.xml", "3 error doctype" },
    { "duplicate-clone-id.xml", "11 warning duplicate-clone-id" },
    { "duplicate-cluster.xml", "19 error duplicate-cluster" },
    { "duplicate-group.xml", "19 warning duplicate-group, 25 warning duplicate-group" },
    { "duplicate-host.xml", "6 note duplicate-host" },
    { "duplicate-server.xml", "11 error duplicate-server" },
    { "duplicate-uri.xml", "21 warning duplicate-uri" },
    { "element-twice.xml", "11 warning server-without-tier, 17 warning element-twice" },
    { "empty-blanks.xml", "0 error empty" },
    { "empty-group.xml", "20 warning empty-group, 20 warning empty-group" },
    { "empty-name.xml", "7 error empty-value" },
    { "empty-tier.xml", "14 warning empty-tier" },
    { "empty-value.xml", "11 error empty-value" },
    { "empty.xml", "0 error empty" },
    { "bare-ampersand.xml", "20 error not-well-formed" },
    { "comment-not-closed.xml", "14 error not-well-formed" },
    { "html-page.xml", "1 error not-a-plugin-cfg" },
    { "host-with-port.xml", "5 warning odd-host, 9 warning odd-host, 12 warning odd-host" },
    { "invisible-character.xml", "9 warning invisible-character, 20 warning invisible-character" },
    { "management-only.xml", "0 warning no-routes, 5 warning intelligent-management" },
    { "quote-not-closed.xml", "11 error not-well-formed" },
    { "transport-in-cluster.xml", "14 warning misplaced" },
    { "two-files.xml", "24 error not-well-formed" },
    { "typographic-quotes.xml", "9 error not-well-formed" },
    { "uri-as-regex.xml", "20 warning uri-as-regex, 21 warning uri-as-regex" },
    { "uri-as-url.xml", "20 warning uri-without-slash, 21 warning uri-without-slash, 22 warning uri-without-slash" },
    { "host-wildcard.xml", "5 warning host-wildcard" },
    { "host-without-brackets.xml", "5 warning host-without-brackets" },
    { "host-without-port.xml", "5 warning host-without-port" },
    { "https-without-keyring.xml", "9 note https-without-keyring" },
    { "intelligent-management.xml", "4 warning intelligent-management" },
    { "keyring-kdb.xml", "9 note keyring-kdb" },
    { "line-break.xml", "20 warning line-break" },
    { "misplaced.xml",
      "3 warning misplaced, 4 warning misplaced, 8 warning misplaced, 9 warning misplaced, 13 warning misplaced, "
      "19 warning unknown-attribute" },
    { "missing-attribute-port.xml", "9 error missing-attribute" },
    { "missing-attribute-property.xml", "4 warning missing-attribute" },
    { "missing-attribute.xml", "22 error missing-attribute" },
    { "name-case.xml", "8 note name-case, 20 note name-case, 20 note name-case" },
    { "named-twice.xml", "16 warning named-twice, 20 warning named-twice" },
    { "no-clone-ids.xml", "7 note no-clone-ids" },
    { "no-effect.xml", "3 warning no-effect, 7 warning no-effect" },
    { "no-routes.xml", "0 note no-routes" },
    { "no-weight.xml", "7 warning no-weight" },
    { "not-a-plugin-cfg.xml", "3 error not-a-plugin-cfg" },
    { "not-well-formed-bytes.xml", "20 error not-well-formed" },
    { "not-well-formed-cut.xml", "19 error not-well-formed" },
    { "not-well-formed.xml", "17 error not-well-formed" },
    { "odd-clone-id.xml", "11 warning odd-clone-id" },
    { "bad-socket.xml", "9 warning bad-socket, 12 error bad-socket, 13 error bad-socket" },
    { "odd-host.xml", "5 warning odd-host, 12 warning odd-host" },
    { "metrics-wildcard.xml", "4 warning no-effect, 8 warning bad-choice, 12 warning metrics-wildcard" },
    { "request-metrics.xml", "4 warning unknown-attribute, 4 note request-metrics, 6 warning bad-boolean" },
    { "second-transport.xml", "10 warning second-transport" },
    { "server-without-tier.xml", "11 warning server-without-tier" },
    { "server-without-transport.xml", "8 warning server-without-transport" },
    { "several.xml",
      "5 error bad-host, "
      "7 error bad-number, "
      "9 error bad-number, "
      "12 error bad-number, "
      "19 note unused, "
      "22 warning dangling-route" },
    { "size-in-bytes.xml", "7 note size-in-bytes" },
    { "some-clone-ids.xml", "7 warning some-clone-ids" },
    { "some-weights.xml", "7 note some-weights" },
    { "text.xml", "8 warning text, 21 warning text" },
    { "too-deep.xml", "35 error too-deep" },
    { "unknown-attribute.xml", "7 warning unknown-attribute" },
    { "unknown-element-place.xml", "6 warning misplaced" },
    { "unknown-element.xml", "6 warning unknown-element" },
    { "unknown-property.xml", "4 warning unknown-property, 11 warning unknown-property" },
    { "unknown-server.xml", "17 warning unknown-server" },
    { "unresolved-variable.xml", "5 warning unresolved-variable, 12 warning unresolved-variable" },
    { "unused.xml", "4 note unused, 19 note unused" },
    { "uri-with-query.xml", "20 warning uri-with-query" },
    { "uri-without-slash.xml", "20 warning uri-without-slash" },
};

START_TEST(a_bad_file_gives_its_findings)
{
    const plugin_cfg_t *cfg = cfg_read_file(BAD, bad_files[_i].file);

    ck_assert_msg(strcmp(cfg_findings(cfg), bad_files[_i].findings) == 0, "%s: %s", bad_files[_i].file,
                  cfg_findings(cfg));
}
END_TEST

static int count_files(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    int n = 0;

    ck_assert_msg(dir != NULL, "%s is missing; run from the root of the checkout", folder);
    while ((entry = readdir(dir))) {
        n += strstr(entry->d_name, ".xml") != NULL;
    }
    closedir(dir);
    return n;
}

/* -- good files: no findings, and what they mean ------------------------------------------------- */

static const struct {
    const char *file, *clusters, *routes;
} good_files[] = {
    { "minimal.xml", "c: s(- http 127.0.0.1 9080)", "all / all -> c" },
    { "traditional.xml",
      "Shop: node2_shop2(1a2b3c4d6 http shop2.example.com 9080)"
      " node1_shop1(1a2b3c4d5 https shop1.example.com 9443 http shop1.example.com 9080)"
      " | backup: node4_shop4(1a2b3c4d8 http shop4.example.com 9080)"
      " node3_shop3(1a2b3c4d7 http shop3.example.com 9080);"
      " dmgr: dmgr(- http dmgr.example.com 9060)",
      "* 443 * 80 / /shop/* *.jsp /hello -> Shop;"
      " admin.example.com 9060 admin.example.com 0 / /ibm/console/* -> dmgr" },
    { "forward.xml", "c: s1(c1 http h1 1) | backup: s2(c2 http h2 2)", "* 0 / /a/* -> c" },
    { "ipv6.xml", "c: s1(c1 http ::1 9080) s2(c2 http 2001:db8::2 9080)", "2001:db8::1 80 ::1 0 / all -> c" },
    { "same-names.xml", "a: s(c http h1 1); b: s(c http h2 2)", "all / /a -> a; all / all -> b" },
    { "websphere-4.xml", "old: s(c http h 9080)", "all / all -> old" },
    { "crlf-bom.xml", "c: s(- http h 9080)", "all / all -> c" },
    { "latin1.xml", "B\xc3\xbc" "cher: s(- http h 9080)", "all / /caf\xc3\xa9/* -> B\xc3\xbc" "cher" },
    { "utf16.xml", "c: s(- http h 9080)", "all / all -> c" },
    { "blanks.xml", "c: s(- http h 9080)", "all / all -> c" },
};

START_TEST(a_good_file_gives_its_model_and_no_findings)
{
    const plugin_cfg_t *cfg = cfg_read_file(GOOD, good_files[_i].file);

    ck_assert_str_eq(cfg_findings(cfg), "");
    ck_assert_str_eq(cfg_clusters(cfg), good_files[_i].clusters);
    ck_assert_str_eq(cfg_routes(cfg), good_files[_i].routes);
}
END_TEST

START_TEST(every_file_of_ours_is_in_a_table)
{
    ck_assert_int_eq(count_files(GOOD), UNIT_COUNT(good_files));
    ck_assert_int_eq(count_files(BAD), UNIT_COUNT(bad_files));
}
END_TEST

/* A file that is cut off anywhere is never taken for a whole one, and never does harm */
START_TEST(a_file_cut_off_anywhere_is_refused)
{
    const char *path = GOOD "/traditional.xml", *end;
    char bytes[16 * 1024];
    FILE *file = fopen(path, "rb");
    apr_size_t len, i;

    ck_assert_ptr_nonnull(file);
    len = fread(bytes, 1, sizeof(bytes) - 1, file);
    fclose(file);
    bytes[len] = '\0';
    end = strstr(bytes, "</Config>");
    for (i = 0; i < (apr_size_t)(end - bytes) + 9; i += 7) {
        plugin_cfg_t *cfg;
        apr_pool_t *p;
        apr_pool_create(&p, unit_pool);
        ck_assert_int_eq(plugin_cfg_read_memory(&cfg, bytes, i, path, p), APR_EGENERAL);
        ck_assert_int_eq(cfg->findings->nelts, 1);
        apr_pool_destroy(p);
    }
}
END_TEST

/* Any byte replaced by any other: read or refused, never a crash (the sanitizers watch) */
START_TEST(a_damaged_file_does_no_harm)
{
    char bytes[16 * 1024];
    FILE *file = fopen(GOOD "/traditional.xml", "rb");
    unsigned seed = 1;
    apr_size_t len;
    int i;

    ck_assert_ptr_nonnull(file);
    len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    for (i = 0; i < 2000; ++i) {
        apr_size_t at;
        char was;
        plugin_cfg_t *cfg;
        apr_status_t rv;
        apr_pool_t *p;
        seed = seed * 1103515245u + 12345u;
        at = (seed >> 8) % len;
        was = bytes[at];
        bytes[at] = "<>\"'&=/ \n\0\xff" "a0*-"[(seed >> 4) % 15];
        apr_pool_create(&p, unit_pool);
        rv = plugin_cfg_read_memory(&cfg, bytes, len, "damaged", p);
        cfg_check_invariants(cfg, rv);
        apr_pool_destroy(p);
        bytes[at] = was;
    }
}
END_TEST

/* -- real files: ServerClusters, members, transports, hosts, URIs, routes --------------------------- */

static const struct {
    const char *file;
    int clusters, members, transports, hosts, uris, routes;
    const char *findings;
} samples[] = {
    { "01-liberty-no-applications.xml", 1, 1, 2, 0, 0, 0, "0 note no-routes, 15 note keyring-kdb" },
    { "02-liberty-getstarted-one-app.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "03-liberty-gradle-bookstore.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "04-liberty-spaced-3-uris.xml", 1, 1, 2, 2, 3, 1, "35 note keyring-kdb" },
    { "05-liberty-metrics-3-uris.xml", 1, 1, 2, 2, 3, 1, "21 note keyring-kdb" },
    { "06-liberty-quizmaker-7-uris.xml", 1, 1, 2, 2, 7, 1, "21 note keyring-kdb" },
    { "07-liberty-quizmaker-7-uris-spaced.xml", 1, 1, 2, 2, 7, 1, "35 note keyring-kdb" },
    { "08-liberty-fdserver-one-app.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "09-liberty-dotted-server-name.xml", 1, 1, 2, 2, 2, 1, "21 note keyring-kdb" },
    { "10-liberty-microprofile-7-uris.xml", 1, 1, 2, 2, 7, 1, "21 note keyring-kdb" },
    { "11-liberty-12factor-3-uris.xml", 1, 1, 2, 2, 3, 1, "21 note keyring-kdb" },
    { "12-liberty-hackathon.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "13-liberty-hello-no-final-newline.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "14-liberty-2025-2-uris.xml", 1, 1, 2, 2, 2, 1, "35 note keyring-kdb" },
    { "15-liberty-2025-jakartaee.xml", 1, 1, 2, 2, 1, 1, "35 note keyring-kdb" },
    { "16-liberty-customerorder.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "17-liberty-spring-boot.xml", 1, 1, 2, 2, 1, 1, "21 note keyring-kdb" },
    { "18-merged-two-servers-crlf.xml", 1, 2, 4, 2, 5, 1, "17 note keyring-kdb" },
    { "19-merged-handedit-leading-blank-line.xml", 1, 1, 2, 4, 6, 1,
      "1 warning blank-before-declaration, 12 note keyring-kdb" },
    { "20-was51-iseries-doc-sample.xml", 1, 1, 2, 2, 10, 1, "23 note keyring-kdb" },
    { "21-merge-input-group-a.xml", 1, 1, 1, 4, 3, 1, "18 note https-without-keyring" },
    { "22-merge-input-named-vhosts.xml", 1, 1, 2, 2, 2, 1, "21 note keyring-kdb" },
};

static int sum_of_groups(const apr_array_header_t *groups, apr_size_t offset)
{
    int i, n = 0;

    for (i = 0; i < groups->nelts; ++i) {
        n += (*(apr_array_header_t **)(APR_ARRAY_IDX(groups, i, char *) + offset))->nelts;
    }
    return n;
}

START_TEST(a_real_file_is_read)
{
    const plugin_cfg_t *cfg;
    int i, k, members = 0, transports = 0;

    if (access(SAMPLES, R_OK) != 0) {
        if (_i == 0) {
            puts("skipped: " SAMPLES " is not there, no real files were read");
        }
        return;
    }
    cfg = cfg_read_file(SAMPLES, samples[_i].file);
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        members += cluster->members->nelts;
        for (k = 0; k < cluster->members->nelts; ++k) {
            transports += APR_ARRAY_IDX(cluster->members, k, plugin_cfg_server_t *)->transports->nelts;
        }
    }
    ck_assert_str_eq(cfg_findings(cfg), samples[_i].findings);
    ck_assert_int_eq(cfg->clusters->nelts, samples[_i].clusters);
    ck_assert_int_eq(members, samples[_i].members);
    ck_assert_int_eq(transports, samples[_i].transports);
    ck_assert_int_eq(sum_of_groups(cfg->virtual_host_groups, offsetof(plugin_cfg_virtual_host_group_t, hosts)),
                     samples[_i].hosts);
    ck_assert_int_eq(sum_of_groups(cfg->uri_groups, offsetof(plugin_cfg_uri_group_t, uris)), samples[_i].uris);
    ck_assert_int_eq(cfg->routes->nelts, samples[_i].routes);
}
END_TEST

START_TEST(every_real_file_is_in_the_table)
{
    if (access(SAMPLES, R_OK) == 0) {
        ck_assert_int_eq(count_files(SAMPLES), UNIT_COUNT(samples));
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/files");
    TCase *tc = unit_case(s, "ours");

    tcase_add_test(tc, every_file_of_ours_is_in_a_table);
    tcase_add_loop_test(tc, a_good_file_gives_its_model_and_no_findings, 0, UNIT_COUNT(good_files));
    tcase_add_loop_test(tc, a_bad_file_gives_its_findings, 0, UNIT_COUNT(bad_files));
    tc = unit_case(s, "damaged");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_file_cut_off_anywhere_is_refused);
    tcase_add_test(tc, a_damaged_file_does_no_harm);
    tc = unit_case(s, "real files");
    tcase_add_test(tc, every_real_file_is_in_the_table);
    tcase_add_loop_test(tc, a_real_file_is_read, 0, UNIT_COUNT(samples));
    return s;
}

UNIT_MAIN(suite)

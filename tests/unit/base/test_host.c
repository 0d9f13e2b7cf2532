/* Hosts and ports: what is written, split and read. */
#include "unit.h"
#include "base/host.h"

static const struct {
    const char *text, *host;       /* host NULL: it is refused */
    int port;
} reads[] = {
    { "h", "h", 0 }, { "h:80", "h", 80 }, { "www.example.com:65535", "www.example.com", 65535 }, { "H:1", "H", 1 },
    { "10.0.0.1", "10.0.0.1", 0 }, { "10.0.0.1:8080", "10.0.0.1", 8080 }, { "h:00080", "h", 80 },
    { "[::1]", "::1", 0 }, { "[::1]:80", "::1", 80 }, { "::1", "::1", 0 }, { "2001:DB8:0::1", "2001:db8::1", 0 },
    { "[2001:db8:0:0:0::1]:9080", "2001:db8::1", 9080 }, { "2001:db8::1:80", "2001:db8::1:80", 0 },
    { "unix:/run/App.sock", "unix:/run/App.sock", 0 }, { "unix:/a:80", "unix:/a:80", 0 },
    { "unix:80", "unix", 80 }, { "unix:run", NULL, 0 }, { "", NULL, 0 }, { ":80", NULL, 0 }, { "h:", NULL, 0 },
    { "h:0", NULL, 0 }, { "h:65536", NULL, 0 },
    { "h:123456", NULL, 0 }, { "h:8a", NULL, 0 }, { "h:-1", NULL, 0 }, { "h: 80", NULL, 0 }, { "h:+80", NULL, 0 },
    { "h:4294967376", NULL, 0 }, { "80", NULL, 0 }, { "a:b:80", NULL, 0 }, { "[h]", NULL, 0 }, { "[h]:80", NULL, 0 },
    { "[::1", NULL, 0 }, { "[::1]80", NULL, 0 }, { "[::1]:", NULL, 0 }, { "::1]", NULL, 0 }, { "[]", NULL, 0 },
    { "[]:80", NULL, 0 }, { "[", NULL, 0 }, { "fe80::1%eth0", NULL, 0 }, { "[fe80::1%eth0]:80", NULL, 0 },
    { "[10.0.0.1]:80", NULL, 0 }, { ":", NULL, 0 }, { "[::1]:80:80", NULL, 0 },
};

START_TEST(a_host_is_read)
{
    const char *host;
    int port;

    ck_assert_int_eq(wlm_host_port_read(&host, &port, reads[_i].text, unit_pool), reads[_i].host != NULL);
    if (reads[_i].host) {
        ck_assert_str_eq(host, reads[_i].host);
        ck_assert_int_eq(port, reads[_i].port);
    }
}
END_TEST

START_TEST(what_is_written_is_read)
{
    const char *host;
    int port;

    if (reads[_i].port) {
        ck_assert(wlm_host_port_read(&host, &port, wlm_host_port_text(reads[_i].host, reads[_i].port, unit_pool),
                                     unit_pool));
        ck_assert_str_eq(host, reads[_i].host);
        ck_assert_int_eq(port, reads[_i].port);
    }
}
END_TEST

static const struct {
    const char *text, *host, *port;
} splits[] = {
    { "h", "h", NULL }, { "h:80", "h", "80" }, { "h:", "h", "" }, { ":80", "", "80" }, { "*:*", "*", "*" },
    { "[::1]:*", "::1", "*" }, { "[::1]", "::1", NULL }, { "[]", "", NULL }, { "[::1]x", "[::1]x", NULL },
    { "[::1]x:80", "[::1]x", "80" }, { "[::1", "[:", "1" }, { "::1", ":", "1" }, { "", "", NULL }, { ":", "", "" },
    { "http://h:80", "http://h", "80" },
};

START_TEST(a_text_is_split)
{
    char *host, *port;

    wlm_host_split(apr_pstrdup(unit_pool, splits[_i].text), &host, &port);
    ck_assert_str_eq(host, splits[_i].host);
    ck_assert_pstr_eq(port, splits[_i].port);
}
END_TEST

static const struct {
    const char *host, *canonical;
    int is_ipv6;
} hosts[] = {
    { "h", "h", 0 }, { "WWW.example", "WWW.example", 0 }, { "10.0.0.1", "10.0.0.1", 0 }, { "", "", 0 },
    { "2001:DB8:0::1", "2001:db8::1", 1 }, { "0:0:0:0:0:0:0:0", "::", 1 }, { "::1", "::1", 1 },
    { "::ffff:10.0.0.1", "::ffff:10.0.0.1", 1 }, { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", 1 },
    { "[::1]", "[::1]", 0 }, { "fe80::1%eth0", "fe80::1%eth0", 0 }, { "a:b", "a:b", 0 }, { ":::1", ":::1", 0 },
};

START_TEST(a_host_has_one_spelling)
{
    char buffer[WLM_HOST_SIZE];

    ck_assert_str_eq(wlm_host_canonical(hosts[_i].host, buffer), hosts[_i].canonical);
    ck_assert_int_eq(wlm_host_is_ipv6(hosts[_i].host), hosts[_i].is_ipv6);
}
END_TEST

static const struct {
    const char *a, *b, *path;      /* path: of a; NULL: it is no socket */
    int is_same;
} twins[] = {
    { "h", "H", NULL, 1 }, { "h", "g", NULL, 0 }, { "unix:/a", "unix:/a", "/a", 1 }, { "unix:/a", "unix:/A", "/a", 0 },
    { "unix:/", "unix:/", "/", 1 }, { "unix:a", "UNIX:A", NULL, 1 }, { "unix", "unix:/", NULL, 0 }, { "", "", NULL, 1 },
};

START_TEST(a_socket_stands_for_a_host)
{
    ck_assert_pstr_eq(wlm_host_socket_path(twins[_i].a), twins[_i].path);
    ck_assert_int_eq(!!wlm_host_same(twins[_i].a, twins[_i].b), twins[_i].is_same);
    ck_assert_int_eq(!!wlm_host_same(twins[_i].b, twins[_i].a), twins[_i].is_same);
    if (twins[_i].path) {
        ck_assert_str_eq(wlm_host_port_text(twins[_i].a, 0, unit_pool), twins[_i].a);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/host");
    TCase *tc = unit_case(s, "host");

    tcase_add_loop_test(tc, a_host_is_read, 0, UNIT_COUNT(reads));
    tcase_add_loop_test(tc, what_is_written_is_read, 0, UNIT_COUNT(reads));
    tcase_add_loop_test(tc, a_text_is_split, 0, UNIT_COUNT(splits));
    tcase_add_loop_test(tc, a_host_has_one_spelling, 0, UNIT_COUNT(hosts));
    tcase_add_loop_test(tc, a_socket_stands_for_a_host, 0, UNIT_COUNT(twins));
    return s;
}

UNIT_MAIN(suite)

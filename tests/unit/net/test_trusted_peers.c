/* Whose word is taken. */
#include "unit.h"
#include "net/trusted_peers.h"

static const struct {
    const char *name, *peer;
    int is_trusted;
} cases[] = {
    { "192.0.2.1", "192.0.2.1", 1 },       { "192.0.2.1", "192.0.2.10", 0 },
    { "10.0.0.0/8", "10.255.0.1", 1 },     { "10.0.0.0/8", "11.0.0.1", 0 },
    { "10.0.0.0/255.0.0.0", "10.1.1.1", 1 },
    { "2001:db8::1", "2001:db8::1", 1 },   { "[2001:db8::1]", "2001:db8::1", 1 },
    { "2001:db8::/32", "2001:db8:5::7", 1 }, { "2001:db8::/32", "2001:db9::1", 0 },
    { "192.0.2.1", "2001:db8::1", 0 },     { "localhost", "127.0.0.1", 1 },
};

START_TEST(peers)
{
    wlm_trusted_peers_t *trusted = wlm_trusted_peers_make(unit_pool);
    apr_sockaddr_t *peer;
    const char *wrong = wlm_trusted_peers_add(trusted, cases[_i].name, unit_pool);

    ck_assert_msg(!wrong, "%s: %s", cases[_i].name, wrong);
    ck_assert_int_eq(apr_sockaddr_info_get(&peer, cases[_i].peer, APR_UNSPEC, 0, 0, unit_pool), APR_SUCCESS);
    ck_assert_int_eq(!!wlm_trusted_peers_has(trusted, peer), cases[_i].is_trusted);
    ck_assert(!wlm_trusted_peers_has(NULL, peer));
    ck_assert(!wlm_trusted_peers_has(wlm_trusted_peers_make(unit_pool), peer));
}
END_TEST

static const char *const wrong[] = { "", "10.0.0.0/33", "10.0.0.0/x", "/8", "no-such-host.invalid", "[]" };

START_TEST(names_that_are_none)
{
    ck_assert_ptr_nonnull(wlm_trusted_peers_add(wlm_trusted_peers_make(unit_pool), wrong[_i], unit_pool));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/trusted_peers");
    TCase *tc = unit_case(s, "trusted");

    tcase_add_loop_test(tc, peers, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, names_that_are_none, 0, UNIT_COUNT(wrong));
    return s;
}

UNIT_MAIN(suite)

/* What a proxy says of how its client came, in each of the ways in which it may say it, and what is no such thing. */
#include "unit.h"
#include "http/forwarded.h"

static const struct {
    const char *proto, *host, *port, *forwarded;
    wlm_forwarded_said_t said;
} cases[] = {
    { NULL, NULL, NULL, NULL,                     { NULL, NULL, 0 } },
    { "https", NULL, NULL, NULL,                  { "https", NULL, 0 } },
    { "HTTPS", "shop.example", "443", NULL,       { "https", "shop.example", 443 } },
    { NULL, "shop.example:8443", NULL, NULL,      { NULL, "shop.example", 8443 } },
    { NULL, "shop.example:8443", "443", NULL,     { NULL, "shop.example", 443 } },
    { NULL, "[2001:db8::1]:8443", NULL, NULL,     { NULL, "[2001:db8::1]", 8443 } },
    { NULL, "[::1]", NULL, NULL,                  { NULL, "[::1]", 0 } },
    /* the last entry is the proxy's own */
    { "http, https", "evil, shop.example", "1,443", NULL, { "https", "shop.example", 443 } },
    { "https , http ", NULL, NULL, NULL,          { "http", NULL, 0 } },
    /* what is none is not said */
    { "ftp", "a b", "0", NULL,                    { NULL, NULL, 0 } },
    { "https,", "", "65536", NULL,                { NULL, NULL, 0 } },
    { "https x", "shop\"", "443x", NULL,          { NULL, NULL, 0 } },
    { "", "shop:", "-1", NULL,                    { NULL, NULL, 0 } },
    { NULL, "shop:99999", "999999999999", NULL,   { NULL, NULL, 0 } },
    { NULL, "[::1", " ", NULL,                    { NULL, NULL, 0 } },
    { NULL, "[]", "+1", NULL,                     { NULL, NULL, 0 } },
    { NULL, ":80", "4 3", NULL,                   { NULL, NULL, 0 } },
    /* RFC 7239 */
    { NULL, NULL, NULL, "for=192.0.2.1;proto=https;host=shop.example", { "https", "shop.example", 0 } },
    { NULL, NULL, NULL, "For=\"[2001:db8::1]:47\";Proto=HTTPS;Host=\"shop.example:8443\"",
      { "https", "shop.example", 8443 } },
    { NULL, NULL, NULL, "proto=http;host=evil, for=x;proto=https", { "https", NULL, 0 } },
    { NULL, NULL, NULL, "proto=http , proto=https", { "https", NULL, 0 } },
    { NULL, NULL, NULL, "for=\"a,b;proto=http\\\"\";proto=https", { "https", NULL, 0 } },
    { NULL, NULL, NULL, "host=\"sh\\op\" ; proto=https;", { "https", "shop", 0 } },
    { NULL, NULL, NULL, "proto=https,",           { NULL, NULL, 0 } },
    { NULL, NULL, NULL, "proto=https;for=\"x",    { NULL, NULL, 0 } },
    { NULL, NULL, NULL, "proto=https;=x",         { NULL, NULL, 0 } },
    { NULL, NULL, NULL, "proto=https;for",        { NULL, NULL, 0 } },
    { NULL, NULL, NULL, "proto=https;\\",         { NULL, NULL, 0 } },
    { NULL, NULL, NULL, "protocol=https;hosts=x", { NULL, NULL, 0 } },
    /* both */
    { "http", NULL, NULL, "proto=https;host=\"shop:1\"", { "http", "shop", 1 } },
    { NULL, "other", NULL, "proto=https;host=\"shop:1\"", { "https", "other", 0 } },
    { "no", "n o", "x", "proto=https;host=\"shop:1\"", { "https", "shop", 1 } },
};

START_TEST(what_is_said)
{
    wlm_forwarded_said_t said = { "x", "x", 1 };

    wlm_forwarded_read(&said, cases[_i].proto, cases[_i].host, cases[_i].port, cases[_i].forwarded, unit_pool);
    ck_assert_pstr_eq(said.scheme, cases[_i].said.scheme);
    ck_assert_pstr_eq(said.host, cases[_i].said.host);
    ck_assert_int_eq(said.port, cases[_i].said.port);
}
END_TEST

/* Whatever comes in, what is said can stand in a field of a request to a member */
START_TEST(random_fields_say_nothing_that_is_none)
{
    static const char *const pieces[] = {
        "proto", "host", "for", "=", ";", ",", "\"", "\\", " ", "\t", "https", "http", "shop.example", ":", "[", "]",
        "::1", "8", "443", "x", "\xff"
    };
    unsigned state = 7;
    int round, field, i;

    for (round = 0; round < 20000; ++round) {
        char fields[4][160] = { "", "", "", "" };
        wlm_forwarded_said_t said;

        for (field = 0; field < 4; ++field) {
            for (i = 0; i < 12; ++i) {
                state = state * 1103515245u + 12345u;
                strcat(fields[field], pieces[(state >> 16) % (unsigned)UNIT_COUNT(pieces)]);
            }
        }
        wlm_forwarded_read(&said, fields[0], fields[1], fields[2], fields[3], unit_pool);
        ck_assert(!said.scheme || strcmp(said.scheme, "http") == 0 || strcmp(said.scheme, "https") == 0);
        ck_assert(!said.host || (*said.host && !strpbrk(said.host, " \t\"\\,;=\xff")));
        ck_assert(said.port >= 0 && said.port <= 65535);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/forwarded");
    TCase *tc = unit_case(s, "forwarded");

    tcase_add_loop_test(tc, what_is_said, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, random_fields_say_nothing_that_is_none);
    return s;
}

UNIT_MAIN(suite)

/* Client-Cert: names, and values. */
#include "unit.h"
#include "http/client_cert.h"
#include "http/fields.h"

static const struct {
    const char *name;
    int is;
} names[] = {
    { "Client-Cert", 1 }, { "client-cert", 1 }, { "CLIENT_CERT", 1 }, { "Client-Cert-Chain", 1 },
    { "client_cert-chain", 1 }, { "Client-Cert_chain", 1 }, { "client_cert_chain", 1 },
    { "Client-Certificate", 0 }, { "Client-Cert-", 0 }, { "Client", 0 }, { "X-Client-Cert", 0 }, { "", 0 },
};

START_TEST(names_are_known)
{
    ck_assert_msg(wlm_http_client_cert_is_name(names[_i].name) == names[_i].is, "%s", names[_i].name);
    ck_assert_msg(!names[_i].is || !wlm_http_field_may_trail(names[_i].name), "%s may stand in a trailer",
                  names[_i].name);
}
END_TEST

static const struct {
    const char *pem, *item;        /* NULL: it is none */
} pems[] = {
    { "-----BEGIN CERTIFICATE-----\nMIIB\nAg==\n-----END CERTIFICATE-----\n", ":MIIBAg==:" },
    { "-----BEGIN CERTIFICATE-----\r\nMIIB\r\nAg==\r\n-----END CERTIFICATE-----", ":MIIBAg==:" },
    { "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "::" },
    { "-----BEGIN CERTIFICATE-----\nMIIB\n", NULL }, { "MIIB", NULL }, { "", NULL },
};

START_TEST(a_certificate_is_a_byte_sequence)
{
    const char *base64 = wlm_http_client_cert_base64(pems[_i].pem, unit_pool);

    ck_assert_pstr_eq(base64 ? wlm_http_client_cert_item(base64, unit_pool) : NULL, pems[_i].item);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/client_cert");
    TCase *tc = unit_case(s, "client_cert");

    tcase_add_loop_test(tc, names_are_known, 0, UNIT_COUNT(names));
    tcase_add_loop_test(tc, a_certificate_is_a_byte_sequence, 0, UNIT_COUNT(pems));
    return s;
}

UNIT_MAIN(suite)

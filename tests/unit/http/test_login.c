/* Which logins hold for a connection. */
#include "unit.h"
#include "http/login.h"

static const struct {
    const char *value;
    int is;
} values[] = {
    { NULL, 0 }, { "", 0 }, { "Basic QWxh", 0 }, { "Bearer NTLM", 0 }, { "NTLM", 1 }, { "NTLM TlRMTVNTUAAB", 1 },
    { "ntlm x", 1 },
    { "Negotiate YIIJ", 1 }, { "NEGOTIATE", 1 }, { " Negotiate x", 1 }, { "NTLMv2 x", 0 }, { "Negotiated x", 0 },
    { "NTLM\tx", 1 },
    { "Digest username=\"NTLM\"", 0 },
};

START_TEST(schemes_are_known)
{
    ck_assert_msg(wlm_http_login_is_of_connection(values[_i].value) == values[_i].is, "%s", values[_i].value);
}
END_TEST

static const struct {
    const char *head;
    int is;
} heads[] = {
    { "401 No\r\nWWW-Authenticate: NTLM\r\n", 1 },
    { "401 No\r\nwww-authenticate: negotiate\r\n", 1 },
    { "401 No\r\nWWW-Authenticate: Negotiate oYGeMIGb\r\n", 1 },
    { "401 No\r\nWWW-Authenticate: Basic realm=\"x\", NTLM\r\n", 1 },
    { "401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nWWW-Authenticate: Negotiate\r\n", 1 },
    { "407 No\r\nProxy-Authenticate: NTLM\r\n", 1 },
    { "401 No\r\nWWW-Authenticate: Negotiate,NTLM\r\n", 1 },
    { "401 No\r\nWWW-Authenticate: Basic realm=\"NTLM\"\r\n", 0 },
    { "401 No\r\nWWW-Authenticate: Bearer\r\n", 0 },
    { "401 No\r\n", 0 },
    { "200 OK\r\nWWW-Authenticate: NTLM\r\n", 0 },
    { "403 No\r\nWWW-Authenticate: NTLM\r\n", 0 },
};

START_TEST(challenges_are_known)
{
    wlm_http_field_t fields[10];
    wlm_http_head_t head = { .fields = fields, .fields_max = 10 };
    char *text = apr_pstrcat(unit_pool, "HTTP/1.1 ", heads[_i].head, "Content-Length: 0\r\n\r\n", NULL);
    apr_size_t scan = 0;

    ck_assert_int_eq(wlm_http_head_parse(&head, text, strlen(text), 10000, 0, &scan), WLM_HEAD_COMPLETE);
    ck_assert_msg(wlm_http_login_is_asked(&head) == heads[_i].is, "%s", heads[_i].head);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/login");
    TCase *tc = unit_case(s, "login");

    tcase_add_loop_test(tc, schemes_are_known, 0, UNIT_COUNT(values));
    tcase_add_loop_test(tc, challenges_are_known, 0, UNIT_COUNT(heads));
    return s;
}

UNIT_MAIN(suite)

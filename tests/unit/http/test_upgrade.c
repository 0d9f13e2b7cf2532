/* Which upgrades are asked for, and which are agreed: tables. */
#include "unit.h"
#include "http/upgrade.h"

static const struct {
    const char *connection, *upgrade, *more; /* a second field Upgrade */
    const char *allowed;           /* NULL: any; "": none; otherwise two names at most, with a blank between them */
    const char *asked;
} requests[] = {
    { "Upgrade", "websocket", NULL, NULL, "websocket" },
    { "keep-alive, upgrade", "WebSocket", NULL, NULL, "WebSocket" },
    { "Upgrade", " a/1 ,, b\t, c/2.0 ", NULL, NULL, "a/1, b, c/2.0" },
    { "Upgrade", "a", "b", NULL, "a, b" },
    { "Upgrade", "a,b,c,d,e,f", "h2c,g,h,i,j", NULL, "a, b, c, d, e, f, g, h" }, /* so many count */
    { "keep-alive", "websocket", NULL, NULL, NULL },
    { NULL, "websocket", NULL, NULL, NULL },
    { "Upgrade", NULL, NULL, NULL, NULL },
    { "Upgrade", "", NULL, NULL, NULL },
    { "Upgrade", " , ", NULL, NULL, NULL },
    /* HTTP and TLS never */
    { "Upgrade, HTTP2-Settings", "h2c", NULL, NULL, NULL },
    { "Upgrade", "H2C", NULL, "h2c", NULL },
    { "Upgrade", "HTTP/2.0, TLS/1.2, h2, ssl, h3, https/1.3", NULL, NULL, NULL },
    { "Upgrade", "h2c, websocket", NULL, NULL, "websocket" },
    { "Upgrade", "h2cx, tlsx", NULL, NULL, "h2cx, tlsx" },
    /* what is no token */
    { "Upgrade", "web socket", NULL, NULL, NULL },
    { "Upgrade", "a;b, \"c\", d=e, f", NULL, NULL, "f" },
    { "Upgrade", "a:b, a\x80", NULL, NULL, NULL },
    /* by name */
    { "Upgrade", "websocket", NULL, "", NULL },
    { "Upgrade", "websocket", NULL, "x WEBSOCKET", "websocket" },
    { "Upgrade", "x/13, y", NULL, "x", "x/13" },
    { "Upgrade", "xx, y/x, websocke", NULL, "x websocket", NULL },
};

static const apr_array_header_t *names(const char *text)
{
    apr_array_header_t *array = text ? apr_array_make(unit_pool, 2, sizeof(const char *)) : NULL;
    char *last, *copy = text ? apr_pstrdup(unit_pool, text) : NULL, *word;

    for (word = text ? apr_strtok(copy, " ", &last) : NULL; word; word = apr_strtok(NULL, " ", &last)) {
        APR_ARRAY_PUSH(array, const char *) = word;
    }
    return array;
}

START_TEST(what_is_asked_for)
{
    apr_table_t *fields = apr_table_make(unit_pool, 4);
    const char *asked;

    if (requests[_i].connection) {
        apr_table_add(fields, "Connection", requests[_i].connection);
    }
    if (requests[_i].upgrade) {
        apr_table_add(fields, "Upgrade", requests[_i].upgrade);
    }
    if (requests[_i].more) {
        apr_table_add(fields, "upgrade", requests[_i].more);
    }
    asked = wlm_http_upgrade_asked(fields, names(requests[_i].allowed), unit_pool);
    ck_assert_pstr_eq(asked, requests[_i].asked);
}
END_TEST

static const struct {
    const char *asked, *fields;
    int agreed;
} responses[] = {
    { "websocket", "Upgrade: WebSocket\r\nConnection: upgrade\r\n", 1 },
    { "a/1, b", "Connection: x, Upgrade\r\nupgrade: b\r\n", 1 },
    { "a/1, b", "Connection: Upgrade\r\nUpgrade: a/1\r\n", 1 },
    { "a/1, b", "Connection: Upgrade\r\nUpgrade: a\r\n", 0 },
    { "a/1, b", "Connection: Upgrade\r\nUpgrade: a/1, b\r\n", 0 },
    { "websocket", "Upgrade: websocket\r\n", 0 },
    { "websocket", "Connection: Upgrade\r\n", 0 },
    { "websocket", "Upgrade:\r\nConnection: Upgrade\r\n", 0 },
    { "websocket", "Upgrade: h2c\r\nConnection: Upgrade\r\n", 0 },
    { NULL, "Upgrade: websocket\r\nConnection: Upgrade\r\n", 0 },
};

START_TEST(what_is_agreed)
{
    const char *text = apr_pstrcat(unit_pool, "HTTP/1.1 101 Switching\r\n", responses[_i].fields, "\r\n", NULL);
    wlm_http_field_t fields[8];
    wlm_http_head_t head = { .fields = fields, .fields_max = 8 };
    apr_size_t scan = 0;
    char *copy = apr_pstrdup(unit_pool, text);

    ck_assert_int_eq(wlm_http_head_parse(&head, copy, strlen(copy), 1000, 0, &scan), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(wlm_http_upgrade_error(&head, responses[_i].asked) == NULL, responses[_i].agreed);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/upgrade");
    TCase *tc = tcase_create("upgrade");

    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, unit_setup, unit_teardown);
    tcase_add_loop_test(tc, what_is_asked_for, 0, UNIT_COUNT(requests));
    tcase_add_loop_test(tc, what_is_agreed, 0, UNIT_COUNT(responses));
    return s;
}

UNIT_MAIN(suite)

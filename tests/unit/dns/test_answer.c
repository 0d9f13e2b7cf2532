/* Messages of the name service, whole, cut and changed. */
#include "unit.h"
#include "dns/answer.h"

#define HEAD(questions, records) "\0\1\x81\x80\0" questions "\0" records "\0\0\0\0"
#define QUESTION(type) "\4shop\0\0" type "\0\1"
#define RECORD(type, ttl, length) "\xc0\x0c\0" type "\0\1" ttl "\0" length
#define TTL "\0\0\0\x1e"
#define A(last) RECORD("\1", TTL, "\4") "\x0a\0\0" last

static const struct {
    wlm_dns_type_t type;
    const char *bytes;
    size_t length;
    wlm_dns_result_t result;
    const char *records;           /* last byte of an address, or PRIORITY/WEIGHT/PORT/TARGET */
    int ttl;                       /* -1: none */
} messages[] = {
#define MESSAGE(type, text, ...) { type, text, sizeof(text) - 1, __VA_ARGS__ }
    MESSAGE(WLM_DNS_A, HEAD("\1", "\1") QUESTION("\1") A("\5"), WLM_DNS_FOUND, "5 ", 30),
    MESSAGE(WLM_DNS_A, HEAD("\1", "\2") QUESTION("\1") A("\5") A("\6"), WLM_DNS_FOUND, "5 6 ", 30),
    MESSAGE(WLM_DNS_A, HEAD("\1", "\0") QUESTION("\1"), WLM_DNS_EMPTY, "", -1),
    MESSAGE(WLM_DNS_A, HEAD("\0", "\1") A("\5"), WLM_DNS_FOUND, "5 ", 30),
    /* an alias, with the shorter TTL */
    MESSAGE(WLM_DNS_A, HEAD("\1", "\2") QUESTION("\1") RECORD("\5", "\0\0\0\2", "\2") "\xc0\x0c" A("\5"), WLM_DNS_FOUND,
            "5 ", 2),
    MESSAGE(WLM_DNS_AAAA, HEAD("\1", "\1") QUESTION("\x1c") RECORD("\x1c", "\xff\xff\xff\xff", "\x10")
            "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\7", WLM_DNS_FOUND, "7 ", 0),
    MESSAGE(WLM_DNS_A, HEAD("\1", "\1") QUESTION("\1") RECORD("\1", TTL, "\5") "\x0a\0\0\5\0", WLM_DNS_FAILED, "", 30),
    MESSAGE(WLM_DNS_A, HEAD("\1", "\2") QUESTION("\1") A("\5"), WLM_DNS_FAILED, "", 30), /* one is missing */
    MESSAGE(WLM_DNS_SRV, HEAD("\1", "\1") QUESTION("\x21") RECORD("\x21", TTL, "\x0c") "\0\1\0\2\0\x50\3web\xc0\x0c",
            WLM_DNS_FOUND, "1/2/80/web.shop ", 30),
    MESSAGE(WLM_DNS_SRV, HEAD("\1", "\1") QUESTION("\x21") RECORD("\x21", TTL, "\7") "\0\0\0\0\0\0\0", WLM_DNS_FOUND,
            "0/0/0/ ", 30),
    MESSAGE(WLM_DNS_SRV, HEAD("\1", "\1") QUESTION("\x21") RECORD("\x21", TTL, "\x0c") "\0\1\0\2\0\x50\4a.\"\1\0",
            WLM_DNS_FOUND, "1/2/80/a?\"? ", 30),
    /* a pointer to itself, and one behind the end */
    MESSAGE(WLM_DNS_SRV, HEAD("\0", "\1") RECORD("\x21", TTL, "\x08") "\0\0\0\0\0\0\xc0\x1e", WLM_DNS_FAILED, "", 30),
    MESSAGE(WLM_DNS_SRV, HEAD("\0", "\1") RECORD("\x21", TTL, "\x08") "\0\0\0\0\0\0\xff\xff", WLM_DNS_FAILED, "", 30),
    MESSAGE(WLM_DNS_SRV, HEAD("\0", "\1") RECORD("\x21", TTL, "\x06") "\0\0\0\0\0\0", WLM_DNS_FAILED, "", 30),
    MESSAGE(WLM_DNS_SRV, HEAD("\0", "\1") RECORD("\x21", TTL, "\x08") "\0\0\0\0\0\0\x80\0", WLM_DNS_FAILED, "", 30),
};

static const char *describe(const wlm_dns_answer_t *answer, wlm_dns_type_t type)
{
    const char *text = "";
    int i;

    for (i = 0; i < answer->n; ++i) {
        const wlm_dns_record_t *record = &answer->at[i];

        text = type == WLM_DNS_SRV
               ? apr_psprintf(unit_pool, "%s%d/%d/%d/%s ", text, record->priority, record->weight, record->port,
                              record->target)
               : apr_psprintf(unit_pool, "%s%d ", text, record->address[type == WLM_DNS_A ? 3 : 15]);
    }
    return text;
}

START_TEST(what_a_message_says)
{
    wlm_dns_answer_t answer = { .n = 0 };

    wlm_dns_read(&answer, (const unsigned char *)messages[_i].bytes, messages[_i].length, messages[_i].type);
    ck_assert_str_eq(describe(&answer, messages[_i].type), messages[_i].records);
    ck_assert_int_eq(answer.results[messages[_i].type], messages[_i].result);
    ck_assert_int_eq(answer.has_ttl ? (int)answer.ttl : -1, messages[_i].ttl);
    wlm_dns_clear(&answer);
}
END_TEST

/* In memory of just that size, so that the sanitizer sees a read behind it */
START_TEST(one_that_is_cut_or_changed_is_read_without_harm)
{
    size_t length, i;

    for (length = 0; length < messages[_i].length; ++length) {
        unsigned char *bytes = malloc(length + 1);
        wlm_dns_answer_t answer = { .n = 0 };

        memcpy(bytes, messages[_i].bytes, length);
        bytes = realloc(bytes, length ? length : 1);
        wlm_dns_read(&answer, bytes, length, messages[_i].type);
        wlm_dns_clear(&answer);
        for (i = 0; i < length; ++i) {
            bytes[i] ^= 0xff;
            wlm_dns_read(&answer, bytes, length, messages[_i].type);
            wlm_dns_clear(&answer);
            bytes[i] ^= 0xff;
        }
        free(bytes);
    }
}
END_TEST

/* The shortest name that is too long */
START_TEST(a_target_that_is_too_long_is_none)
{
    unsigned char bytes[600] = "\0\1\x81\x80\0\0\0\1\0\0\0\0\0\0\x21\0\1\0\0\0\1\1\x06\0\0\0\0\0\1";
    wlm_dns_answer_t answer = { .n = 0 };
    size_t at = 29;
    int i;

    for (i = 0; i < 4; ++i) {
        bytes[at++] = 63;
        memset(bytes + at, 'x', 63);
        at += 63;
    }
    bytes[at++] = 0;
    bytes[21] = (unsigned char)((at - 23) >> 8);
    bytes[22] = (unsigned char)(at - 23);
    wlm_dns_read(&answer, bytes, at, WLM_DNS_SRV);
    ck_assert_int_eq(answer.n, 1);
    ck_assert_str_eq(answer.at[0].target, "");
    wlm_dns_clear(&answer);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("dns/answer");
    TCase *tc = unit_case(s, "answer");

    tcase_add_loop_test(tc, what_a_message_says, 0, UNIT_COUNT(messages));
    tcase_add_loop_test(tc, one_that_is_cut_or_changed_is_read_without_harm, 0, UNIT_COUNT(messages));
    tcase_add_test(tc, a_target_that_is_too_long_is_none);
    return s;
}

UNIT_MAIN(suite)

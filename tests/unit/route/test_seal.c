/* Seals: who can make them, what they are bound to, and which keys open them. */
#include "unit.h"
#include <string.h>
#include <apr_strings.h>
#include "route/seal.h"
#include "route/seal_list.h"

static const char *const members[] = { "a", "b", "c" };

static apr_array_header_t *keys(const char *first, const char *second)
{
    apr_array_header_t *array = apr_array_make(unit_pool, 2, sizeof(wlm_seal_key_t));

    memset(apr_array_push(array), *first, sizeof(wlm_seal_key_t));
    if (second) {
        memset(apr_array_push(array), *second, sizeof(wlm_seal_key_t));
    }
    return array;
}

static wlm_seals_t *seals_of(const char *first, const char *second, const char *cluster)
{
    return wlm_seals_make(keys(first, second), cluster, members, UNIT_COUNT(members), unit_pool);
}

static int find(const wlm_seals_t *seals, const char *seal, const char *value)
{
    wlm_seal_found_t found;

    return wlm_seals_find(&found, seals, seal, value, strlen(value)) ? found.member : -1;
}

START_TEST(a_seal_names_its_member)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const wlm_seals_t *seals = seals_of("1", NULL, "c");
    char seal[WLM_SEAL_LEN + 1];
    int m;

    for (m = 0; m < UNIT_COUNT(members); ++m) {
        wlm_seal_found_t found;

        wlm_seals_put(seal, seals, m, "value", 5);
        ck_assert_int_eq(strlen(seal), WLM_SEAL_LEN);
        ck_assert_int_eq(strspn(seal, letters), WLM_SEAL_LEN);
        ck_assert(wlm_seals_find(&found, seals, seal, "value", 5));
        ck_assert_int_eq(found.member, m);
        ck_assert_str_eq(found.name, members[m]);
        ck_assert(found.is_current);
    }
}
END_TEST

START_TEST(no_other_value_cluster_or_key_opens_it)
{
    char seal[WLM_SEAL_LEN + 1];

    wlm_seals_put(seal, seals_of("1", NULL, "c"), 1, "value", 5);
    ck_assert_int_eq(find(seals_of("1", NULL, "c"), seal, "value"), 1);
    ck_assert_int_eq(find(seals_of("1", NULL, "c"), seal, "valuf"), -1);
    ck_assert_int_eq(find(seals_of("1", NULL, "c"), seal, ""), -1);
    ck_assert_int_eq(find(seals_of("1", NULL, "d"), seal, "value"), -1);
    ck_assert_int_eq(find(seals_of("2", NULL, "c"), seal, "value"), -1);
}
END_TEST

/* At each place of it: by another letter, and by two characters that no seal has */
START_TEST(a_changed_seal_is_none)
{
    const wlm_seals_t *seals = seals_of("1", NULL, "c");
    char seal[WLM_SEAL_LEN + 1];

    wlm_seals_put(seal, seals, 1, "value", 5);
    seal[_i] = seal[_i] == 'A' ? 'Q' : 'A';
    ck_assert_int_eq(find(seals, seal, "value"), -1);
    seal[_i] = '=';
    ck_assert_int_eq(find(seals, seal, "value"), -1);
    seal[_i] = '\xff';
    ck_assert_int_eq(find(seals, seal, "value"), -1);
}
END_TEST

/* Of many values, so that each character is at each place: with any other one there it is none, though base64 has '+'
 * for '-', and reads a last character whose spare bits are not 0 */
START_TEST(a_seal_has_one_spelling)
{
    const wlm_seals_t *seals = seals_of("1", NULL, "c");
    char seal[WLM_SEAL_LEN + 1];
    int value, c;

    for (value = 0; value < 200; ++value) {
        const char *text = apr_itoa(unit_pool, value);
        char right;

        wlm_seals_put(seal, seals, 1, text, strlen(text));
        right = seal[_i];
        for (c = 0; c < 256; ++c) {
            seal[_i] = (char)c;
            ck_assert_int_eq(find(seals, seal, text), (char)c == right ? 1 : -1);
        }
    }
}
END_TEST

START_TEST(halves_of_two_seals_are_none)
{
    const wlm_seals_t *seals = seals_of("1", NULL, "c");
    char one[WLM_SEAL_LEN + 1], other[WLM_SEAL_LEN + 1], mixed[WLM_SEAL_LEN + 1];

    wlm_seals_put(one, seals, 0, "value", 5);
    wlm_seals_put(other, seals, 1, "value", 5);
    memcpy(mixed, one, 11);
    memcpy(mixed + 11, other + 11, 12);
    ck_assert_int_eq(find(seals, mixed, "value"), -1);
}
END_TEST

START_TEST(keys_are_changed_in_turn)
{
    const wlm_seals_t *both = seals_of("2", "1", "c"), *twice = seals_of("1", "1", "c");
    char seal[WLM_SEAL_LEN + 1];
    wlm_seal_found_t found;

    wlm_seals_put(seal, seals_of("1", NULL, "c"), 2, "", 0);
    ck_assert(wlm_seals_find(&found, both, seal, "", 0));
    ck_assert_int_eq(found.member, 2);
    ck_assert(!found.is_current);
    ck_assert(wlm_seals_find(&found, twice, seal, "", 0) && found.is_current);
    wlm_seals_put(seal, both, 2, "", 0);
    ck_assert_int_eq(find(seals_of("2", NULL, "c"), seal, ""), 2);
    ck_assert_int_eq(find(seals_of("1", NULL, "c"), seal, ""), -1);
}
END_TEST

static const char *const values[] = { "x", "session-1", "a~b", "a b\xe4", "0000abc:clone1" };

START_TEST(a_value_is_wrapped_and_unwrapped)
{
    const wlm_seals_t *seals = seals_of("1", NULL, "c");
    size_t len = strlen(values[_i]), i;
    char *wrapped = apr_pstrdup(unit_pool, wlm_seals_wrap(seals, 1, values[_i], len, unit_pool));
    size_t all = strlen(wrapped);
    wlm_seal_found_t found;

    ck_assert_int_eq(all, len + 1 + WLM_SEAL_LEN);
    ck_assert_int_eq(wlm_seals_unwrap(&found, seals, wrapped, all), (apr_ssize_t)len);
    ck_assert(found.member == 1 && memcmp(wrapped, values[_i], len) == 0);
    for (i = 1; i <= all; ++i) { /* no other length has a seal */
        ck_assert_int_eq(wlm_seals_unwrap(&found, seals, wrapped + i, all - i), -1);
        ck_assert_int_eq(wlm_seals_unwrap(&found, seals, wrapped, all - i), -1);
    }
    for (i = 0; i < all; ++i) {
        wrapped[i] ^= 0x40;
        ck_assert_int_eq(wlm_seals_unwrap(&found, seals, wrapped, all), -1);
        wrapped[i] ^= 0x40;
    }
}
END_TEST

static const struct {
    const char *value;
    const char *found;             /* with '|' behind each */
} lists[] = {
    { "", "" },
    { "abcdefghijklmnopqrstu", "" },
    { "abcdefghijklmnopqrst-_", "abcdefghijklmnopqrst-_|" },
    { "abcdefghijklmnopqrstuvw", "" },
    { "abcdefghijklmnopqrst;x", "" },
    { "ABCDEFGHIJKLMNOPQRST12.abcdefghijklmnopqrstuv", "ABCDEFGHIJKLMNOPQRST12|abcdefghijklmnopqrstuv|" },
    { "..x.abcdefghijklmnopqrstuv.", "abcdefghijklmnopqrstuv|" },
};

START_TEST(seals_of_several_clusters)
{
    const char *value = lists[_i].value, *at = value, *found = "", *seal;

    while ((seal = wlm_seal_list_next(&at, value + strlen(value))) != NULL) {
        found = apr_pstrcat(unit_pool, found, apr_pstrmemdup(unit_pool, seal, WLM_SEAL_LEN), "|", NULL);
    }
    ck_assert_str_eq(found, lists[_i].found);
}
END_TEST

START_TEST(a_list_of_seals_has_each_once_and_an_end)
{
    char seal[] = "abcdefghijklmnopqrstu0-";
    const char *list = "";
    int i;

    for (i = 0; i < 20; ++i) {
        seal[WLM_SEAL_LEN - 1] = (char)('0' + i / 2);
        list = wlm_seal_list_add(list, seal, unit_pool);
    }
    ck_assert_int_eq(strlen(list), (WLM_SEAL_LIST_MAX - 1) * (WLM_SEAL_LEN + 1) - 1);
    ck_assert(strncmp(list, "abcdefghijklmnopqrstu0.abcdefghijklmnopqrstu1.", 46) == 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/seal");
    TCase *tc = unit_case(s, "seal");

    tcase_add_test(tc, a_seal_names_its_member);
    tcase_add_test(tc, no_other_value_cluster_or_key_opens_it);
    tcase_add_loop_test(tc, a_seal_has_one_spelling, 0, WLM_SEAL_LEN);
    tcase_add_loop_test(tc, a_changed_seal_is_none, 0, WLM_SEAL_LEN);
    tcase_add_test(tc, halves_of_two_seals_are_none);
    tcase_add_test(tc, keys_are_changed_in_turn);
    tcase_add_loop_test(tc, a_value_is_wrapped_and_unwrapped, 0, UNIT_COUNT(values));
    tcase_add_loop_test(tc, seals_of_several_clusters, 0, UNIT_COUNT(lists));
    tcase_add_test(tc, a_list_of_seals_has_each_once_and_an_end);
    return s;
}

UNIT_MAIN(suite)

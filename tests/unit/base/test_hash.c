/* FNV-1a: the values of its definition. */
#include "unit.h"
#include "base/hash.h"

static const struct {
    const char *text;
    uint64_t hash;
} texts[] = {
    { NULL, 0xcbf29ce484222325 }, { "", 0xcbf29ce484222325 }, { "a", 0xaf63dc4c8601ec8c }, { "b", 0xaf63df4c8601f1a5 },
    { "foobar", 0x85944171f73967e8 }, { "\xff\x80", 0x0a9a2607b6f6e56a },
};

START_TEST(a_text_has_the_hash_of_the_definition)
{
    ck_assert_uint_eq(wlm_hash_add(WLM_HASH_START, texts[_i].text), texts[_i].hash);
    ck_assert_uint_eq(wlm_hash_key(texts[_i].text), texts[_i].hash);
}
END_TEST

/* This one has the hash 0 */
#define ZERO "\xd5\x6b\xb9\x53\x42\x87\x08\x36"

START_TEST(a_key_is_never_0)
{
    ck_assert_uint_eq(wlm_hash_add(WLM_HASH_START, ZERO), 0);
    ck_assert_uint_eq(wlm_hash_key(ZERO), 1);
}
END_TEST

START_TEST(pieces_have_the_hash_of_the_whole)
{
    ck_assert_uint_eq(wlm_hash_byte(wlm_hash_add(wlm_hash_add(WLM_HASH_START, "foo"), "ba"), 'r'), texts[4].hash);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/hash");
    TCase *tc = unit_case(s, "hash");

    tcase_add_loop_test(tc, a_text_has_the_hash_of_the_definition, 0, UNIT_COUNT(texts));
    tcase_add_test(tc, a_key_is_never_0);
    tcase_add_test(tc, pieces_have_the_hash_of_the_whole);
    return s;
}

UNIT_MAIN(suite)

/* Members of a service: names, addresses, doubles, order. */
#include "answer_unit.h"

#define LONG "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhh"
#define CUT  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffff"

static const struct {
    const char *added, *members;
    int nleft_out;
    const char *left_out;          /* a part of it */
} cases[] = {
    { "", "", 0, NULL },
    { "b=10.0.0.2:80/20 a=10.0.0.1:80/20", "a=10.0.0.1:80/20 b=10.0.0.2:80/20", 0, NULL },
    /* names that a session could not carry, or a registry would refuse */
    { "=10.0.0.5:8080/20", "10-0-0-5-8080=10.0.0.5:8080/20", 0, NULL },
    { "a+b=10.0.0.5:8080/20", "10-0-0-5-8080=10.0.0.5:8080/20", 0, NULL },
    { "=2001_db8__1:80/20", "2001-db8--1-80=2001:db8::1:80/20", 0, NULL },
    { "a=2001_DB8_0__1:80/20 b=2001_db8__1:81/20", "a=2001:db8::1:80/20 b=2001:db8::1:81/20", 0, NULL },
    { "a=2001_DB8_0__1:80/20 a=2001_db8__1:80/20", "a=2001:db8::1:80/20", 0, NULL },
    { "a.b_c~d-1=h:80/20", "a.b_c~d-1=h:80/20", 0, NULL },
    { "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh=h:80/1",
      "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh=h:80/1", 0, NULL },
    { "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhi=h:80/1", "h-80=h:80/1", 0,
      NULL },
    /* the same endpoint twice: one that is not drained counts */
    { "a=h:80/20- a=h:80/20", "a=h:80/20", 0, NULL },
    { "a=h:80/20- a=h:80/20-", "a=h:80/20-", 0, NULL },
    /* one name, several addresses */
    { "a=h:80/20 b=i:80/20 a=g:80/20", "b=i:80/20 g-80=g:80/20 h-80=h:80/20", 0, NULL },
    { "a=h:80/20 a=h:81/20", "h-80=h:80/20 h-81=h:81/20", 0, NULL },
    /* one address, several names */
    { "b=h:80/20 a=h:80/20", "a=h:80/20", 1, "b: another one has its address" },
    /* a name that is that of another one's address */
    { "h-80=i:80/20 =h:80/20", "h-80=h:80/20 i-80=i:80/20", 0, NULL },
    { "a=h:80/20 a=g:80/20 h-80=i:80/20", "g-80=g:80/20 h-80=h:80/20", 1, "h-80: another one has its name" },
    /* names are without case, as for a registry */
    { "a=Shop-1.Example:80/20 b=shop-1.example:80/20", "a=shop-1.example:80/20", 1, "b: another one has its address" },
    { "=Shop-1.Example:80/20", "shop-1-example-80=shop-1.example:80/20", 0, NULL },
    /* a name of an address has no more bytes than a registry takes */
    { "=a" LONG ":80/20", "a" LONG "-80=a" LONG ":80/20", 0, NULL },
    { "=aa" LONG ":80/20", "aa" CUT "-e7ad1c98c46d4967-80=aa" LONG ":80/20", 0, NULL },
    /* no address */
    { "a=:80/20 b=h:80/20", "b=h:80/20", 1, "a: it has no address" },
    { "a=<x>:80/20", "", 1, "a: it has no address" },
    { "a=x_y:80/20 b=10.0.0.1_80:80/20 c=fe80__1%eth0:80/20", "", 3, "a: it has no address" },
    { "a=h:0/20 b=h:65536/20 c=h:-1/20", "", 3, "a: it has no port" },
    { "a=h:65535/20", "a=h:65535/20", 0, NULL },
};

static discover_answer_t *answer_of(const char *text)
{
    discover_answer_t *answer = discover_answer_make(unit_pool);
    const apr_array_header_t *members = members_of(text);
    int i;

    for (i = 0; i < members->nelts; ++i) {
        discover_answer_add(answer, &APR_ARRAY_IDX(members, i, discover_member_t));
    }
    return answer;
}

START_TEST(members_have_a_name_and_an_address_each_once)
{
    discover_answer_t *answer = answer_of(cases[_i].added);

    ck_assert_ptr_null(discover_answer_finish(answer));
    ck_assert_str_eq(members_text(answer->members), cases[_i].members);
    ck_assert_int_eq(answer->nleft_out, cases[_i].nleft_out);
    ck_assert(!cases[_i].left_out == !answer->left_out);
    ck_assert_msg(!answer->left_out || strstr(answer->left_out, cases[_i].left_out), "%s", answer->left_out);
}
END_TEST

START_TEST(the_order_in_which_they_come_does_not_matter)
{
    static const char *const parts[] = { "a=h:80/20", "a=g:80/20", "b=h:80/20", "c=i:80/20-" };
    const char *first = NULL;
    int i;

    for (i = 0; i < 16; ++i) {
        discover_answer_t *answer = answer_of(apr_pstrcat(unit_pool, parts[i & 3], " ", parts[(i + 1) & 3], " ",
                                                          parts[(i + 2) & 3], " ", parts[(i + 3) & 3], NULL));

        ck_assert_ptr_null(discover_answer_finish(answer));
        first = first ? first : members_text(answer->members);
        ck_assert_str_eq(members_text(answer->members), first);
    }
}
END_TEST

START_TEST(there_may_be_so_many)
{
    discover_answer_t *answer = discover_answer_make(unit_pool);
    int i;

    for (i = 1; i <= DISCOVER_MEMBERS_MAX + 1; ++i) {
        const char *why = i == DISCOVER_MEMBERS_MAX + 1 ? discover_answer_finish(answer) : NULL;
        discover_member_t member = { .host = "h", .port = i };

        ck_assert_ptr_null(why);
        discover_answer_add(answer, &member);
    }
    ck_assert_str_eq(discover_answer_finish(answer), "it has 4097 members, and 4096 are the most");
}
END_TEST

START_TEST(a_copy_is_one_of_its_own)
{
    apr_pool_t *p;
    apr_array_header_t *members = members_of("a=h:80/20 b=i:81/40-"), *copy;

    apr_pool_create(&p, unit_pool);
    copy = discover_members_copy(members, p);
    APR_ARRAY_IDX(members, 0, discover_member_t).name = "x";
    ck_assert_str_eq(members_text(copy), "a=h:80/20 b=i:81/40-");
    ck_assert_int_eq(discover_count_open(copy), 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/members");
    TCase *tc = unit_case(s, "members");

    tcase_add_loop_test(tc, members_have_a_name_and_an_address_each_once, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, the_order_in_which_they_come_does_not_matter);
    tcase_add_test(tc, there_may_be_so_many);
    tcase_add_test(tc, a_copy_is_one_of_its_own);
    return s;
}

UNIT_MAIN(suite)

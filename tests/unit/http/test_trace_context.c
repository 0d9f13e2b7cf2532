/* traceparent: what is one, and new ones. */
#include "unit.h"
#include "http/trace_context.h"

#define TRACE  "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"

static const struct {
    const char *field;
    int valid;
} fields[] = {
    { "00-" TRACE "-" PARENT "-01", 1 },
    { "00-" TRACE "-" PARENT "-00", 1 },
    { "00-" TRACE "-" PARENT "-ff", 1 },           /* flags that are not known yet */
    { "00-00000000000000000000000000000001-0000000000000001-00", 1 },
    /* lengths */
    { NULL, 0 },
    { "", 0 },
    { "0", 0 },
    { "00", 0 },
    { "00-", 0 },
    { "00-" TRACE, 0 },
    { "00-" TRACE "-", 0 },
    { "00-" TRACE "-" PARENT, 0 },
    { "00-" TRACE "-" PARENT "-", 0 },
    { "00-" TRACE "-" PARENT "-0", 0 },
    { "00-" TRACE "-" PARENT "-011", 0 },
    { "00-" TRACE "0-" PARENT "-01", 0 },
    { "00-0af7651916cd43dd8448eb211c80319-" PARENT "-01", 0 },
    { "00-" TRACE "-b7ad6b716920333-01", 0 },
    { "0-" TRACE "-" PARENT "-01", 0 },
    { "000-" TRACE "-" PARENT "-01", 0 },
    { " 00-" TRACE "-" PARENT "-01", 0 },
    { "00-" TRACE "-" PARENT "-01 ", 0 },
    { "00-" TRACE "-" PARENT "-01, 00-" TRACE "-" PARENT "-01", 0 }, /* two fields */
    /* separators */
    { "00_" TRACE "-" PARENT "-01", 0 },
    { "00-" TRACE "_" PARENT "-01", 0 },
    { "00-" TRACE "-" PARENT "_01", 0 },
    /* digits */
    { "00-0AF7651916CD43DD8448EB211C80319C-" PARENT "-01", 0 },
    { "00-" TRACE "-B7AD6B7169203331-01", 0 },
    { "00-" TRACE "-" PARENT "-0A", 0 },
    { "0g-" TRACE "-" PARENT "-01", 0 },
    { "00-0af7651916cd43dd8448eb211c80319g-" PARENT "-01", 0 },
    { "00-" TRACE "-b7ad6b716920333.-01", 0 },
    { "00-" TRACE "-" PARENT "-0x", 0 },
    /* all zero */
    { "00-00000000000000000000000000000000-" PARENT "-01", 0 },
    { "00-" TRACE "-0000000000000000-01", 0 },
    /* versions */
    { "01-" TRACE "-" PARENT "-01", 1 },
    { "cc-" TRACE "-" PARENT "-01-what-comes-later", 1 },
    { "cc-" TRACE "-" PARENT "-01-", 1 },
    { "cc-" TRACE "-" PARENT "-01.what", 0 },
    { "cc-" TRACE "-" PARENT "-0", 0 },
    { "00-" TRACE "-" PARENT "-01-what", 0 },
    { "ff-" TRACE "-" PARENT "-01", 0 },
    { "FE-" TRACE "-" PARENT "-01", 0 },
    { "fe-" TRACE "-" PARENT "-01", 1 },
};

/* in a block of its own length, so that the sanitizer sees a read behind its end */
START_TEST(what_is_a_traceparent)
{
    char *field = fields[_i].field ? strdup(fields[_i].field) : NULL;
    const char *id = wlm_trace_context_id(field);

    ck_assert_msg(!!id == fields[_i].valid, "%s", field);
    ck_assert(!id || id == field + 3);
    free(field);
}
END_TEST

static const struct {
    unsigned char random[WLM_TRACE_CONTEXT_RANDOM];
    int sampled;
    const char *field;
} made[] = {
    { { 0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c,
        0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31 }, 1, "00-" TRACE "-" PARENT "-01" },
    { { 0 }, 0, "00-00000000000000000000000000000001-0000000000000001-00" },
    { { [15] = 0x10, [16] = 0x80 }, 1, "00-00000000000000000000000000000010-8000000000000000-01" },
    { { [0] = 0xff }, 0, "00-ff000000000000000000000000000000-0000000000000001-00" },
};

START_TEST(a_new_one)
{
    char field[WLM_TRACE_CONTEXT_LENGTH + 1];

    memset(field, '0', sizeof(field));
    wlm_trace_context_make(field, made[_i].random, made[_i].sampled);
    ck_assert_str_eq(field, made[_i].field);
    ck_assert_ptr_eq(wlm_trace_context_id(field), field + 3);
}
END_TEST

/* -- a child ------------------------------------------------------------------------------------------- */

static const struct {
    const char *parent;
    int sampled;
    const unsigned char random[WLM_TRACE_CONTEXT_CHILD_RANDOM];
    const char *field;
} children[] = {
    { "00-" TRACE "-" PARENT "-01", 1, { 1, 2, 3, 4, 5, 6, 7, 0xf8 }, "00-" TRACE "-01020304050607f8-01" },
    { "00-" TRACE "-" PARENT "-01", 1, { 0 }, "00-" TRACE "-0000000000000001-01" },
    /* versions and flags that are not known, and what comes with them, are not passed on */
    { "cc-" TRACE "-" PARENT "-03-what-comes-later", 1, { 255 }, "00-" TRACE "-ff00000000000000-01" },
    { "00-" TRACE "-" PARENT "-0f", 1, { 255 }, "00-" TRACE "-ff00000000000000-01" },
    { "00-" TRACE "-" PARENT "-00", 0, { 0 }, NULL },
    { "00-" TRACE "-" PARENT "-fe", 0, { 0 }, NULL },
    { "00-" TRACE "-" PARENT "-10", 0, { 0 }, NULL },
};

START_TEST(a_child)
{
    char field[WLM_TRACE_CONTEXT_LENGTH + 1];

    ck_assert_int_eq(wlm_trace_context_is_sampled(children[_i].parent), children[_i].sampled);
    ck_assert_int_eq(strncmp(wlm_trace_context_parent(children[_i].parent), PARENT "-", 17), 0);
    if (children[_i].field) {
        wlm_trace_context_make_child(field, children[_i].parent, children[_i].random);
        ck_assert_str_eq(field, children[_i].field);
        ck_assert(wlm_trace_context_is_sampled(field));
    }
}
END_TEST

/* the last 7 bytes are compared with that share of 2^56 */
static const struct {
    int percent;
    const unsigned char random[WLM_TRACE_CONTEXT_RANDOM];
    int is_chosen;
} choices[] = {
    { 100, { 0 }, 1 },
    { 50, { [9] = 0x80 }, 1 },
    { 50, { [9] = 0x7f, 255, 255, 255, 255, 255, 255 }, 0 },
    { 50, { [0] = 255, 255, 255, 255, 255, 255, 255, 255, 255, [9] = 0x7f, [16] = 255 }, 0 },
    { 1, { [9] = 255, 255, 255, 255, 255, 255, 255 }, 1 },
    { 1, { [9] = 0xfd, 0x70, 0xa3, 0xd7, 0x0a, 0x3d, 0x71 }, 1 },
    { 1, { [9] = 0xfd, 0x70, 0xa3, 0xd7, 0x0a, 0x3d, 0x70 }, 0 },
};

START_TEST(a_share_of_new_traces)
{
    ck_assert_int_eq(wlm_trace_context_is_chosen(choices[_i].random, choices[_i].percent), choices[_i].is_chosen);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/trace_context");
    TCase *tc = unit_case(s, "trace");

    tcase_add_loop_test(tc, what_is_a_traceparent, 0, UNIT_COUNT(fields));
    tcase_add_loop_test(tc, a_new_one, 0, UNIT_COUNT(made));
    tcase_add_loop_test(tc, a_child, 0, UNIT_COUNT(children));
    tcase_add_loop_test(tc, a_share_of_new_traces, 0, UNIT_COUNT(choices));
    return s;
}

UNIT_MAIN(suite)

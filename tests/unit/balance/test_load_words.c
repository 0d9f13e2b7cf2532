/* What WLMHedge, WLMConcurrency and WLMClass say: as values, as words again, and what is refused. */
#include "unit.h"
#include "balance/load_words.h"

#define WORDS_MAX 6

/* @param line  words divided by '|' */
static int split(char **words, const char *line)
{
    char *rest = apr_pstrdup(unit_pool, line), *last;
    int n = 0;

    for (; (words[n] = apr_strtok(rest, "|", &last)) != NULL; rest = NULL) {
        ++n;
    }
    return n;
}

static const char *hedge_of(const char *line)
{
    wlm_hedge_rule_t rule = { .budget = 0 };
    char *words[WORDS_MAX];
    const char *wrong = wlm_load_words_hedge(&rule, words, split(words, line), unit_pool);

    return wrong ? wrong : wlm_load_words_hedge_text(&rule, unit_pool);
}

static const char *concurrency_of(const char *line)
{
    wlm_concurrency_bounds_t bounds = { .max = 0 };
    char *words[WORDS_MAX];
    const char *wrong = wlm_load_words_concurrency(&bounds, words, split(words, line), unit_pool);

    return wrong ? wrong : wlm_load_words_concurrency_text(&bounds, unit_pool);
}

static const void *make_expr(void *data, const char *text, const char **pwrong)
{
    *pwrong = strcmp(text, "bad") == 0 ? "no expression" : NULL;
    return data;
}

/* Behind a class "old" */
static const char *class_of(const char *line, const wlm_binding_exprs_t *exprs)
{
    static char *old[] = { "old", "expr=true" };
    const apr_array_header_t *classes = NULL, *before;
    char *words[WORDS_MAX];
    const char *wrong;

    ck_assert_ptr_null(wlm_load_words_class(&classes, old, 2, exprs, unit_pool));
    before = classes;
    wrong = wlm_load_words_class(&classes, words, split(words, line), exprs, unit_pool);
    ck_assert_int_eq(before->nelts, 1);
    if (wrong) {
        return wrong;
    }
    ck_assert_ptr_eq(APR_ARRAY_IDX(classes, 1, wlm_class_t).expr, exprs ? exprs->data : NULL);
    return wlm_load_words_class_text(&APR_ARRAY_IDX(classes, 1, wlm_class_t), unit_pool);
}

static const struct {
    const char *(*read)(const char *line);
    const char *line, *said;       /* or how what is wrong begins */
} lines[] = {
    { hedge_of, "off", "Off" },
    { hedge_of, "Off|budget=5", "Off has no keys" },
    { hedge_of, "p95", "p95 budget=5 min=20ms" },
    { hedge_of, "P99|min=1|budget=10%", "p99 budget=10 min=1s" },
    { hedge_of, "50ms", "50ms budget=5" },
    { hedge_of, "2|budget=100", "2s budget=100" },
    { hedge_of, "p49", "\"p49\" is no percentile from p50 to p99" },
    { hedge_of, "p", "\"p\" is no percentile" },
    { hedge_of, "0", "the time is at least 1ms" },
    { hedge_of, "50ms|min=1ms", "\"min\" is no key of a time" },
    { hedge_of, "p95|max=1ms", "\"max\" is no key of a percentile" },
    { hedge_of, "p95|5", "\"5\" is" },
    { concurrency_of, "OFF", "Off" },
    { concurrency_of, "Off|4", "MIN and MAX go with Adaptive" },
    { concurrency_of, "Adaptive", "Adaptive 4 1000" },
    { concurrency_of, "adaptive|8", "Adaptive 8 1000" },
    { concurrency_of, "Adaptive|2000", "Adaptive 2000 2000" },
    { concurrency_of, "Adaptive|5|5", "Adaptive 5 5" },
    { concurrency_of, "Adaptive|5|4", "\"4\"" },
    { concurrency_of, "4", "\"4\" is neither Off nor Adaptive" },
};

START_TEST(words_are_values)
{
    const char *said = lines[_i].read(lines[_i].line);

    ck_assert_msg(strncmp(said, lines[_i].said, strlen(lines[_i].said)) == 0, "%s: %s", lines[_i].line, said);
}
END_TEST

static const struct {
    const char *line, *said;
} classes[] = {
    { "vip|expr=%{X} == 'a'|goal=600ms|priority=9", "vip \"expr=%{X} == 'a'\" goal=600ms priority=9" },
    { "a-b_c.d|priority=0|expr=true", "a-b_c.d \"expr=true\" priority=0" },
    { "b|expr=true", "b \"expr=true\" priority=5" },
    { "b|goal=1", "expr=EXPRESSION says" },
    { "old|expr=true", "there is a class \"old\" already" },
    { "b c|expr=true", "the name \"b c\" may have" },
    { "b|expr=true|priority=10", "\"10\"" },
    { "b|expr=true|prio=1", "\"prio\" is no key of it" },
};

START_TEST(a_class_has_an_expression)
{
    const wlm_binding_exprs_t exprs = { make_expr, (void *)classes };
    const char *plain = class_of(classes[_i].line, NULL), *made = class_of(classes[_i].line, &exprs);

    ck_assert_msg(strncmp(plain, classes[_i].said, strlen(classes[_i].said)) == 0, "%s: %s", classes[_i].line, plain);
    ck_assert_str_eq(made, plain);
}
END_TEST

START_TEST(an_expression_may_be_wrong)
{
    const wlm_binding_exprs_t exprs = { make_expr, NULL };

    ck_assert_str_eq(class_of("b|expr=bad", &exprs), "no expression");
}
END_TEST

START_TEST(there_are_so_many_classes)
{
    const apr_array_header_t *all = NULL;
    int i;

    for (i = 0; i <= WLM_CLASSES_MAX; ++i) {
        char *words[] = { apr_psprintf(unit_pool, "c%d", i), "expr=true" };
        const char *wrong = wlm_load_words_class(&all, words, 2, NULL, unit_pool);

        ck_assert_int_eq(wrong == NULL, i < WLM_CLASSES_MAX);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/load_words");
    TCase *tc = unit_case(s, "words");

    tcase_add_loop_test(tc, words_are_values, 0, UNIT_COUNT(lines));
    tcase_add_loop_test(tc, a_class_has_an_expression, 0, UNIT_COUNT(classes));
    tcase_add_test(tc, an_expression_may_be_wrong);
    tcase_add_test(tc, there_are_so_many_classes);
    return s;
}

UNIT_MAIN(suite)

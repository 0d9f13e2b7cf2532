/* The words of WLMAffinity and WLMAffinityOwner: the rule that they make, or what is wrong with them. */
#include "unit.h"
#include "route/binding_words.h"

/* Words are divided by blanks. `made` is the rule, as rule_text() writes it; '!': a part of the message */
static const struct {
    const char *words, *made;
} cases[] = {
    { "Cookie WLM", "cookie WLM [; Path=/; HttpOnly; SameSite=Lax] auto" },
    { "cookie WLM path=/app domain=x.example max-age=1h samesite=strict httponly=off secure=on",
      "cookie WLM [; Path=/app; Domain=x.example; Max-Age=3600; SameSite=Strict] on" },
    { "Cookie WLM samesite=none", "cookie WLM [; Path=/; HttpOnly; SameSite=None] auto" },
    { "Cookie WLM samesite=off secure=off", "cookie WLM [; Path=/; HttpOnly] off" },
    { "Cookie", "!\"\" is no name of a cookie" }, { "Cookie a;b", "!\"a;b\" is no name" },
    { "Cookie WLM path", "!\"path\" is no key=value" }, { "Cookie WLM path=app", "!begins with /" },
    { "Cookie WLM path=/a;b", "!';'" }, { "Cookie WLM domain=", "!is empty" },
    { "Cookie WLM max-age=0", "!at least 1 s" },
    { "Cookie WLM colour=red", "!\"colour\" is no attribute" }, { "Cookie WLM secure=maybe", "!none of off, on, auto" },
    { "Cookie WLM samesite=None secure=off", "!browsers refuse" },
    { "Wrap header:X-Id", "wrap header X-Id" }, { "wrap cookie:SID", "wrap cookie SID" },
    { "Wrap X-Id", "!neither header:NAME nor cookie:NAME" }, { "Wrap header:Host", "!cannot be wrapped" },
    { "Wrap header:X header:Y", "!Wrap takes" },
    { "Learn header:X-Id", "learn header X-Id, asked header X-Id" },
    { "Learn path:2 query:job", "learn path 2, asked query job" },
    { "Learn cookie:A header:B", "learn cookie A, asked header B" },
    { "Learn expr:%{resp:X}=~/(.+)/ header:X", "learn expr %{resp:X}=~/(.+)/, asked header X" },
    { "Learn expr:true", "!whose first group" },
    { "Learn path:0", "!from 1 to 100" }, { "Learn header:Location", "!by query:NAME, path:NUMBER or expr:EXPRESSION" },
    { "Learn query:", "!none of header:NAME" }, { "Learn a b c", "!one or two places" },
    { "Stick X", "!\"Stick\" is none of these" },
};

static const char *place_text(const wlm_binding_value_t *value)
{
    static const char *const places[] = { "header", "cookie", "query", "path", "expr" };

    return apr_pstrcat(unit_pool, places[value->place], " ", value->name, NULL);
}

static const char *rule_text(const wlm_binding_rule_t *rule)
{
    static const char *const secures[] = { "off", "on", "auto" };

    switch (rule->kind) {
    case WLM_BINDING_BY_COOKIE:
        return apr_psprintf(unit_pool, "%s [%s] %s", place_text(&rule->value), rule->attributes,
                            secures[rule->secure]);
    case WLM_BINDING_BY_WRAP:
        return apr_pstrcat(unit_pool, "wrap ", place_text(&rule->value), NULL);
    case WLM_BINDING_BY_LEARN:
        break;
    }
    return apr_pstrcat(unit_pool, "learn ", place_text(&rule->value), ", asked ", place_text(&rule->asked), NULL);
}

static const char *parse(apr_array_header_t **prules, const char *line)
{
    char **words;
    int n = 0;

    ck_assert_int_eq(apr_tokenize_to_argv(line, &words, unit_pool), APR_SUCCESS);
    while (words[n]) {
        ++n;
    }
    return wlm_binding_parse(prules, words, n, NULL, unit_pool);
}

START_TEST(words_make_a_rule_or_a_message)
{
    apr_array_header_t *rules = NULL;
    const char *wrong = parse(&rules, cases[_i].words), *made = cases[_i].made;

    if (*made == '!') {
        ck_assert_msg(wrong && strstr(wrong, made + 1), "%s: %s", cases[_i].words, wrong);
        return;
    }
    ck_assert_msg(!wrong, "%s: %s", cases[_i].words, wrong);
    ck_assert_int_eq(rules->nelts, 1);
    ck_assert_str_eq(rule_text(&APR_ARRAY_IDX(rules, 0, wlm_binding_rule_t)), made);
    ck_assert_str_eq(APR_ARRAY_IDX(rules, 0, wlm_binding_rule_t).text, cases[_i].words);
}
END_TEST

START_TEST(rules_are_added_and_off_removes_them)
{
    apr_array_header_t *rules = NULL;
    int i;

    ck_assert_ptr_null(parse(&rules, "Cookie A"));
    ck_assert_ptr_null(parse(&rules, "Wrap header:A")); /* another place */
    ck_assert_ptr_nonnull(strstr(parse(&rules, "Wrap header:a"), "is used by another WLMAffinity"));
    ck_assert_ptr_nonnull(strstr(parse(&rules, "Learn cookie:A"), "is used by another WLMAffinity"));
    ck_assert_int_eq(rules->nelts, 2);
    ck_assert_ptr_null(parse(&rules, "off"));
    ck_assert_int_eq(rules->nelts, 0);
    for (i = 0; i < WLM_BINDING_RULES_MAX; ++i) {
        ck_assert_ptr_null(parse(&rules, apr_psprintf(unit_pool, "Learn header:X%d", i)));
    }
    ck_assert_ptr_nonnull(strstr(parse(&rules, "Cookie A"), "no more"));
}
END_TEST

static const struct {
    const char *word, *name, *wrong;
} owners[] = {
    { "WLM-Owner", "WLM-Owner", NULL }, { "off", NULL, NULL }, { "a b", NULL, "is no name of a field" },
    { "Host", NULL, "is a field of HTTP" },
};

START_TEST(the_field_of_an_owner)
{
    const char *name = "", *wrong = wlm_binding_parse_owner(&name, owners[_i].word, unit_pool);

    if (owners[_i].wrong) {
        ck_assert_ptr_nonnull(wrong);
        ck_assert_ptr_nonnull(strstr(wrong, owners[_i].wrong));
        return;
    }
    ck_assert_ptr_null(wrong);
    ck_assert(owners[_i].name ? strcmp(name, owners[_i].name) == 0 : !name);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/binding_words");
    TCase *tc = unit_case(s, "words");

    tcase_add_loop_test(tc, words_make_a_rule_or_a_message, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, rules_are_added_and_off_removes_them);
    tcase_add_loop_test(tc, the_field_of_an_owner, 0, UNIT_COUNT(owners));
    return s;
}

UNIT_MAIN(suite)

/* XML in its parts: nothing is lost, and nothing is taken for a part that only looks like one. */
#include "unit.h"
#include "tools/wlmcfg/fmt/tokens.h"

static const char *kind_name(wlmcfg_fmt_kind_t kind)
{
    static const char *const names[] = {
        [WLMCFG_FMT_TEXT] = "text", [WLMCFG_FMT_CDATA] = "cdata", [WLMCFG_FMT_COMMENT] = "comment",
        [WLMCFG_FMT_INSTRUCTION] = "instruction", [WLMCFG_FMT_START] = "start", [WLMCFG_FMT_END] = "end",
        [WLMCFG_FMT_EMPTY] = "empty",
    };

    return names[kind];
}

static const struct {
    const char *text, *parts;      /* "kind:text|..." */
} cases[] = {
    { "", "" },
    { "<A/>", "empty:<A/>" },
    { "<A>b</A>", "start:<A>|text:b|end:</A>" },
    { "\n<A > \n</A >\n", "text:\n|start:<A >|text: \n|end:</A >|text:\n" },
    { "<?xml version='1.0'?><A/>", "instruction:<?xml version='1.0'?>|empty:<A/>" },
    { "<?p a > b ?><A/>", "instruction:<?p a > b ?>|empty:<A/>" },
    { "<!--a--><A/>", "comment:<!--a-->|empty:<A/>" },
    { "<!--<B>-></B>--><A/>", "comment:<!--<B>-></B>-->|empty:<A/>" },
    { "<!----><A/>", "comment:<!---->|empty:<A/>" },
    { "<A><![CDATA[<B>]]&gt;]]]></A>", "start:<A>|cdata:<![CDATA[<B>]]&gt;]]]>|end:</A>" },
    { "<A b='>' c=\"/>\"/>", "empty:<A b='>' c=\"/>\"/>" },
    { "<A b='\">' c=\"'>\">d</A>", "start:<A b='\">' c=\"'>\">|text:d|end:</A>" },
    { "<A b='x/'>d</A>", "start:<A b='x/'>|text:d|end:</A>" },
};

START_TEST(a_text_is_the_sum_of_its_parts)
{
    const char *at = cases[_i].text, *parts = "", *text = "";
    wlmcfg_fmt_token_t token;

    while (wlmcfg_fmt_next(&token, &at)) {
        const char *part = apr_pstrmemdup(unit_pool, token.at, token.len);
        parts = apr_pstrcat(unit_pool, parts, *parts ? "|" : "", kind_name(token.kind), ":", part, NULL);
        text = apr_pstrcat(unit_pool, text, part, NULL);
    }
    ck_assert_str_eq(parts, cases[_i].parts);
    ck_assert_str_eq(text, cases[_i].text);
}
END_TEST

static const struct {
    const char *tag, *name, *attributes; /* "name=value|..." */
} tags[] = {
    { "<A>", "A", "" },
    { "<A/>", "A", "" },
    { "<A\n\t/>", "A", "" },
    { "<A b='c'/>", "A", "b=c" },
    { "<a:A b = \"c\"\n d='e' >", "a:A", "b=c|d=e" },
    { "<A z='' b='\"' c=\"'\"/>", "A", "z=|b=\"|c='" },
    { "<A b='/>' c='&lt;=' d=' = '/>", "A", "b=/>|c=&lt;=|d= = " },
};

START_TEST(a_tag_is_taken_apart)
{
    const char *at = tags[_i].tag, *told = "";
    apr_array_header_t *attributes;
    wlmcfg_fmt_token_t token;
    int i;

    ck_assert(wlmcfg_fmt_next(&token, &at));
    ck_assert_str_eq(wlmcfg_fmt_open_tag(&token, &attributes, unit_pool), tags[_i].name);
    for (i = 0; i < attributes->nelts; ++i) {
        const wlmcfg_fmt_attribute_t *attribute = &APR_ARRAY_IDX(attributes, i, wlmcfg_fmt_attribute_t);
        told = apr_pstrcat(unit_pool, told, i ? "|" : "", attribute->name, "=", attribute->value, NULL);
    }
    ck_assert_str_eq(told, tags[_i].attributes);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/fmt/tokens");
    TCase *tc = unit_case(s, "tokens");

    tcase_add_loop_test(tc, a_text_is_the_sum_of_its_parts, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, a_tag_is_taken_apart, 0, UNIT_COUNT(tags));
    return s;
}

UNIT_MAIN(suite)

/* The rules that a source tries before a rule, found in tries: the same as by a comparison with each of them. */
#include <string.h>
#include <apr_strings.h>
#include "unit.h"
#include "route/rank.h"
#include "tools/wlmcfg/import/common/earlier.h"

/* -- comparison with each ------------------------------------------------------------------------------------ */

static int covers(const char *a, const char *b)
{
    if (*a == '*') {
        return covers(a + 1, b) || (*b && covers(a, b + 1));
    }
    return *a ? *a == *b && *b != '*' && covers(a + 1, b + 1) : !*b;
}

static int overlap(const char *a, const char *b)
{
    if (*a == '*') {
        return overlap(a + 1, b) || (*b && overlap(a, b + 1));
    }
    if (*b == '*') {
        return overlap(b, a);
    }
    return *a ? *a == *b && overlap(a + 1, b + 1) : !*b;
}

static wlm_route_rank_t rank(const import_rule_t *rule)
{
    wlm_route_rank_t made = { 0, !strchr(rule->pattern, '*'), rule->hosts ? 0 : 4, 0 };
    const char *c;

    for (c = rule->pattern; *c; ++c) {
        made.literal_len += *c != '*';
    }
    return made;
}

static int is_overtaken(const import_rule_t *earlier, const import_rule_t *rule)
{
    wlm_route_rank_t own = rank(rule), other = rank(earlier);
    wlm_route_reason_t reason;

    return (!earlier->hosts || !rule->hosts || earlier->hosts == rule->hosts) && earlier->cluster
           && earlier->cluster != rule->cluster && overlap(earlier->pattern, rule->pattern)
           && wlm_route_compare(&reason, &own, &other) >= 0;
}

/* -- random rules ---------------------------------------------------------------------------------------------- */

#define RULES 40
#define ROUNDS 500

static unsigned random_state = 11;

static unsigned below(unsigned n)
{
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 16) % n;
}

static plugin_cfg_virtual_host_group_t groups[2] = { { .name = "a" }, { .name = "b" } };
static import_cluster_t clusters[2];

static import_rule_t random_rule(void)
{
    unsigned of_hosts = below(4), of_clusters = below(5), len = below(6), i;
    import_rule_t rule = { .hosts = of_hosts < 2 ? &groups[of_hosts] : NULL,
                           .cluster = of_clusters < 4 ? &clusters[of_clusters % 2] : NULL };
    char *text = apr_pcalloc(unit_pool, len + 2);

    text[0] = below(4) ? '/' : '*';
    for (i = 1; i <= len; ++i) {
        text[i] = "ab/**"[below(5)];
    }
    rule.pattern = text;
    return rule;
}

static const char *text_of(const import_rule_t *rules, int n)
{
    apr_array_header_t *texts = apr_array_make(unit_pool, n, sizeof(const char *));
    int i;

    for (i = 0; i < n; ++i) {
        APR_ARRAY_PUSH(texts, const char *) = apr_pstrcat(unit_pool, rules[i].pattern, rules[i].hosts ? "" : "@", NULL);
    }
    return apr_array_pstrcat(unit_pool, texts, ' ');
}

/* The last one of n rules against those before it */
static void check_last(const import_earlier_t *earlier, const import_rule_t *rules, int n)
{
    const import_rule_t *rule = &rules[n], *cover = NULL;
    const apr_array_header_t *overtaken = wlmcfg_import_earlier_overtaken(earlier, rule, unit_pool);
    int i, k = 0, all = 0;

    for (i = 0; i < n; ++i) {
        if (!cover && (rules[i].hosts == rule->hosts || !rules[i].hosts) && covers(rules[i].pattern, rule->pattern)) {
            cover = &rules[i];
        }
        if (is_overtaken(&rules[i], rule)) {
            k += k < overtaken->nelts && APR_ARRAY_IDX(overtaken, k, const import_rule_t *) == &rules[i];
            ++all;
        }
    }
    ck_assert_int_eq(k, overtaken->nelts); /* these are the right ones, in their order */
    ck_assert_msg(k == (all < IMPORT_OVERTAKEN_MOST ? all : IMPORT_OVERTAKEN_MOST), "%d of %d that %s overtakes: %s", k,
                  all, rule->pattern, text_of(rules, n + 1));
    ck_assert_msg(wlmcfg_import_earlier_cover(earlier, rule) == cover, "another cover of %s: %s", rule->pattern,
                  text_of(rules, n + 1));
}

START_TEST(finds_what_a_comparison_with_each_finds)
{
    import_rule_t rules[RULES];
    int round, n;

    for (round = 0; round < ROUNDS; ++round) {
        import_earlier_t *earlier = wlmcfg_import_earlier_make(unit_pool);
        for (n = 0; n < RULES; ++n) {
            rules[n] = random_rule();
            check_last(earlier, rules, n);
            wlmcfg_import_earlier_add(earlier, &rules[n]);
        }
    }
}
END_TEST

/* Without what a search has seen already it would not end in the lifetime of the test */
START_TEST(many_stars_take_no_longer)
{
    import_earlier_t *earlier = wlmcfg_import_earlier_make(unit_pool);
    import_rule_t rule = { .pattern = "/", .cluster = &clusters[0] };
    import_rule_t other = { .pattern = "/", .cluster = &clusters[1] };
    int i;

    for (i = 0; i < 200; ++i) {
        rule.pattern = apr_pstrcat(unit_pool, rule.pattern, "*a", NULL);
        other.pattern = apr_pstrcat(unit_pool, other.pattern, "a*", NULL);
    }
    rule.pattern = apr_pstrcat(unit_pool, rule.pattern, "b", NULL);
    wlmcfg_import_earlier_add(earlier, &rule);
    ck_assert_ptr_null(wlmcfg_import_earlier_cover(earlier, &other));
    ck_assert_int_eq(wlmcfg_import_earlier_overtaken(earlier, &other, unit_pool)->nelts, 0);
    other.pattern = apr_pstrcat(unit_pool, other.pattern, "ab", NULL);
    ck_assert_ptr_eq(wlmcfg_import_earlier_cover(earlier, &other), &rule);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/import/earlier");
    TCase *tc = unit_case(s, "earlier");

    tcase_add_test(tc, finds_what_a_comparison_with_each_finds);
    tcase_add_test(tc, many_stars_take_no_longer);
    return s;
}

UNIT_MAIN(suite)

/* Clone ids of cookies and of the path: each is somewhere in the request, none twice, and together in one header or
 * apart they are the same. Input, a line each: the cookie's name, the name in the path, separators, the path, Cookie
 * headers. */
#include <string.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include "fuzz.h"
#include "route/affinity.h"
#include "http/chars.h"

#define MOST_HEADERS 4

static int is_token(const char *text)
{
    const char *c;

    for (c = text; *c && wlm_http_is_token(*c); ++c) {
    }
    return *text && !*c;
}

static int is_same(const wlm_affinity_t *a, const wlm_affinity_t *b)
{
    int i, same = a->source == b->source && a->nids == b->nids;

    for (i = 0; same && i < a->nids; ++i) {
        same = a->ids[i].len == b->ids[i].len && memcmp(a->ids[i].id, b->ids[i].id, a->ids[i].len) == 0;
    }
    return same;
}

static int is_inside(const char *id, size_t len, const char *const *texts, int n)
{
    int i;

    for (i = 0; i < n; ++i) {
        if (id >= texts[i] && id + len <= texts[i] + strlen(texts[i])) {
            return 1;
        }
    }
    return 0;
}

static void check_ids(const wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule, const char *const *cookies,
                      int n)
{
    int i, k;
    size_t at;

    FUZZ_ASSERT(affinity->nids >= 0 && affinity->nids <= WLM_AFFINITY_MAX_IDS);
    FUZZ_ASSERT(affinity->nids == 0 || affinity->source != WLM_AFFINITY_NO_SESSION);
    for (i = 0; i < affinity->nids; ++i) {
        const char *id = affinity->ids[i].id;
        size_t len = affinity->ids[i].len;

        FUZZ_ASSERT(len > 0 && (affinity->source == WLM_AFFINITY_URL || is_inside(id, len, cookies, n)));
        for (at = 0; at < len; ++at) {
            FUZZ_ASSERT(id[at] == '.' || !id[at] || !strchr(rule->separators, id[at]));
        }
        for (k = 0; k < i; ++k) {
            FUZZ_ASSERT(affinity->ids[k].len != len || memcmp(affinity->ids[k].id, id, len) != 0);
        }
    }
}

/* Where a session was found the name stands */
static void check_source(const wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule, const char *path,
                         const char *const *cookies, int n)
{
    int i, has_cookie = 0;

    for (i = 0; i < n; ++i) {
        has_cookie |= *rule->cookie_name && strstr(cookies[i], rule->cookie_name);
    }
    FUZZ_ASSERT(affinity->source != WLM_AFFINITY_COOKIE || has_cookie);
    FUZZ_ASSERT(affinity->source != WLM_AFFINITY_URL
                || (*rule->url_identifier && strstr(path, rule->url_identifier)));
}

/* httpd joins several Cookie headers by commas */
static void check_joined(const wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule, const char *path,
                         const char *const *cookies, int n, apr_pool_t *p)
{
    const char *all = n ? cookies[0] : "";
    wlm_affinity_t joined = { .source = WLM_AFFINITY_NO_SESSION };
    int i;

    for (i = 1; i < n; ++i) {
        all = apr_pstrcat(p, all, ", ", cookies[i], NULL);
    }
    wlm_affinity_read(&joined, rule, &all, 1, path, p);
    FUZZ_ASSERT(is_same(affinity, &joined));
}

/* The ids that were found, in a cookie as WebSphere makes it */
static void check_again(const wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule, apr_pool_t *p)
{
    const char *cookie = apr_pstrcat(p, "a=b; ", rule->cookie_name, "=0000id", NULL);
    wlm_affinity_t again = { .source = WLM_AFFINITY_NO_SESSION };
    int i;

    for (i = 0; i < affinity->nids; ++i) {
        const char *id = apr_pstrmemdup(p, affinity->ids[i].id, affinity->ids[i].len);
        if (strlen(id) != affinity->ids[i].len || strpbrk(id, ";,\" \t")) {
            return;
        }
        cookie = apr_pstrcat(p, cookie, ":", id, NULL);
    }
    wlm_affinity_read(&again, rule, &cookie, 1, NULL, p);
    FUZZ_ASSERT(again.source == WLM_AFFINITY_COOKIE && again.nids == affinity->nids);
    again.source = affinity->source;
    FUZZ_ASSERT(is_same(affinity, &again));
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    wlm_affinity_rule_t rule = { fuzz_line(&input, p), fuzz_line(&input, p), fuzz_line(&input, p) };
    const char *path = fuzz_line(&input, p), *cookies[MOST_HEADERS];
    wlm_affinity_t affinity = { .source = WLM_AFFINITY_NO_SESSION };
    int n = 0;

    while (input.size && n < MOST_HEADERS) {
        cookies[n++] = fuzz_line(&input, p);
    }
    wlm_affinity_read(&affinity, &rule, cookies, n, path, p);
    check_ids(&affinity, &rule, cookies, n);
    check_source(&affinity, &rule, path, cookies, n);
    if (is_token(rule.cookie_name)) {
        check_joined(&affinity, &rule, path, cookies, n, p);
        if (strchr(rule.separators, ':') && strspn(rule.separators, ":.!+") == strlen(rule.separators)) {
            check_again(&affinity, &rule, p);
        }
    }
}

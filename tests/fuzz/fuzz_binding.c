/* What WLMAffinity reads and writes: cookies are found and changed, and nothing else of a field; a value that is
 * wrapped unwraps to itself, and no other one unwraps; values of URLs lie in them. Input, a line each: the cookie's
 * name, the cookie's new value, a Set-Cookie field, a URL, a Cookie field. */
#include <string.h>
#include <apr_strings.h>
#include "fuzz.h"
#include "http/cookie.h"
#include "http/url_value.h"
#include "route/seal_list.h"

static const char *copy(const void *data, const char *value, apr_size_t len, apr_pool_t *p)
{
    (void)data;
    return apr_pstrmemdup(p, value, len);
}

static const char *replace(const void *data, const char *value, apr_size_t len, apr_pool_t *p)
{
    (void)value;
    (void)len;
    (void)p;
    return data;
}

static int is_inside(const wlm_http_cookie_t *cookie, const char *field)
{
    return field <= cookie->begin && cookie->begin < cookie->value && cookie->value <= cookie->value_end
           && cookie->value_end <= cookie->end && cookie->end <= field + strlen(field);
}

static void check_cookies(const char *field, const char *name, const char *value, apr_pool_t *p)
{
    wlm_http_cookie_t cookie = { .end = field };
    int n = 0;

    while (wlm_http_cookie_next(&cookie, cookie.end, field, name)) {
        FUZZ_ASSERT(is_inside(&cookie, field));
        ++n;
    }
    FUZZ_ASSERT(strcmp(wlm_http_cookie_rewrite(field, name, copy, NULL, p), field) == 0);
    FUZZ_ASSERT(strlen(wlm_http_cookie_rewrite(field, name, NULL, NULL, p)) <= strlen(field));
    FUZZ_ASSERT(strlen(wlm_http_cookie_rewrite(field, name, replace, value, p))
                <= strlen(field) + (size_t)n * strlen(value));
}

/* With one member, whose key and names do not matter */
static void check_seal(const char *value, apr_pool_t *p)
{
    static const char *const members[] = { "m" };
    apr_array_header_t *keys = apr_array_make(p, 1, sizeof(wlm_seal_key_t));
    const wlm_seals_t *seals;
    size_t len = strlen(value);
    wlm_seal_found_t found;
    const char *wrapped;

    memset(apr_array_push(keys), 1, sizeof(wlm_seal_key_t));
    seals = wlm_seals_make(keys, "c", members, 1, p);
    FUZZ_ASSERT(wlm_seals_unwrap(&found, seals, value, len) < 0);
    wrapped = wlm_seals_wrap(seals, 0, value, len, p);
    FUZZ_ASSERT(!len || wlm_seals_unwrap(&found, seals, wrapped, strlen(wrapped)) == (apr_ssize_t)len);
}

/* What is kept of a cookie that several clusters share is read again as it is */
static void check_list(const char *value, apr_pool_t *p)
{
    const char *at = value, *end = value + strlen(value), *list = "", *seal;
    size_t n = 0;

    while ((seal = wlm_seal_list_next(&at, end)) != NULL) {
        FUZZ_ASSERT(seal >= value && seal + WLM_SEAL_LEN <= end && (!at || (at > seal && at <= end)));
        list = wlm_seal_list_add(list, seal, p);
    }
    for (at = list; (seal = wlm_seal_list_next(&at, list + strlen(list))) != NULL;) {
        ++n;
    }
    FUZZ_ASSERT(n < WLM_SEAL_LIST_MAX && strlen(list) == (n ? n * (WLM_SEAL_LEN + 1) - 1 : 0));
}

static void check_url(const char *url, const char *name)
{
    const char *end = url + strlen(url), *path = wlm_url_path(url);
    wlm_url_value_t value;
    int i;

    for (i = 1; i < 5; ++i) {
        value = wlm_url_segment(path, i);
        FUZZ_ASSERT(value.at >= url && value.at + value.len <= end && !memchr(value.at, '/', value.len));
    }
    value = wlm_url_parameter(wlm_url_query(url), name);
    FUZZ_ASSERT(!value.len || (value.at > url && value.at + value.len <= end && !memchr(value.at, '&', value.len)));
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    const char *name = fuzz_line(&input, p), *value = fuzz_line(&input, p), *set = fuzz_line(&input, p);
    const char *url = fuzz_line(&input, p), *field = fuzz_rest(&input, p);
    wlm_http_cookie_t cookie;

    if (!*name || strpbrk(name, "=;, \t\"")) {
        return;
    }
    check_cookies(field, name, value, p);
    FUZZ_ASSERT(!wlm_http_cookie_of_response(&cookie, set, name) || is_inside(&cookie, set));
    check_seal(value, p);
    check_list(value, p);
    check_url(url, name);
}

/* Parses the clone ids in cookies and paths. Pure; runs on the threads that serve requests. */
#include <string.h>
#include "base/percent.h"
#include "http/cookie.h"
#include "route/affinity.h"

wlm_affinity_rule_t wlm_affinity_rule_of(const plugin_cfg_cluster_t *cluster, const plugin_cfg_uri_t *uri,
                                         const char *separators)
{
    return (wlm_affinity_rule_t){
        uri ? uri->affinity_cookie : "JSESSIONID",
        uri ? uri->affinity_url_identifier : "jsessionid",
        separators ? separators : cluster->clone_separator_change ? "+." : ":."
    };
}

static int is_known(const wlm_affinity_t *affinity, const char *id, apr_size_t len, int is_name)
{
    int i;

    for (i = 0; i < affinity->nids; ++i) {
        if (affinity->ids[i].len == len && affinity->ids[i].is_name == is_name
            && memcmp(affinity->ids[i].id, id, len) == 0) {
            return 1;
        }
    }
    return 0;
}

static void add(wlm_affinity_t *affinity, const char *id, apr_size_t len, int is_name)
{
    if (len > 0 && affinity->nids < WLM_AFFINITY_MAX_IDS && !is_known(affinity, id, len, is_name)) {
        affinity->ids[affinity->nids].id = id;
        affinity->ids[affinity->nids].is_name = is_name;
        affinity->ids[affinity->nids++].len = len;
    }
}

static void add_id(wlm_affinity_t *affinity, const char *id, apr_size_t len)
{
    add(affinity, id, len, 0);
}

void wlm_affinity_add_member(wlm_affinity_t *affinity, const char *name)
{
    add(affinity, name, strlen(name), 1);
}

/* The first separator other than '.', or end */
static const char *find_separator(const char *s, const char *end, const char *separators)
{
    const char *at;

    for (; *separators; ++separators) {
        at = *separators != '.' ? memchr(s, *separators, (apr_size_t)(end - s)) : NULL;
        end = at ? at : end;
    }
    return end;
}

/* A route of Tomcat may contain dots; WildFly's ranked routes are several, separated by dots. Only the members' clone
 * ids show which of the two it is, so the whole comes first, then its parts. */
static void read_route(wlm_affinity_t *affinity, const char *route, const char *end)
{
    const char *part = route, *next;

    add_id(affinity, route, (apr_size_t)(end - route));
    for (; part < end && affinity->nids < WLM_AFFINITY_MAX_IDS; part = next + 1) {
        next = memchr(part, '.', (apr_size_t)(end - part));
        next = next ? next : end;
        add_id(affinity, part, (apr_size_t)(next - part));
    }
}

/* The clone ids of one session id */
static void read_value(wlm_affinity_t *affinity, const char *value, const char *end, const char *separators)
{
    const char *at = find_separator(value, end, separators), *next;

    if (at < end) {
        for (; at < end && affinity->nids < WLM_AFFINITY_MAX_IDS; at = next) {
            next = find_separator(at + 1, end, separators);
            add_id(affinity, at + 1, (apr_size_t)(next - at - 1));
        }
    }
    else if (strchr(separators, '.') && (at = memchr(value, '.', (apr_size_t)(end - value))) != NULL) {
        read_route(affinity, at + 1, end);
    }
}

/* -- cookies -------------------------------------------------------------------- */

static void read_cookies(wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule, const char *header)
{
    wlm_http_cookie_t cookie = { .end = header };

    while (*rule->cookie_name && wlm_http_cookie_next(&cookie, cookie.end, header, rule->cookie_name)) {
        affinity->source = WLM_AFFINITY_COOKIE;
        read_value(affinity, cookie.value, cookie.value_end, rule->separators);
    }
}

/* -- the path --------------------------------------------------------------------- */

/* percent-decoded copy; a bad escape stays as it is. @return its end */
static const char *decode(const char **pvalue, const char *end, apr_pool_t *p)
{
    apr_size_t len = (apr_size_t)(end - *pvalue);
    char *to = apr_palloc(p, len + 1);

    end = to + wlm_percent_decode(to, len + 1, *pvalue, len);
    *pvalue = to;
    return end;
}

static void read_path(wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule, const char *path,
                      apr_pool_t *p)
{
    apr_size_t name_len = strlen(rule->url_identifier);
    const char *s = path;

    while (name_len > 0 && (s = strchr(s, ';')) != NULL) {
        ++s;
        if (strncmp(s, rule->url_identifier, name_len) == 0 && s[name_len] == '=') {
            const char *value = s + name_len + 1, *end = value + strcspn(value, ";/?#");

            affinity->source = WLM_AFFINITY_URL;
            if (memchr(value, '%', (apr_size_t)(end - value))) {
                end = decode(&value, end, p);
            }
            read_value(affinity, value, end, rule->separators);
        }
    }
}

void wlm_affinity_read(wlm_affinity_t *affinity, const wlm_affinity_rule_t *rule,
                       const char *const *cookies, int ncookies, const char *path, apr_pool_t *p)
{
    int i;

    affinity->source = WLM_AFFINITY_NO_SESSION;
    for (i = 0; i < ncookies && rule->cookie_name; ++i) {
        read_cookies(affinity, rule, cookies[i]);
    }
    if (affinity->source == WLM_AFFINITY_NO_SESSION && path && rule->url_identifier) {
        read_path(affinity, rule, path, p);
    }
}

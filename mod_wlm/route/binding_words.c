/* The words of WLMAffinity, WLMAffinityOwner and WLMAffinityKey. In the parent, while httpd reads its configuration,
 * and in the tools. */
#include "route/binding_words.h"
#include <string.h>
#include <apr_cstr.h>
#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/hash.h"
#include "base/values.h"
#include "http/chars.h"
#include "http/fields.h"

typedef struct words_t {
    char *const *at;
    int n;
    apr_pool_t *p;
    const wlm_binding_exprs_t *exprs;
} words_t;

static int is_token(const char *name)
{
    const char *c;

    for (c = name; wlm_http_is_token(*c); ++c) {
    }
    return c > name && !*c;
}

/* Fields that the module itself reads or sets, in which a wrapped value would say something else */
static int is_of_message(const char *name)
{
    return wlm_http_field_is_per_hop(name) || wlm_http_field_is_private(name) || wlm_http_field_is_of_content(name)
           || wlm_http_field_is(name, "Cookie") || wlm_http_field_is(name, "Set-Cookie")
           || wlm_http_field_is(name, "Host") || wlm_http_field_is(name, "Location");
}

/* -- the attributes of a cookie ------------------------------------------------------------------------- */

typedef struct attributes_t {
    const char *path, *domain;
    apr_interval_time_t max_age;   /* 0: until the client ends */
    int same_site, http_only, secure;
} attributes_t;

static const char *const same_sites[] = { "Off", "Lax", "Strict", "None", NULL };
static const char *const switches[] = { "off", "on", NULL };
static const char *const secures[] = { "off", "on", "auto", NULL }; /* in the order of wlm_binding_secure_t */

/* What would end the attribute, or the field */
static const char *check_text(const char *what, const char *value, apr_pool_t *p)
{
    const char *c;

    for (c = value; apr_isgraph(*c) && *c != ';' && *c != ','; ++c) {
    }
    return *c || c == value ? apr_psprintf(p, "the %s \"%s\" is empty, or has blanks, ';' or ','", what, value) : NULL;
}

static const char *parse_max_age(apr_interval_time_t *time, const char *value, apr_pool_t *p)
{
    const char *wrong = wlm_values_time(time, value, p);

    return wrong ? wrong : *time < apr_time_from_sec(1) ? "max-age is at least 1 s" : NULL;
}

static const char *parse_attribute(attributes_t *attributes, const char *key, const char *value, apr_pool_t *p)
{
    if (strcmp(key, "path") == 0) {
        attributes->path = value;
        return *value == '/' ? check_text("path", value, p) : "the path begins with /";
    }
    if (strcmp(key, "domain") == 0) {
        attributes->domain = value;
        return check_text("domain", value, p);
    }
    if (strcmp(key, "max-age") == 0) {
        return parse_max_age(&attributes->max_age, value, p);
    }
    return strcmp(key, "samesite") == 0 ? wlm_values_keyword(&attributes->same_site, value, same_sites, p)
         : strcmp(key, "httponly") == 0 ? wlm_values_keyword(&attributes->http_only, value, switches, p)
         : strcmp(key, "secure") == 0 ? wlm_values_keyword(&attributes->secure, value, secures, p)
         : apr_psprintf(p, "\"%s\" is no attribute of it", key);
}

static const char *attributes_text(const attributes_t *attributes, apr_pool_t *p)
{
    return apr_pstrcat(p, "; Path=", attributes->path,
                       attributes->domain ? "; Domain=" : "", attributes->domain ? attributes->domain : "",
                       attributes->max_age
                       ? apr_psprintf(p, "; Max-Age=%" APR_INT64_T_FMT, (apr_int64_t)apr_time_sec(attributes->max_age))
                       : "",
                       attributes->http_only ? "; HttpOnly" : "",
                       attributes->same_site ? "; SameSite=" : "",
                       attributes->same_site ? same_sites[attributes->same_site] : "", NULL);
}

/* Cookie NAME [key=value ...] */
static const char *parse_cookie(wlm_binding_rule_t *rule, const words_t *words)
{
    attributes_t attributes = { .path = "/", .same_site = 1, .http_only = 1, .secure = WLM_BINDING_SECURE_AUTO };
    const char *wrong = NULL, *key, *text;
    int i;

    rule->value.place = WLM_BINDING_IN_COOKIE;
    rule->value.name = words->n > 1 ? words->at[1] : "";
    if (!is_token(rule->value.name)) {
        return apr_psprintf(words->p, "\"%s\" is no name of a cookie", rule->value.name);
    }
    for (i = 2; i < words->n && !wrong; ++i) {
        key = wlm_values_pair(&text, words->at[i], words->p);
        wrong = key ? parse_attribute(&attributes, key, text, words->p) : wlm_values_no_pair(words->at[i], words->p);
    }
    rule->needs_secure = strcmp(same_sites[attributes.same_site], "None") == 0;
    if (!wrong && rule->needs_secure && attributes.secure == WLM_BINDING_SECURE_OFF) {
        wrong = "browsers refuse a cookie with samesite=None and secure=off; leave secure out";
    }
    rule->attributes = attributes_text(&attributes, words->p);
    rule->secure = (wlm_binding_secure_t)attributes.secure;
    return wrong;
}

/* -- where a value stands ------------------------------------------------------------------------------ */

/* header:NAME, cookie:NAME */
static const char *parse_value(wlm_binding_value_t *value, const char *word, apr_pool_t *p)
{
    value->place = strncmp(word, "cookie:", 7) == 0 ? WLM_BINDING_IN_COOKIE : WLM_BINDING_IN_HEADER;
    value->name = strncmp(word, "header:", 7) == 0 || strncmp(word, "cookie:", 7) == 0 ? word + 7 : "";
    return is_token(value->name) ? NULL
           : apr_psprintf(p, "\"%s\" is neither header:NAME nor cookie:NAME", word);
}

/* expr:EXPRESSION */
static const char *parse_expression(wlm_binding_value_t *value, const char *text, const wlm_binding_exprs_t *exprs)
{
    const char *wrong = NULL;

    value->place = WLM_BINDING_BY_EXPRESSION;
    value->name = text;
    if (!strchr(text, '(')) {
        return "an expression has a regular expression whose first group, in parentheses, matches the value";
    }
    value->expr = exprs ? exprs->make(exprs->data, text, &wrong) : NULL;
    return wrong;
}

/* ... or query:NAME, path:NUMBER, expr:EXPRESSION */
static const char *parse_learned_value(wlm_binding_value_t *value, const char *word, const words_t *words)
{
    apr_pool_t *p = words->p;

    if (strncmp(word, "expr:", 5) == 0) {
        return parse_expression(value, word + 5, words->exprs);
    }
    if (strncmp(word, "path:", 5) == 0) {
        value->place = WLM_BINDING_IN_PATH;
        value->name = word + 5;
        return wlm_values_whole(&value->segment, value->name, 1, 100, p);
    }
    if (strncmp(word, "query:", 6) == 0 && is_token(word + 6)) {
        value->place = WLM_BINDING_IN_QUERY;
        value->name = word + 6;
        return NULL;
    }
    if (strcasecmp(word, "header:Location") == 0) {
        return "of Location a part is learned, by query:NAME, path:NUMBER or expr:EXPRESSION";
    }
    return parse_value(value, word, p)
           ? apr_psprintf(p, "\"%s\" is none of header:NAME, cookie:NAME, query:NAME, path:NUMBER and "
                          "expr:EXPRESSION", word) : NULL;
}

/* Learn RESPONSE [REQUEST] */
static const char *parse_learn(wlm_binding_rule_t *rule, const words_t *words)
{
    const char *wrong = words->n == 2 || words->n == 3 ? parse_learned_value(&rule->value, words->at[1], words)
                                                       : "Learn takes one or two places";

    rule->kind = WLM_BINDING_BY_LEARN;
    rule->asked = rule->value;
    if (!wrong && words->n == 3) {
        wrong = parse_learned_value(&rule->asked, words->at[2], words);
    }
    if (!wrong) {
        rule->scope = wlm_hash_key(words->at[1]);
    }
    return wrong;
}

/* Wrap header:NAME|cookie:NAME */
static const char *parse_wrap(wlm_binding_rule_t *rule, const words_t *words)
{
    const char *wrong = words->n == 2 ? parse_value(&rule->value, words->at[1], words->p)
                                      : "Wrap takes header:NAME or cookie:NAME";

    rule->kind = WLM_BINDING_BY_WRAP;
    return !wrong && rule->value.place == WLM_BINDING_IN_HEADER && is_of_message(rule->value.name)
           ? apr_psprintf(words->p, "%s is a field of HTTP or of this module, so its values cannot be wrapped",
                          rule->value.name) : wrong;
}

/* -- the rules --------------------------------------------------------------------------------------------- */

static int is_same(const wlm_binding_rule_t *a, const wlm_binding_rule_t *b)
{
    return a->value.place == b->value.place
           && (a->value.place == WLM_BINDING_IN_HEADER ? strcasecmp(a->value.name, b->value.name)
                                                        : strcmp(a->value.name, b->value.name)) == 0;
}

static const char *add(apr_array_header_t *rules, const wlm_binding_rule_t *rule, apr_pool_t *p)
{
    int i;

    for (i = 0; i < rules->nelts; ++i) {
        if (is_same(&APR_ARRAY_IDX(rules, i, wlm_binding_rule_t), rule)) {
            return apr_psprintf(p, "%s is used by another WLMAffinity", rule->value.name);
        }
    }
    if (rules->nelts == WLM_BINDING_RULES_MAX) {
        return apr_psprintf(p, "there are %d already, and a cluster has no more", WLM_BINDING_RULES_MAX);
    }
    APR_ARRAY_PUSH(rules, wlm_binding_rule_t) = *rule;
    return NULL;
}

/* As a line of the configuration has them */
static const char *text_of(const words_t *words)
{
    const char *text = words->at[0];
    int i;

    for (i = 1; i < words->n; ++i) {
        const char *quote = strpbrk(words->at[i], " \t") ? "\"" : "";

        text = apr_pstrcat(words->p, text, " ", quote, words->at[i], quote, NULL);
    }
    return text;
}

static const char *parse(wlm_binding_rule_t *rule, const words_t *words)
{
    rule->text = text_of(words);
    return apr_cstr_casecmp(words->at[0], "Cookie") == 0 ? parse_cookie(rule, words)
         : apr_cstr_casecmp(words->at[0], "Wrap") == 0 ? parse_wrap(rule, words)
         : apr_cstr_casecmp(words->at[0], "Learn") == 0 ? parse_learn(rule, words)
         : apr_psprintf(words->p, "\"%s\" is none of these", words->at[0]);
}

const char *wlm_binding_parse(apr_array_header_t **prules, char *const *words, int n, const wlm_binding_exprs_t *exprs,
                              apr_pool_t *p)
{
    const words_t all = { words, n, p, exprs };
    wlm_binding_rule_t rule = { .kind = WLM_BINDING_BY_COOKIE };
    int is_off = n == 1 && apr_cstr_casecmp(words[0], "Off") == 0;
    const char *wrong;

    if (!*prules || is_off) {
        *prules = apr_array_make(p, 2, sizeof(wlm_binding_rule_t));
    }
    if (is_off) {
        return NULL;
    }
    wrong = parse(&rule, &all);
    return wrong ? wrong : add(*prules, &rule, p);
}

/* -- who has a session, as members say --------------------------------------------------------------------- */

const char *wlm_binding_parse_owner(const char **pname, const char *word, apr_pool_t *p)
{
    *pname = apr_cstr_casecmp(word, "Off") == 0 ? NULL : word;
    return !is_token(word) ? apr_psprintf(p, "\"%s\" is no name of a field", word)
         : is_of_message(word) ? apr_psprintf(p, "%s is a field of HTTP or of this module", word) : NULL;
}

/* -- keys ------------------------------------------------------------------------------------------------- */

const char *wlm_binding_read_key(wlm_seal_key_t *key, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_size_t n = 0;
    char why[120];
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY | APR_FOPEN_NONBLOCK,
                                    APR_OS_DEFAULT, p);

    if (rv == APR_SUCCESS) {
        rv = apr_file_read_full(file, key->bytes, sizeof(key->bytes), &n);
        apr_file_close(file);
        if (APR_STATUS_IS_EOF(rv)) {
            return apr_psprintf(p, "%s has %d bytes; make it by \"openssl rand -out %s 32\"", path, (int)n, path);
        }
    }
    return rv == APR_SUCCESS ? NULL
           : apr_psprintf(p, "%s cannot be read: %s", path, apr_strerror(rv, why, sizeof(why)));
}

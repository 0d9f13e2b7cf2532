/* `wlmcfg import mod_proxy_balancer`: regular expressions that match the same as a pattern with *.
 * On main()'s thread. */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/httpd/regex.h"

typedef struct conversion_t {
    char *out;                     /* where the pattern is written */
    char *begin;
    char *open[HTTPD_GROUPS];      /* where the open groups begin */
    int number[HTTPD_GROUPS];      /* ... and which they are */
    int depth, count;
    const char **groups;
    apr_pool_t *p;
} conversion_t;

static int open_group(conversion_t *c, const char **at)
{
    if (c->count + 1 >= HTTPD_GROUPS) {
        return 0;
    }
    c->number[c->depth] = 0;
    if (strncmp(*at, "?:", 2) == 0) {
        *at += 2;
    }
    else if (**at == '?') {
        return 0;
    }
    else {
        c->number[c->depth] = ++c->count;
    }
    c->open[c->depth++] = c->out;
    return c->depth < HTTPD_GROUPS;
}

/* "(/.*)?" at the end is in mod_wlm's patterns anyway: those that end in a slash and * match without both, too */
static int close_group(conversion_t *c, const char **at)
{
    const char *text;

    if (c->depth == 0) {
        return 0;
    }
    --c->depth;
    text = apr_pstrmemdup(c->p, c->open[c->depth], (apr_size_t)(c->out - c->open[c->depth]));
    if (c->number[c->depth]) {
        c->groups[c->number[c->depth]] = text;
    }
    if (**at == '?' && strcmp(text, "/*") == 0 && (strcmp(*at + 1, "$") == 0 || !(*at)[1])) {
        ++*at;
    }
    return !strchr("?*+{", **at) || !**at;
}

static int literal(conversion_t *c, const char **at, char letter)
{
    *c->out++ = letter;
    return letter != '*' && (!**at || !strchr("?*+{", **at));
}

/* One piece. @return 0 when no pattern matches the same */
static int convert(conversion_t *c, const char **at)
{
    char letter = *(*at)++;

    switch (letter) {
    case '(':
        return open_group(c, at);
    case ')':
        return close_group(c, at);
    case '.':
        if (**at != '*') {
            return 0;
        }
        ++*at;
        if (c->out == c->begin || c->out[-1] != '*') {
            *c->out++ = '*';
        }
        return !**at || !strchr("?*+{", **at);
    case '\\':
        letter = **at;
        if (!letter || isalnum((unsigned char)letter)) {
            return 0;
        }
        ++*at;
        return literal(c, at, letter);
    case '[': case ']': case '{': case '}': case '|': case '?': case '*': case '+': case '^': case '$':
        return 0;
    default:
        return literal(c, at, letter);
    }
}

const char *wlmcfg_httpd_pattern(const char *regex, const char *groups[HTTPD_GROUPS], apr_pool_t *p)
{
    conversion_t c = { .groups = groups, .p = p };
    const char *at = regex;

    memset(groups, 0, HTTPD_GROUPS * sizeof(*groups));
    c.begin = c.out = apr_palloc(p, strlen(regex) + 3);
    if (*at == '^') {
        ++at;
    }
    else {
        *c.out++ = '*';
    }
    while (*at && strcmp(at, "$") != 0) {
        if (!convert(&c, &at)) {
            return NULL;
        }
    }
    if (!*at && (c.out == c.begin || c.out[-1] != '*')) {
        *c.out++ = '*';
    }
    *c.out = '\0';
    groups[0] = c.begin;
    return c.depth == 0 && *c.begin ? c.begin : NULL;
}

/* What is wrong with attributes of a text that is no XML: quotation marks, ampersands, missing values. On the thread
 * that reads the file. */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "plugin-cfg/scan.h"

/* -- references ---------------------------------------------------------------------------- */

static void check_reference(plugin_cfg_scan_t *s, const char *at, int line)
{
    static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;" };
    apr_size_t i, len = 1;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); ++i) {
        if (strncmp(at, known[i], strlen(known[i])) == 0) {
            return;
        }
    }
    if (at[1] == '#') {
        return; /* libxml2 reports wrong ones */
    }
    while (isalnum((unsigned char)at[len]) || (at[len] && strchr("._-", at[len]))) {
        ++len;
    }
    if (len > 1 && at[len] == ';') {
        plugin_cfg_scan_fail(s, line, "the entity %s is not known, for XML has only &amp; &lt; &gt; &quot; and "
                             "&apos;; write the character itself", apr_pstrmemdup(s->p, at, len + 1));
        return;
    }
    plugin_cfg_scan_fail(s, line, "a bare & stands in \"%s\"; write &amp; for it", plugin_cfg_scan_excerpt(s, at,
                         "<>\"'\r\n"));
}

void plugin_cfg_scan_check_references(plugin_cfg_scan_t *s, const char *from, const char *to, int line)
{
    for (; from < to; ++from) {
        line += *from == '\n';
        if (*from == '&') {
            check_reference(s, from, line);
        }
    }
}

/* -- attributes ---------------------------------------------------------------------------- */

static int is_typographic(unsigned code)
{
    return (code >= 0x2018 && code <= 0x201f) || code == 0x2032 || code == 0x2033 || code == 0xab || code == 0xbb
           || code == 0xb4 || code == '`' || (code >= 0x91 && code <= 0x94); /* the last: bytes of windows-1252 */
}

/* The value, without quotation marks of any kind around it */
static const char *bare_value(const plugin_cfg_scan_t *s, int *is_quoted)
{
    const char *from = s->at, *to;
    unsigned code;
    int len = wlm_utf8_decode(&code, from);

    *is_quoted = is_typographic(code);
    from += *is_quoted ? (len ? len : 1) : 0;
    for (to = from; to < s->end && !plugin_cfg_scan_is_blank(*to) && !strchr("<>\"'", *to)
                    && strncmp(to, "/>", 2) != 0; to += len) {
        len = wlm_utf8_decode(&code, to);
        if (is_typographic(code)) {
            break;
        }
        len = len ? len : 1;
    }
    return apr_pstrmemdup(s->p, from, (apr_size_t)(to - from));
}

static void report_unquoted(plugin_cfg_scan_t *s, const char *name)
{
    int is_quoted;
    const char *value = bare_value(s, &is_quoted);

    plugin_cfg_scan_fail(s, s->line, "the value of attribute %s %s; write %s=\"%s\"", name, is_quoted ? "stands "
                         "between typographic quotation marks, which mean nothing to XML" : "has no quotation "
                         "marks", name, value);
}

/* "s1>" and a line break, "<Transport Hostname=": what stands before the next quotation mark is not a value */
static int is_left_open(const char *from, const char *close)
{
    while (close > from && plugin_cfg_scan_is_blank(close[-1])) {
        --close;
    }
    return close > from && close[-1] == '=';
}

/* @return 0: a problem has been found */
static int scan_value(plugin_cfg_scan_t *s, const char *name)
{
    const char *from = s->at + 1, quote[] = { *s->at, '\0' }, *close, *less;
    int line = s->line;

    close = strchr(from, *quote);
    close = close && close < s->end ? close : NULL;
    less = memchr(from, '<', (apr_size_t)((close ? close : s->end) - from));
    if (!close && !less) {
        plugin_cfg_scan_fail_at_end(s, line, apr_psprintf(s->p, "the value of attribute %s has no quotation mark at "
                                    "its end", name));
    }
    else if (!close || is_left_open(from, close)) {
        plugin_cfg_scan_fail(s, line, "the value of attribute %s, \"%s\", has no quotation mark at its end; write "
                             "one", name, plugin_cfg_scan_excerpt(s, from, "<>/= \t\r\n"));
    }
    else if (less) {
        plugin_cfg_scan_fail(s, line, "the value of attribute %s has a < in it; write &lt; for it, or close the "
                             "quotation marks before it", name);
    }
    else {
        plugin_cfg_scan_check_references(s, from, close, line);
        plugin_cfg_scan_go_to(s, close + 1);
    }
    return !s->problem;
}

int plugin_cfg_scan_attribute(plugin_cfg_scan_t *s)
{
    const char *before = s->at, *name = plugin_cfg_scan_name(s);

    if (!*name) {
        plugin_cfg_scan_fail(s, s->line, "\"%s\" stands where an attribute must: name=\"value\"; correct or remove "
                             "it", plugin_cfg_scan_excerpt(s, before, "\r\n"));
        return 0;
    }
    plugin_cfg_scan_skip_blanks(s);
    if (s->at < s->end && *s->at != '=') {
        plugin_cfg_scan_fail(s, s->line, "attribute %s has no value; write %s=\"...\", or remove it", name, name);
        return 0;
    }
    plugin_cfg_scan_go_to(s, s->at + (s->at < s->end));
    plugin_cfg_scan_skip_blanks(s);
    if (s->at == s->end) {
        return 1;
    }
    if (*s->at != '"' && *s->at != '\'') {
        report_unquoted(s, name);
        return 0;
    }
    if (!scan_value(s, name)) {
        return 0;
    }
    if (s->at < s->end && !plugin_cfg_scan_is_blank(*s->at) && !strchr("/>", *s->at)) {
        plugin_cfg_scan_fail(s, s->line, "there is no blank between the value of attribute %s and \"%s\"; write "
                             "one", name, plugin_cfg_scan_excerpt(s, s->at, " \t\r\n>"));
    }
    return !s->problem;
}

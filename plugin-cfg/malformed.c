/* Why a text is no XML, in words that tell what to do. On the thread that reads the file.
 *
 * libxml2 says that a text is not well-formed, and where it noticed: of a quotation mark that is not closed that is
 * some lines further on, and its words are those of the XML grammar. So the text is gone through once more, by bytes,
 * for what people and their editors do: quotation marks, ampersands, comments, tags that do not fit, two files in one.
 * Where that finds nothing libxml2's own words remain.
 *
 * Bytes will do for every encoding that has ASCII's characters where ASCII has them.
 */
#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "base/utf8.h"
#include "plugin-cfg/private.h"

typedef struct tag_t {
    const char *name;
    int line;
} tag_t;

typedef struct scan_t {
    const char *at, *end, *start;
    int line;                      /* of at */
    int has_nul;                   /* the text ends at a NUL byte, behind which there is more */
    tag_t open[PLUGIN_CFG_MAX_DEPTH]; /* outermost first */
    int depth;
    const char *root;              /* the first element's name */
    const char *problem;           /* the first one found; NULL: none so far */
    int problem_line;
    apr_pool_t *p;
} scan_t;

/* -- reading ------------------------------------------------------------------------------ */

static void __attribute__((format(printf, 3, 4))) fail(scan_t *s, int line, const char *format, ...)
{
    va_list args;

    if (!s->problem) {
        va_start(args, format);
        s->problem = apr_pvsprintf(s->p, format, args);
        va_end(args);
        s->problem_line = line;
    }
}

/* The text has ended too early */
static void report_end(scan_t *s, int line, const char *what)
{
    if (s->has_nul) {
        fail(s, s->line, "there is a NUL byte; the file is damaged, or no text: write it anew with its generator");
    }
    fail(s, line, "%s; complete it, or write the file anew with its generator if it was cut off", what);
}

static void go_to(scan_t *s, const char *at)
{
    for (; s->at < at; ++s->at) {
        s->line += *s->at == '\n';
    }
}

static int is_at(const scan_t *s, const char *text)
{
    return (apr_size_t)(s->end - s->at) >= strlen(text) && strncmp(s->at, text, strlen(text)) == 0;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(scan_t *s)
{
    while (s->at < s->end && is_blank(*s->at)) {
        go_to(s, s->at + 1);
    }
}

static const char *find(const scan_t *s, const char *text)
{
    const char *found = strstr(s->at, text); /* a NUL stands at the end */

    return found && found < s->end ? found : NULL;
}

#define EXCERPT_MAX 40

/* What stands there, up to one of the stops, and not too much of it */
static const char *excerpt(const scan_t *s, const char *from, const char *stops)
{
    apr_size_t len = strcspn(from, stops);

    return len > EXCERPT_MAX
           ? apr_pstrcat(s->p, apr_pstrmemdup(s->p, from, wlm_utf8_fitting(from, EXCERPT_MAX)), "...", NULL)
           : apr_pstrmemdup(s->p, from, len);
}

/* Names of elements and attributes, and all else in which a blank is not to be expected */
static const char *parse_name(scan_t *s)
{
    apr_size_t len = strcspn(s->at, " \t\r\n=<>/\"'?");
    const char *name = apr_pstrmemdup(s->p, s->at, len);

    go_to(s, s->at + len);
    return name;
}

/* -- references ---------------------------------------------------------------------------- */

static void check_reference(scan_t *s, const char *at, int line)
{
    static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;" };
    apr_size_t i, len = 1;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); ++i) {
        if (strncmp(at, known[i], strlen(known[i])) == 0) {
            return;
        }
    }
    if (at[1] == '#') {
        return; /* libxml2 tells of wrong ones */
    }
    while (isalnum((unsigned char)at[len]) || (at[len] && strchr("._-", at[len]))) {
        ++len;
    }
    if (len > 1 && at[len] == ';') {
        fail(s, line, "the entity %s is not known, for XML has only &amp; &lt; &gt; &quot; and &apos;; write the "
             "character itself", apr_pstrmemdup(s->p, at, len + 1));
        return;
    }
    fail(s, line, "a bare & stands in \"%s\"; write &amp; for it", excerpt(s, at, "<>\"'\r\n"));
}

static void check_references(scan_t *s, const char *from, const char *to, int line)
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
static const char *bare_value(const scan_t *s, int *is_quoted)
{
    const char *from = s->at, *to;
    unsigned code;
    int len = wlm_utf8_decode(&code, from);

    *is_quoted = is_typographic(code);
    from += *is_quoted ? (len ? len : 1) : 0;
    for (to = from; to < s->end && !is_blank(*to) && !strchr("<>\"'", *to) && strncmp(to, "/>", 2) != 0; to += len) {
        len = wlm_utf8_decode(&code, to);
        if (is_typographic(code)) {
            break;
        }
        len = len ? len : 1;
    }
    return apr_pstrmemdup(s->p, from, (apr_size_t)(to - from));
}

static void report_unquoted(scan_t *s, const char *name)
{
    int is_quoted;
    const char *value = bare_value(s, &is_quoted);

    fail(s, s->line, "the value of attribute %s %s; write %s=\"%s\"", name,
         is_quoted ? "stands between typographic quotation marks, which mean nothing to XML" : "has no quotation marks",
         name, value);
}

/* "s1>" and a line break, "<Transport Hostname=": what stands before the next quotation mark is not a value */
static int is_left_open(const char *from, const char *close)
{
    while (close > from && is_blank(close[-1])) {
        --close;
    }
    return close > from && close[-1] == '=';
}

/* @return 0: a problem has been found */
static int scan_value(scan_t *s, const char *name)
{
    const char *from = s->at + 1, quote[] = { *s->at, '\0' }, *close, *less;
    int line = s->line;

    close = strchr(from, *quote);
    close = close && close < s->end ? close : NULL;
    less = memchr(from, '<', (apr_size_t)((close ? close : s->end) - from));
    if (!close && !less) {
        report_end(s, line, apr_psprintf(s->p, "the value of attribute %s has no quotation mark at its end", name));
    }
    else if (!close || is_left_open(from, close)) {
        fail(s, line, "the value of attribute %s, \"%s\", has no quotation mark at its end; write one", name,
             excerpt(s, from, "<>/= \t\r\n"));
    }
    else if (less) {
        fail(s, line, "the value of attribute %s has a < in it; write &lt; for it, or close the quotation "
             "marks before it", name);
    }
    else {
        check_references(s, from, close, line);
        go_to(s, close + 1);
    }
    return !s->problem;
}

/* @return 0: a problem has been found */
static int scan_attribute(scan_t *s)
{
    const char *before = s->at, *name = parse_name(s);

    if (!*name) {
        fail(s, s->line, "\"%s\" stands where an attribute must: name=\"value\"; correct or remove it",
             excerpt(s, before, "\r\n"));
        return 0;
    }
    skip_blanks(s);
    if (s->at < s->end && *s->at != '=') {
        fail(s, s->line, "attribute %s has no value; write %s=\"...\", or remove it", name, name);
        return 0;
    }
    go_to(s, s->at + (s->at < s->end));
    skip_blanks(s);
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
    if (s->at < s->end && !is_blank(*s->at) && !strchr("/>", *s->at)) {
        fail(s, s->line, "there is no blank between the value of attribute %s and \"%s\"; write one", name,
             excerpt(s, s->at, " \t\r\n>"));
    }
    return !s->problem;
}

/* -- tags ------------------------------------------------------------------------------------ */

static void report_second_root(scan_t *s, const char *name)
{
    if (strcmp(name, s->root) == 0) {
        fail(s, s->line, "a second %s begins behind the end of the first one, but a file has one; make one file of two "
             "by wlmcfg merge, or remove one", name);
        return;
    }
    fail(s, s->line, "element %s stands behind the end of %s; move it into %s, or remove it", name, s->root, s->root);
}

static void open_element(scan_t *s, const char *name, int line)
{
    if (s->depth < PLUGIN_CFG_MAX_DEPTH) {
        s->open[s->depth] = (tag_t){ name, line };
    }
    ++s->depth;
}

/* Behind a < */
static void report_no_name(scan_t *s, int line)
{
    if (is_at(s, "<<<<<<")) {
        fail(s, line, "<<<<<<< is the mark of a merge with a conflict (by git, for example), and the file has "
             "two versions from there on; keep one, and remove the marks");
        return;
    }
    fail(s, line, "a < is followed by no name; %swrite &lt; if the character itself is meant",
         s->at < s->end && is_blank(*s->at) ? "remove the blank behind it, or " : "");
}

static void scan_start_tag(scan_t *s)
{
    int line = s->line;
    const char *name;

    go_to(s, s->at + 1);
    name = parse_name(s);
    if (!*name) {
        report_no_name(s, line);
        return;
    }
    if (s->root && !s->depth) {
        report_second_root(s, name);
        return;
    }
    s->root = s->root ? s->root : name;
    for (skip_blanks(s); s->at < s->end && !strchr("<>", *s->at) && !is_at(s, "/>"); skip_blanks(s)) {
        if (!scan_attribute(s)) {
            return;
        }
    }
    if (s->at == s->end) {
        report_end(s, line, apr_psprintf(s->p, "the tag <%s has no > at its end", name));
    }
    else if (*s->at == '<') {
        fail(s, line, "the tag <%s has no > at its end; write it before the next <", name);
    }
    else if (*s->at == '>') {
        open_element(s, name, line);
    }
    go_to(s, s->at + (s->at == s->end ? 0 : *s->at == '/' ? 2 : 1));
}

/* @return NULL: none is open, or one that is too deep to be remembered */
static const tag_t *innermost(const scan_t *s)
{
    return s->depth > 0 && s->depth <= PLUGIN_CFG_MAX_DEPTH ? &s->open[s->depth - 1] : NULL;
}

static int is_open(const scan_t *s, const char *name)
{
    int i;

    for (i = 0; i < s->depth && i < PLUGIN_CFG_MAX_DEPTH; ++i) {
        if (strcmp(s->open[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void scan_end_tag(scan_t *s)
{
    const tag_t *inner = innermost(s);
    const char *name, *close;

    go_to(s, s->at + 2);
    name = parse_name(s);
    if (!s->depth) {
        fail(s, s->line, "</%s> ends nothing; remove it", name);
        return;
    }
    close = find(s, ">");
    if (close && inner && strcmp(inner->name, name) != 0) {
        fail(s, s->line, is_open(s, name) ? "</%s> stands here, but %s of line %d is not closed; write </%s> before it"
                                          : "</%s> ends nothing that is open: the element is %s of line "
                                          "%d; write </%s>",
             name, inner->name, inner->line, inner->name);
    }
    if (!close) {
        report_end(s, s->line, apr_psprintf(s->p, "the tag </%s has no > at its end", name));
        return;
    }
    --s->depth;
    go_to(s, close + 1);
}

/* -- what is no element ------------------------------------------------------------------------ */

static void scan_comment(scan_t *s)
{
    int line = s->line;
    const char *close;

    go_to(s, s->at + 4);
    if (!find(s, "-->")) {
        report_end(s, line, "the comment that begins here has no --> at its end");
        return;
    }
    close = find(s, "--");
    go_to(s, close);
    if (close[2] != '>') {
        fail(s, s->line, "the comment of line %d has -- in it%s, which XML does not allow; remove it", line,
             close > s->start + 1 && strncmp(close - 2, "<!--", 4) == 0 ? ", for another comment begins there" : "");
    }
    go_to(s, close + 3);
}

/* @param what  it is called  @param stop  what must stand at its end */
static void scan_until(scan_t *s, const char *what, const char *stop)
{
    const char *close = find(s, stop);

    if (!close) {
        report_end(s, s->line, apr_psprintf(s->p, "the %s that begins here has no %s at its end", what, stop));
        return;
    }
    go_to(s, close + strlen(stop));
}

static void scan_instruction(scan_t *s)
{
    const char *name = s->at + 2;

    if (is_blank(*name)) {
        fail(s, s->line, "there is a blank between <? and what follows; write %s",
             strncmp(name + strspn(name, " \t\r\n"), "xml", 3) == 0 ? "<?xml" : "none");
    }
    else if (strncmp(name, "xml", 3) == 0 && is_blank(name[3]) && s->at > s->start) {
        fail(s, s->line, "the XML declaration stands behind something else, but must be the first of the file; move it "
             "to the beginning, or remove it");
    }
    if (!s->problem) {
        scan_until(s, "instruction", "?>");
    }
}

/* @return 0: the rest is not for us */
static int scan_markup(scan_t *s)
{
    if (is_at(s, "<!--")) {
        scan_comment(s);
    }
    else if (is_at(s, "<![CDATA[")) {
        scan_until(s, "CDATA section", "]]>");
    }
    else if (is_at(s, "<!DOCTYPE")) {
        return 0;
    }
    else if (is_at(s, "<!")) {
        fail(s, s->line, "\"%s\" is nothing that XML knows; a comment is <!-- ... -->", excerpt(s, s->at, ">\r\n"));
    }
    else if (is_at(s, "<?")) {
        scan_instruction(s);
    }
    else if (is_at(s, "</")) {
        scan_end_tag(s);
    }
    else {
        scan_start_tag(s);
    }
    return 1;
}

static void scan_text(scan_t *s)
{
    const char *from = s->at, *to = find(s, "<");

    to = to ? to : s->end;
    if (s->depth) {
        check_references(s, from, to, s->line);
    }
    else {
        skip_blanks(s);
        if (s->at < to) {
            fail(s, s->line, s->root ? "the text \"%s\" stands behind the end of %s; remove it, or make a comment of it"
                                     : "the file begins with the text \"%s\", not with an element; is it "
                                     "the right file?",
                 excerpt(s, s->at, "<\r\n"), s->root);
        }
    }
    go_to(s, to);
}

static void scan(scan_t *s)
{
    const tag_t *inner;

    while (s->at < s->end && !s->problem) {
        if (*s->at != '<') {
            scan_text(s);
        }
        else if (!scan_markup(s)) {
            return;
        }
    }
    inner = innermost(s);
    if (inner) {
        report_end(s, s->line, apr_psprintf(s->p, "the file ends where %s of line %d is still open: there is no </%s>",
                                          inner->name, inner->line, inner->name));
    }
    else if (!s->root) {
        report_end(s, s->line, "the file has no element");
    }
}

/* -- for plugin-cfg/parse.c ---------------------------------------------------------------------- */

#define BOM "\xef\xbb\xbf"

static scan_t begin(const char *data, apr_size_t len, int line, apr_pool_t *p)
{
    apr_size_t bom = len >= 3 && memcmp(data, BOM, 3) == 0 ? 3 : 0, whole = strnlen(data, len);

    return (scan_t){ .start = data + bom, .at = data + bom, .end = data + whole, .line = line, .has_nul = whole < len,
                     .p = p };
}

const char *plugin_cfg_why_malformed(int *pline, const char *data, apr_size_t len, int first_line, apr_pool_t *p)
{
    scan_t s = begin(data, len, first_line, p);

    if (len < 2 || !data[0] || !data[1] || memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0) {
        return NULL; /* UTF-16, or nothing that has lines */
    }
    scan(&s);
    *pline = s.problem_line;
    return s.problem;
}

int plugin_cfg_html_line(const char *data, apr_size_t len, int first_line)
{
    scan_t s = begin(data, len, first_line, NULL);
    const char *close;

    for (;;) {
        skip_blanks(&s);
        close = is_at(&s, "<!--") ? find(&s, "-->") : is_at(&s, "<?") ? find(&s, "?>") : NULL;
        if (!close) {
            return strncasecmp(s.at, "<!doctype html", 14) == 0 || strncasecmp(s.at, "<html", 5) == 0 ? s.line : 0;
        }
        go_to(&s, strchr(close, '>') + 1);
    }
}

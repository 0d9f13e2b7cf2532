/* Why a text is no XML, in words that say what to do. On the thread that reads the file.
 *
 * libxml2 says that a text is not well-formed, and where it noticed: of a quotation mark that is not closed that is
 * some lines further on, and its words are those of the XML grammar. So the text is gone through once more, by bytes,
 * for what people and their editors do: quotation marks, ampersands, comments, tags that do not fit, two files in one.
 * Where that finds nothing libxml2's own words remain.
 *
 * Bytes will do for every encoding that has ASCII's characters where ASCII has them.
 */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"
#include "plugin-cfg/scan.h"

/* -- tags ------------------------------------------------------------------------------------ */

static void report_second_root(plugin_cfg_scan_t *s, const char *name)
{
    if (strcmp(name, s->root) == 0) {
        plugin_cfg_scan_fail(s, s->line, "a second %s begins behind the end of the first one, but a file has one; "
                             "make one file of two by wlmcfg merge, or remove one", name);
        return;
    }
    plugin_cfg_scan_fail(s, s->line, "element %s stands behind the end of %s; move it into %s, or remove it", name,
                         s->root, s->root);
}

static void open_element(plugin_cfg_scan_t *s, const char *name, int line)
{
    if (s->depth < PLUGIN_CFG_MAX_DEPTH) {
        s->open[s->depth] = (plugin_cfg_tag_t){ name, line };
    }
    ++s->depth;
}

/* Behind a < */
static void report_no_name(plugin_cfg_scan_t *s, int line)
{
    if (plugin_cfg_scan_is_at(s, "<<<<<<")) {
        plugin_cfg_scan_fail(s, line, "<<<<<<< is the mark of a merge with a conflict (by git, for example), and the "
                             "file has two versions from there on; keep one, and remove the marks");
        return;
    }
    plugin_cfg_scan_fail(s, line, "a < is followed by no name; %swrite &lt; if the character itself is meant",
                         s->at < s->end && plugin_cfg_scan_is_blank(*s->at) ? "remove the blank behind it, or " : "");
}

static void scan_start_tag(plugin_cfg_scan_t *s)
{
    int line = s->line;
    const char *name;

    plugin_cfg_scan_go_to(s, s->at + 1);
    name = plugin_cfg_scan_name(s);
    if (!*name) {
        report_no_name(s, line);
        return;
    }
    if (s->root && !s->depth) {
        report_second_root(s, name);
        return;
    }
    s->root = s->root ? s->root : name;
    plugin_cfg_scan_skip_blanks(s);
    while (s->at < s->end && !strchr("<>", *s->at) && !plugin_cfg_scan_is_at(s, "/>")) {
        if (!plugin_cfg_scan_attribute(s)) {
            return;
        }
        plugin_cfg_scan_skip_blanks(s);
    }
    if (s->at == s->end) {
        plugin_cfg_scan_fail_at_end(s, line, apr_psprintf(s->p, "the tag <%s has no > at its end", name));
    }
    else if (*s->at == '<') {
        plugin_cfg_scan_fail(s, line, "the tag <%s has no > at its end; write it before the next <", name);
    }
    else if (*s->at == '>') {
        open_element(s, name, line);
    }
    plugin_cfg_scan_go_to(s, s->at + (s->at == s->end ? 0 : *s->at == '/' ? 2 : 1));
}

/* @return NULL: none is open, or one that is too deep to be remembered */
static const plugin_cfg_tag_t *innermost(const plugin_cfg_scan_t *s)
{
    return s->depth > 0 && s->depth <= PLUGIN_CFG_MAX_DEPTH ? &s->open[s->depth - 1] : NULL;
}

static int is_open(const plugin_cfg_scan_t *s, const char *name)
{
    int i;

    for (i = 0; i < s->depth && i < PLUGIN_CFG_MAX_DEPTH; ++i) {
        if (strcmp(s->open[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void scan_end_tag(plugin_cfg_scan_t *s)
{
    const plugin_cfg_tag_t *inner = innermost(s);
    const char *name, *close;

    plugin_cfg_scan_go_to(s, s->at + 2);
    name = plugin_cfg_scan_name(s);
    if (!s->depth) {
        plugin_cfg_scan_fail(s, s->line, "</%s> ends nothing; remove it", name);
        return;
    }
    close = plugin_cfg_scan_find(s, ">");
    if (close && inner && strcmp(inner->name, name) != 0) {
        plugin_cfg_scan_fail(s, s->line, is_open(s, name)
                             ? "</%s> stands here, but %s of line %d is not closed; write </%s> before it"
                             : "</%s> ends nothing that is open: the element is %s of line %d; write </%s>", name,
                             inner->name, inner->line, inner->name);
    }
    if (!close) {
        plugin_cfg_scan_fail_at_end(s, s->line, apr_psprintf(s->p, "the tag </%s has no > at its end", name));
        return;
    }
    --s->depth;
    plugin_cfg_scan_go_to(s, close + 1);
}

/* -- what is no element ------------------------------------------------------------------------ */

static void scan_comment(plugin_cfg_scan_t *s)
{
    int line = s->line;
    const char *close;

    plugin_cfg_scan_go_to(s, s->at + 4);
    if (!plugin_cfg_scan_find(s, "-->")) {
        plugin_cfg_scan_fail_at_end(s, line, "the comment that begins here has no --> at its end");
        return;
    }
    close = plugin_cfg_scan_find(s, "--");
    plugin_cfg_scan_go_to(s, close);
    if (close[2] != '>') {
        plugin_cfg_scan_fail(s, s->line, "the comment of line %d has -- in it%s, which XML does not allow; remove "
                             "it", line,
                             close > s->start + 1 && strncmp(close - 2, "<!--", 4) == 0
                             ? ", for another comment begins there" : "");
    }
    plugin_cfg_scan_go_to(s, close + 3);
}

/* @param what  it is called  @param stop  what must stand at its end */
static void scan_until(plugin_cfg_scan_t *s, const char *what, const char *stop)
{
    const char *close = plugin_cfg_scan_find(s, stop);

    if (!close) {
        plugin_cfg_scan_fail_at_end(s, s->line, apr_psprintf(s->p, "the %s that begins here has no %s at its end",
                                    what, stop));
        return;
    }
    plugin_cfg_scan_go_to(s, close + strlen(stop));
}

static void scan_instruction(plugin_cfg_scan_t *s)
{
    const char *name = s->at + 2;

    if (plugin_cfg_scan_is_blank(*name)) {
        plugin_cfg_scan_fail(s, s->line, "there is a blank between <? and what follows; write %s",
                             strncmp(name + strspn(name, " \t\r\n"), "xml", 3) == 0 ? "<?xml" : "none");
    }
    else if (strncmp(name, "xml", 3) == 0 && plugin_cfg_scan_is_blank(name[3]) && s->at > s->start) {
        plugin_cfg_scan_fail(s, s->line, "the XML declaration stands behind something else, but must be the first of "
                             "the file; move it to the beginning, or remove it");
    }
    if (!s->problem) {
        scan_until(s, "instruction", "?>");
    }
}

/* @return 0: the rest is not for us */
static int scan_markup(plugin_cfg_scan_t *s)
{
    if (plugin_cfg_scan_is_at(s, "<!--")) {
        scan_comment(s);
    }
    else if (plugin_cfg_scan_is_at(s, "<![CDATA[")) {
        scan_until(s, "CDATA section", "]]>");
    }
    else if (plugin_cfg_scan_is_at(s, "<!DOCTYPE")) {
        return 0;
    }
    else if (plugin_cfg_scan_is_at(s, "<!")) {
        plugin_cfg_scan_fail(s, s->line, "\"%s\" is nothing that XML knows; a comment is <!-- ... -->",
                             plugin_cfg_scan_excerpt(s, s->at, ">\r\n"));
    }
    else if (plugin_cfg_scan_is_at(s, "<?")) {
        scan_instruction(s);
    }
    else if (plugin_cfg_scan_is_at(s, "</")) {
        scan_end_tag(s);
    }
    else {
        scan_start_tag(s);
    }
    return 1;
}

static void scan_text(plugin_cfg_scan_t *s)
{
    const char *from = s->at, *to = plugin_cfg_scan_find(s, "<");

    to = to ? to : s->end;
    if (s->depth) {
        plugin_cfg_scan_check_references(s, from, to, s->line);
    }
    else {
        plugin_cfg_scan_skip_blanks(s);
        if (s->at < to) {
            plugin_cfg_scan_fail(s, s->line, s->root
                                 ? "the text \"%s\" stands behind the end of %s; remove it, or make a comment of it"
                                 : "the file begins with the text \"%s\", not with an element; is it the right file?",
                                 plugin_cfg_scan_excerpt(s, s->at, "<\r\n"), s->root);
        }
    }
    plugin_cfg_scan_go_to(s, to);
}

static void scan(plugin_cfg_scan_t *s)
{
    const plugin_cfg_tag_t *inner;

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
        plugin_cfg_scan_fail_at_end(s, s->line, apr_psprintf(s->p, "the file ends where %s of line %d is still open: "
                                    "there is no </%s>", inner->name, inner->line, inner->name));
    }
    else if (!s->root) {
        plugin_cfg_scan_fail_at_end(s, s->line, "the file has no element");
    }
}

/* -- for plugin-cfg/parse.c ---------------------------------------------------------------------- */

#define BOM "\xef\xbb\xbf"

static plugin_cfg_scan_t begin(const char *data, apr_size_t len, int line, apr_pool_t *p)
{
    apr_size_t bom = len >= 3 && memcmp(data, BOM, 3) == 0 ? 3 : 0, whole = strnlen(data, len);

    return (plugin_cfg_scan_t){ .start = data + bom, .at = data + bom, .end = data + whole, .line = line,
                                .has_nul = whole < len, .p = p };
}

const char *plugin_cfg_why_malformed(int *pline, const char *data, apr_size_t len, int first_line, apr_pool_t *p)
{
    plugin_cfg_scan_t s = begin(data, len, first_line, p);

    if (len < 2 || !data[0] || !data[1] || memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0) {
        return NULL; /* UTF-16, or nothing that has lines */
    }
    scan(&s);
    *pline = s.problem_line;
    return s.problem;
}

int plugin_cfg_html_line(const char *data, apr_size_t len, int first_line)
{
    plugin_cfg_scan_t s = begin(data, len, first_line, NULL);
    const char *close;

    for (;;) {
        plugin_cfg_scan_skip_blanks(&s);
        close = plugin_cfg_scan_is_at(&s, "<!--") ? plugin_cfg_scan_find(&s, "-->")
              : plugin_cfg_scan_is_at(&s, "<?") ? plugin_cfg_scan_find(&s, "?>") : NULL;
        if (!close) {
            return strncasecmp(s.at, "<!doctype html", 14) == 0 || strncasecmp(s.at, "<html", 5) == 0 ? s.line : 0;
        }
        plugin_cfg_scan_go_to(&s, strchr(close, '>') + 1);
    }
}

/* The layout of a file. Any thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin-cfg/plugin_cfg.h"
#include "plugin-cfg/schema.h"
#include "tools/wlmcfg/fmt/buffer.h"
#include "tools/wlmcfg/fmt/comment.h"
#include "tools/wlmcfg/fmt/format.h"
#include "tools/wlmcfg/fmt/tag.h"
#include "tools/wlmcfg/fmt/tokens.h"

#define BOM "\xef\xbb\xbf"

typedef struct format_t {
    wlmcfg_fmt_buffer_t out;
    const char *text;              /* whole, with \n as its line ends */
    const char *at;                /* behind the token that is being written */
    const plugin_cfg_element_t *open[PLUGIN_CFG_MAX_DEPTH + 1]; /* NULL: not known */
    int depth;
    int breaks;                    /* in the white space before the token */
    int is_begun;
    int is_doubled;                /* a blank line is between all tags */
    wlmcfg_fmt_kind_t before;      /* the token before, white space left out */
    apr_pool_t *p;                 /* cleared for each token */
} format_t;

static int count_breaks(const char *at, apr_size_t len)
{
    int n = 0;

    for (; len > 0; --len) {
        n += *at++ == '\n';
    }
    return n;
}

/* -- lines ----------------------------------------------------------------------------------------- */

/* Is a blank line in the file one that stays? Not beside the tags of the parent */
static int keeps_blank_line(const format_t *format, const wlmcfg_fmt_token_t *token)
{
    wlmcfg_fmt_token_t before = { format->before, NULL, 0 };

    return format->breaks > 1 && format->before != WLMCFG_FMT_START && token->kind != WLMCFG_FMT_END
           && !(format->is_doubled && wlmcfg_fmt_is_tag(token) && wlmcfg_fmt_is_tag(&before));
}

static void begin_line(format_t *format, const wlmcfg_fmt_token_t *token)
{
    if (format->is_begun) {
        wlmcfg_fmt_put(&format->out, keeps_blank_line(format, token) ? "\n\n" : "\n");
    }
    format->is_begun = 1;
    wlmcfg_fmt_put_blanks(&format->out, 2 * format->depth);
}

/* -- elements ---------------------------------------------------------------------------------------- */

typedef enum { IS_PARENT, IS_EMPTY, IS_TEXT } content_t;

/* What a START has in it. @param pend  the END, unless it is a parent; behind it in *pat */
static content_t look_ahead(wlmcfg_fmt_token_t *pend, const char **pat, const char *at)
{
    int has_text = 0, has_others = 0;

    while (wlmcfg_fmt_next(pend, &at) && (!wlmcfg_fmt_is_tag(pend))) {
        int is_text = pend->kind == WLMCFG_FMT_CDATA || (pend->kind == WLMCFG_FMT_TEXT && !wlmcfg_fmt_is_blank(pend));
        has_text |= is_text;
        has_others |= pend->kind == WLMCFG_FMT_COMMENT || pend->kind == WLMCFG_FMT_INSTRUCTION;
    }
    *pat = at;
    return pend->kind != WLMCFG_FMT_END ? IS_PARENT : has_text ? IS_TEXT : has_others ? IS_PARENT : IS_EMPTY;
}

static const plugin_cfg_element_t *find_element(const format_t *format, const char *name)
{
    const plugin_cfg_element_t *parent = format->depth ? format->open[format->depth - 1] : NULL, *found;

    if (format->depth && (!parent || parent->is_opaque)) {
        return NULL;
    }
    found = plugin_cfg_schema_element(parent ? parent->key : NULL, name, 1);
    return found ? found : plugin_cfg_schema_element(parent ? parent->key : NULL, name, 0);
}

static void write_element(format_t *format, wlmcfg_fmt_token_t *token)
{
    apr_array_header_t *attributes;
    const char *name = wlmcfg_fmt_open_tag(token, &attributes, format->p), *behind = format->at;
    const plugin_cfg_element_t *element = find_element(format, name);
    wlmcfg_fmt_token_t end;
    content_t content = token->kind == WLMCFG_FMT_EMPTY ? IS_EMPTY : look_ahead(&end, &behind, format->at);

    begin_line(format, token);
    wlmcfg_fmt_put_tag(&format->out, name, attributes, element, 2 * format->depth, content == IS_EMPTY);
    if (content == IS_TEXT) {
        wlmcfg_fmt_put_bytes(&format->out, format->at, (apr_size_t)(end.at - format->at));
        wlmcfg_fmt_put(&format->out, apr_pstrcat(format->p, "</", name, ">", NULL));
    }
    if (content == IS_PARENT) {
        format->open[format->depth++] = element;
    }
    else {
        format->at = behind;
        token->kind = WLMCFG_FMT_EMPTY;
    }
}

static void write_end(format_t *format, const wlmcfg_fmt_token_t *token)
{
    const char *name = apr_pstrmemdup(format->p, token->at + 2, strcspn(token->at + 2, " \t\n>"));

    --format->depth;
    begin_line(format, token);
    wlmcfg_fmt_put(&format->out, apr_pstrcat(format->p, "</", name, ">", NULL));
}

/* -- the rest ------------------------------------------------------------------------------------------ */

/* Text beside elements means nothing to the reader: its lines, each in its place */
static void write_text(format_t *format, const wlmcfg_fmt_token_t *token)
{
    const char *at = token->at, *end = at + token->len;

    format->breaks = 0;
    while (at < end) {
        apr_size_t len;
        format->breaks += *at == '\n';
        if (strchr(" \t\n", *at)) {
            ++at;
            continue;
        }
        for (len = strcspn(at, "\n<"); strchr(" \t", at[len - 1]); --len) {
        }
        begin_line(format, token);
        wlmcfg_fmt_put_bytes(&format->out, at, len);
        format->breaks = 0;
        format->before = WLMCFG_FMT_TEXT;
        at += len;
    }
}

/* A comment that ends the line of an element is about that element */
static int is_remark(const format_t *format, const wlmcfg_fmt_token_t *token)
{
    wlmcfg_fmt_token_t before = { format->before, NULL, 0 };

    return format->is_begun && wlmcfg_fmt_is_tag(&before) && !format->breaks
           && !memchr(token->at, '\n', token->len) && strchr("\n", format->at[strspn(format->at, " \t")]);
}

static void write_comment(format_t *format, const wlmcfg_fmt_token_t *token)
{
    if (is_remark(format, token)) {
        wlmcfg_fmt_put(&format->out, " ");
        wlmcfg_fmt_put_bytes(&format->out, token->at, token->len);
        return;
    }
    begin_line(format, token);
    wlmcfg_fmt_put_comment(&format->out, token, format->text, 2 * format->depth);
}

static void write_token(format_t *format, wlmcfg_fmt_token_t *token)
{
    switch (token->kind) {
    case WLMCFG_FMT_TEXT:
        write_text(format, token);
        return;
    case WLMCFG_FMT_COMMENT:
        write_comment(format, token);
        return;
    case WLMCFG_FMT_END:
        write_end(format, token);
        return;
    case WLMCFG_FMT_START:
    case WLMCFG_FMT_EMPTY:
        write_element(format, token);
        return;
    case WLMCFG_FMT_CDATA:
    case WLMCFG_FMT_INSTRUCTION:
        begin_line(format, token);
        wlmcfg_fmt_put_bytes(&format->out, token->at, token->len);
    }
}

/* Some versions of Liberty write a blank line between all tags, which says nothing */
static int find_doubled(const char *at)
{
    wlmcfg_fmt_token_t token;
    int gaps = 0, breaks = 0, has_parent = 0, is_behind_tag = 0;
    wlmcfg_fmt_kind_t before = WLMCFG_FMT_TEXT;

    while (wlmcfg_fmt_next(&token, &at)) {
        if (wlmcfg_fmt_is_blank(&token)) {
            breaks = count_breaks(token.at, token.len);
            continue;
        }
        if (is_behind_tag && wlmcfg_fmt_is_tag(&token)) {
            if (breaks < 2) {
                return 0;
            }
            ++gaps;
            has_parent |= before == WLMCFG_FMT_START;
        }
        is_behind_tag = wlmcfg_fmt_is_tag(&token);
        before = token.kind;
        breaks = 0;
    }
    return gaps > 1 && has_parent;
}

/* -- line ends --------------------------------------------------------------------------------------------- */

/* As XML reads them */
static const char *with_newlines(const char *text, apr_pool_t *p)
{
    char *copy = apr_palloc(p, strlen(text) + 1), *to = copy;

    for (; *text; ++text) {
        *to++ = *text == '\r' ? '\n' : *text;
        text += *text == '\r' && text[1] == '\n';
    }
    *to = '\0';
    return copy;
}

static const char *with_returns(const char *text, apr_size_t *plen, apr_pool_t *p)
{
    char *copy = apr_palloc(p, 2 * *plen + 1), *to = copy;

    for (; *text; ++text) {
        if (*text == '\n') {
            *to++ = '\r';
        }
        *to++ = *text;
    }
    *to = '\0';
    *plen = (apr_size_t)(to - copy);
    return copy;
}

const char *wlmcfg_fmt_format(const char *text, apr_size_t *plen, apr_pool_t *p)
{
    const char *first_break = strchr(text, '\n');
    int has_returns = first_break && first_break > text && first_break[-1] == '\r';
    wlmcfg_fmt_token_t token;
    format_t format = { .text = with_newlines(text, p), .before = WLMCFG_FMT_TEXT };

    wlmcfg_fmt_buffer_init(&format.out, strlen(text) + strlen(text) / 2, p);
    apr_pool_create(&format.p, p);
    format.at = format.text;
    if (strncmp(format.at, BOM, 3) == 0) {
        wlmcfg_fmt_put(&format.out, BOM);
        format.at += 3;
    }
    format.is_doubled = find_doubled(format.at);
    while (wlmcfg_fmt_next(&token, &format.at)) {
        if (wlmcfg_fmt_is_blank(&token)) {
            format.breaks = count_breaks(token.at, token.len);
            continue;
        }
        write_token(&format, &token);
        if (token.kind != WLMCFG_FMT_TEXT) {
            format.breaks = 0;
        }
        format.before = token.kind;
        apr_pool_clear(format.p);
    }
    wlmcfg_fmt_put(&format.out, "\n");
    *plen = format.out.len;
    return has_returns ? with_returns(format.out.bytes, plen, p) : format.out.bytes;
}

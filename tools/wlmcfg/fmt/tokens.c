/* XML into its parts. That it is well-formed has been found out before. Pure; any thread. */
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/fmt/tokens.h"

#define BLANKS " \t\r\n"

/* The end of what begins at text. Well-formed, so it is there; the text's end otherwise */
static const char *behind(const char *text, const char *end)
{
    const char *found = strstr(text, end);

    return found ? found + strlen(end) : text + strlen(text);
}

/* A tag's values may have a '>' in them */
static const char *behind_tag(const char *text)
{
    while (*text && *text != '>') {
        if (*text == '"' || *text == '\'') {
            const char *end = strchr(text + 1, *text);
            text = end ? end : text + strlen(text) - 1;
        }
        ++text;
    }
    return *text ? text + 1 : text;
}

static wlmcfg_fmt_kind_t kind_of(const char *text)
{
    return *text != '<' ? WLMCFG_FMT_TEXT
         : strncmp(text, "<!--", 4) == 0 ? WLMCFG_FMT_COMMENT
         : strncmp(text, "<![CDATA[", 9) == 0 ? WLMCFG_FMT_CDATA
         : text[1] == '?' ? WLMCFG_FMT_INSTRUCTION
         : text[1] == '/' ? WLMCFG_FMT_END : WLMCFG_FMT_START;
}

int wlmcfg_fmt_next(wlmcfg_fmt_token_t *token, const char **pat)
{
    const char *at = *pat;

    if (!*at) {
        return 0;
    }
    token->at = at;
    token->kind = kind_of(at);
    switch (token->kind) {
    case WLMCFG_FMT_TEXT:
        *pat = at + strcspn(at, "<");
        break;
    case WLMCFG_FMT_CDATA:
        *pat = behind(at, "]]>");
        break;
    case WLMCFG_FMT_COMMENT:
        *pat = behind(at + 4, "-->");
        break;
    case WLMCFG_FMT_INSTRUCTION:
        *pat = behind(at, "?>");
        break;
    default:
        *pat = behind_tag(at);
        if (token->kind == WLMCFG_FMT_START && (*pat)[-2] == '/') {
            token->kind = WLMCFG_FMT_EMPTY;
        }
    }
    token->len = (apr_size_t)(*pat - at);
    return 1;
}

int wlmcfg_fmt_is_blank(const wlmcfg_fmt_token_t *token)
{
    return token->kind == WLMCFG_FMT_TEXT && strspn(token->at, BLANKS) >= token->len;
}

int wlmcfg_fmt_is_tag(const wlmcfg_fmt_token_t *token)
{
    return token->kind == WLMCFG_FMT_START || token->kind == WLMCFG_FMT_END || token->kind == WLMCFG_FMT_EMPTY;
}

const char *wlmcfg_fmt_open_tag(const wlmcfg_fmt_token_t *token, apr_array_header_t **attributes, apr_pool_t *p)
{
    const char *at = token->at + 1, *end = token->at + token->len;
    apr_size_t len = strcspn(at, BLANKS "/>");
    const char *name = apr_pstrmemdup(p, at, len);

    *attributes = apr_array_make(p, 16, sizeof(wlmcfg_fmt_attribute_t));
    for (at += len, at += strspn(at, BLANKS); at < end && *at != '/' && *at != '>'; at += strspn(at, BLANKS)) {
        wlmcfg_fmt_attribute_t *attribute = apr_array_push(*attributes);
        const char *value = at + strcspn(at, "\"'");
        apr_size_t length = strcspn(value + 1, *value == '"' ? "\"" : "'");

        attribute->name = apr_pstrmemdup(p, at, strcspn(at, BLANKS "="));
        attribute->value = apr_pstrmemdup(p, value + 1, length);
        at = value + 1 + length + 1;
    }
    return name;
}

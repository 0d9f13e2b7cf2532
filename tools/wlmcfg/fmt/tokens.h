/* tools/wlmcfg/fmt/tokens.h: well-formed XML without a DOCTYPE, cut into its parts as they are written. Pure; any
 * thread.
 *
 *     const char *at = text;
 *     while (wlmcfg_fmt_next(&token, &at)) { ... }
 */
#ifndef WLMCFG_FMT_TOKENS_H
#define WLMCFG_FMT_TOKENS_H

#include <apr_pools.h>
#include <apr_tables.h>

typedef enum {
    WLMCFG_FMT_TEXT,               /* up to the next tag */
    WLMCFG_FMT_CDATA,
    WLMCFG_FMT_COMMENT,
    WLMCFG_FMT_INSTRUCTION,        /* the XML declaration, too */
    WLMCFG_FMT_START,              /* <a b="c"> */
    WLMCFG_FMT_END,                /* </a> */
    WLMCFG_FMT_EMPTY               /* <a b="c"/> */
} wlmcfg_fmt_kind_t;

typedef struct wlmcfg_fmt_token_t {
    wlmcfg_fmt_kind_t kind;
    const char *at;                /* in the text, not terminated */
    apr_size_t len;
} wlmcfg_fmt_token_t;

typedef struct wlmcfg_fmt_attribute_t {
    const char *name;
    const char *value;             /* as written, without its quotes */
} wlmcfg_fmt_attribute_t;

/** The next part. @param pat  in UTF-8, ends with NUL; is moved behind the part  @return 0: there is none */
int wlmcfg_fmt_next(wlmcfg_fmt_token_t *token, const char **pat);

/** Is the part white space and nothing else? */
int wlmcfg_fmt_is_blank(const wlmcfg_fmt_token_t *token);
/** Is it START, END or EMPTY? */
int wlmcfg_fmt_is_tag(const wlmcfg_fmt_token_t *token);

/**
 * Take a START or EMPTY apart.
 * @param attributes  out: wlmcfg_fmt_attribute_t, in the file's order
 * @return the element's name
 */
const char *wlmcfg_fmt_open_tag(const wlmcfg_fmt_token_t *token, apr_array_header_t **attributes, apr_pool_t *p);

#endif

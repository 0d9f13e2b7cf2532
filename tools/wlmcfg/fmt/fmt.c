/* `wlmcfg fmt`: a file in the one layout, to standard output or in its place. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/wlmcfg.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/fmt/encoding.h"
#include "tools/wlmcfg/fmt/format.h"

#define CONVERT "; convert it to UTF-8 (iconv -f ENCODING -t UTF-8), with encoding=\"UTF-8\" in its XML declaration"
#define LEAVE   "; leave it as it is"

typedef struct fmt_t {
    int write;                     /* in place */
    int check;                     /* only tell */
} fmt_t;

/* What has no elements that could be put in order. Any other error is one in a value, which stays as it is */
static const plugin_cfg_finding_id_t hindrances[] = {
    PLUGIN_CFG_FINDING_UNREADABLE, PLUGIN_CFG_FINDING_EMPTY, PLUGIN_CFG_FINDING_TOO_LARGE, PLUGIN_CFG_FINDING_TOO_DEEP,
    PLUGIN_CFG_FINDING_DOCTYPE, PLUGIN_CFG_FINDING_NOT_WELL_FORMED, PLUGIN_CFG_FINDING_NOT_A_PLUGIN_CFG,
};

static int is_hindered(const plugin_cfg_t *cfg)
{
    size_t k;
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        for (k = 0; k < sizeof(hindrances) / sizeof(hindrances[0]); ++k) {
            const char *id = plugin_cfg_finding_kinds[hindrances[k]].id;
            if (strcmp(APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *)->id, id) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

/* @return NULL when the text formatted once more is another one */
static const char *format_text(const char *text, apr_size_t *plen, apr_pool_t *p)
{
    apr_size_t again_len;
    const char *once = wlmcfg_fmt_format(text, plen, p), *again = wlmcfg_fmt_format(once, &again_len, p);

    return again_len == *plen && memcmp(again, once, again_len) == 0 ? once : NULL;
}

/* @param pwhy  out: the reason when NULL is returned */
static const char *format_bytes(const plugin_cfg_t *cfg, apr_size_t *plen, const char **pwhy, apr_pool_t *p)
{
    const char *encoding = wlmcfg_fmt_encoding(cfg->text, cfg->length, p), *text = cfg->text, *same;
    int is_utf8 = strcasecmp(encoding, "UTF-8") == 0;
    apr_size_t len = cfg->length, same_len;

    *pwhy = "its encoding is not known here, or cannot be written back" CONVERT;
    if (!is_utf8) {
        text = wlmcfg_fmt_convert(cfg->text, cfg->length, encoding, "UTF-8", &len, p);
        same = text ? wlmcfg_fmt_convert(text, len, "UTF-8", encoding, &same_len, p) : NULL;
        if (!same || same_len != cfg->length || memcmp(same, cfg->text, same_len) != 0) {
            return NULL;
        }
    }
    if (!wlmcfg_fmt_is_markup(text, len)) {
        *pwhy = "its encoding is none of UTF-8, UTF-16 and those that extend ASCII" CONVERT;
        return NULL;
    }
    *pwhy = "its text would not be the same when it is formatted again" LEAVE;
    text = format_text(text, plen, p);
    return is_utf8 || !text ? text : wlmcfg_fmt_convert(text, *plen, "UTF-8", encoding, plen, p);
}

static int is_same_size(const plugin_cfg_t *a, const plugin_cfg_t *b)
{
    return a->clusters->nelts == b->clusters->nelts && a->routes->nelts == b->routes->nelts
           && a->virtual_host_groups->nelts == b->virtual_host_groups->nelts
           && a->uri_groups->nelts == b->uri_groups->nelts;
}

/* The result, read as the module will read it. @return NULL, or why it must not take the place of the file */
static const char *why_not(const plugin_cfg_t *cfg, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    plugin_cfg_t *result;

    plugin_cfg_read_memory(&result, bytes, len, cfg->file, p);
    if (is_hindered(result)) {
        return apr_psprintf(p, "the result could not be read (%s)" LEAVE, plugin_cfg_first_error(result, p));
    }
    return plugin_cfg_has_errors(result) == plugin_cfg_has_errors(cfg) && is_same_size(result, cfg)
               ? NULL : "the result would not mean the same" LEAVE;
}

static int put_result(const fmt_t *fmt, const plugin_cfg_t *cfg, const char *path, const char *bytes, apr_size_t len,
                      apr_pool_t *p)
{
    int is_formatted = len == cfg->length && memcmp(bytes, cfg->text, len) == 0;

    if (fmt->check) {
        if (!is_formatted) {
            printf("%s: not formatted\n", cfg->file);
        }
        return is_formatted ? WLMCFG_FINE : WLMCFG_ERRORS;
    }
    if (fmt->write) {
        return is_formatted ? WLMCFG_FINE : wlmcfg_output_write(path, bytes, len, p);
    }
    return wlmcfg_output_write(NULL, bytes, len, p);
}

static int format_file(const fmt_t *fmt, const char *path, apr_pool_t *p)
{
    plugin_cfg_t *cfg;
    const char *bytes, *why;
    apr_size_t len;

    wlmcfg_read(&cfg, path, p);
    if (is_hindered(cfg)) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    bytes = format_bytes(cfg, &len, &why, p);
    if (bytes) {
        why = why_not(cfg, bytes, len, p);
    }
    if (why) {
        fprintf(stderr, "%s: error: cannot be formatted, nothing is changed: %s\n", cfg->file, why);
        return WLMCFG_ERRORS;
    }
    return put_result(fmt, cfg, path, bytes, len, p);
}

int wlmcfg_run_fmt(int argc, char **argv, apr_pool_t *p)
{
    fmt_t fmt = { 0, 0 };
    const tool_option_t options[] = { { .name = "write", .letter = 'w', .flag = &fmt.write },
                                      { .name = "check", .flag = &fmt.check }, { .name = NULL } };
    char **files;
    apr_pool_t *own;
    int i, result = WLMCFG_FINE, n = tool_read_call(argc, argv, options, &files);

    if (n < 0) {
        return WLMCFG_MISUSE;
    }
    if (!n || (fmt.write && fmt.check)) {
        return tool_misuse("fmt", n ? "name one of --write and --check" : "name a file");
    }
    for (i = 0; i < n; ++i) {
        if (fmt.write && strcmp(files[i], "-") == 0) {
            return tool_misuse("fmt", "standard input cannot be written; name a file, or leave --write out");
        }
    }
    apr_pool_create(&own, p);
    for (i = 0; i < n; ++i) {
        int code = format_file(&fmt, files[i], own);
        result = code > result ? code : result;
        apr_pool_clear(own);
    }
    return result;
}

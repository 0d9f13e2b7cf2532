/* The values of directives about clusters: text into the fields of wlm_options_t. A parser returns NULL, or what is
 * wrong with the words; nobody looks at the field then. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "http/upgrade.h"
#include "net/local_names.h"
#include "httpd/directives/cluster.h"

/* -- the options --------------------------------------------------------------------- */

static const char *parse_retry_policy(wlm_options_t *to, const wlm_words_t *words)
{
    static const char *const names[] = {
        [WLM_RETRY_ORIGINAL] = "Original", [WLM_RETRY_IDEMPOTENT] = "Idempotent",
        [WLM_RETRY_IDEMPOTENCY_KEY] = "IdempotencyKey", NULL
    };
    int value = 0;
    const char *wrong = wlm_values_keyword(&value, words->at[0], names, words->p);

    to->retry_policy = (wlm_retry_policy_t)value;
    return wrong;
}

static const char *parse_post_buffer(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_values_whole(&to->post_buffer_kib, words->at[0], -1, APR_INT32_MAX, words->p);
}

static const char *parse_spool(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_values_size(&to->spool_max, words->at[0], words->p);
}

static const char *parse_total_timeout(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_values_time(&to->total_timeout, words->at[0], words->p);
}

static const char *parse_backoff(wlm_options_t *to, const wlm_words_t *words)
{
    const char *wrong = wlm_values_time(&to->backoff.max, words->at[0], words->p);

    to->backoff.jitter = 0;
    return wrong ? wrong : words->n > 1 ? wlm_values_percent(&to->backoff.jitter, words->at[1], 0, 100, words->p)
           : NULL;
}

static const char *parse_retry_budget(wlm_options_t *to, const wlm_words_t *words)
{
    const char *wrong = wlm_values_percent(&to->retry_budget.percent, words->at[0], 0, 100, words->p);

    to->retry_budget.floor = 3;
    return wrong ? wrong : words->n > 1 ? wlm_values_whole(&to->retry_budget.floor, words->at[1], 0, 100000, words->p)
           : NULL;
}

static const char *parse_busy_status(wlm_options_t *to, const wlm_words_t *words)
{
    const char *wrong = NULL;

    to->busy_status.n = words->n;
    for (int i = 0; i < words->n && !wrong; ++i) {
        wrong = wlm_values_whole(&to->busy_status.status[i], words->at[i], 400, 599, words->p);
    }
    return wrong;
}

static const char *parse_busy_time(wlm_options_t *to, const wlm_words_t *words)
{
    to->busy_time.by_retry_after = ap_cstr_casecmp(words->at[0], "RetryAfter") == 0;
    if (!to->busy_time.by_retry_after) {
        return words->n > 1 ? "MAX goes with RetryAfter" : wlm_values_time(&to->busy_time.time, words->at[0], words->p);
    }
    to->busy_time.time = apr_time_from_sec(60);
    return words->n > 1 ? wlm_values_time(&to->busy_time.time, words->at[1], words->p) : NULL;
}

static const char *parse_member_share(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_values_percent(&to->member_share, words->at[0], 1, 100, words->p);
}

static const char *parse_queue(wlm_options_t *to, const wlm_words_t *words)
{
    const char *wrong = wlm_values_whole(&to->queue.length, words->at[0], 0, WLM_QUEUE_MAX, words->p);

    to->queue.timeout = apr_time_from_sec(5);
    return wrong ? wrong : words->n > 1 ? wlm_values_time(&to->queue.timeout, words->at[1], words->p) : NULL;
}

static const char *parse_slow_start(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_values_time(&to->slow_start, words->at[0], words->p);
}

static const char *parse_all_down(wlm_options_t *to, const wlm_words_t *words)
{
    static const char *const names[] = {
        [WLM_ALL_DOWN_OLDEST] = "Oldest", [WLM_ALL_DOWN_BALANCE] = "Balance", [WLM_ALL_DOWN_FAIL] = "Fail", NULL
    };
    int value = 0;
    const char *wrong = wlm_values_keyword(&value, words->at[0], names, words->p);

    to->all_down = (wlm_all_down_t)value;
    return wrong;
}

static const char *parse_resolve(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_values_time(&to->resolve_interval, words->at[0], words->p);
}

static const char *parse_local(wlm_options_t *to, const wlm_words_t *words)
{
    return wlm_local_names_patterns(&to->local, words->n, words->at, words->p);
}

static const char *parse_upgrade(wlm_options_t *to, const wlm_words_t *words)
{
    apr_array_header_t *names;
    int i;

    to->upgrade = NULL;
    if (words->n == 1 && ap_cstr_casecmp(words->at[0], "On") == 0) {
        return NULL;
    }
    to->upgrade = names = apr_array_make(words->p, words->n, sizeof(const char *));
    if (words->n == 1 && ap_cstr_casecmp(words->at[0], "Off") == 0) {
        return NULL;
    }
    for (i = 0; i < words->n; ++i) {
        const char *name = words->at[i];

        if (!*name || *ap_scan_http_token(name) || ap_cstr_casecmp(name, "On") == 0
            || ap_cstr_casecmp(name, "Off") == 0) {
            return apr_psprintf(words->p, "\"%s\" is no name of a protocol, such as websocket", name);
        }
        if (wlm_http_upgrade_is_never(name, strlen(name))) {
            return apr_psprintf(words->p, "\"%s\" is HTTP or TLS, which never is passed on like this", name);
        }
        APR_ARRAY_PUSH(names, const char *) = name;
    }
    return NULL;
}

/* by wlm_option_t */
static const wlm_option_parser_t parsers[WLM_OPTIONS_COUNT] = {
    [WLM_OPTION_RETRY_POLICY] = { 1, 1, parse_retry_policy, "Original, Idempotent or IdempotencyKey" },
    [WLM_OPTION_POST_BUFFER] = { 1, 1, parse_post_buffer, "KiB, or -1 for no limit" },
    [WLM_OPTION_SPOOL] = { 1, 1, parse_spool, "the size of the largest body" },
    [WLM_OPTION_BACKOFF] = { 1, 2, parse_backoff, "the longest time, and how many percent of jitter" },
    [WLM_OPTION_RETRY_BUDGET] = { 1, 2, parse_retry_budget, "a percentage, and a number that is always allowed" },
    [WLM_OPTION_BUSY_STATUS] = { 1, WLM_BUSY_STATUS_MAX, parse_busy_status, "1 to 16 statuses from 400 to 599" },
    [WLM_OPTION_BUSY_TIME] = { 1, 2, parse_busy_time, "a time, or RetryAfter and the longest time" },
    [WLM_OPTION_MEMBER_SHARE] = { 1, 1, parse_member_share, "a percentage" },
    [WLM_OPTION_QUEUE] = { 1, 2, parse_queue, "how many requests may wait, and how long" },
    [WLM_OPTION_OUTLIER] = { 1, 6, wlm_options_parse_outlier,
                             "Off, or failures=N share=PERCENT requests=N window=TIME 5xx=on|off "
                                                  "max=PERCENT" },
    [WLM_OPTION_SLOW_START] = { 1, 1, parse_slow_start, "a time, or 0" },
    [WLM_OPTION_ALL_DOWN] = { 1, 1, parse_all_down, "Oldest, Balance or Fail" },
    /* httpd passes 64 words on and drops what follows without an error */
    [WLM_OPTION_LOCAL] = { 1, 63, parse_local, "Off, or Host and at most 63 patterns of server names and hosts" },
    [WLM_OPTION_CHECK] = { 1, 10, wlm_options_parse_check,
                           "Off, On, or method=M path=PATH host=H status=N-M expr=EXPR interval=TIME "
                                               "timeout=TIME rise=N fall=N" },
    [WLM_OPTION_RESOLVE] = { 1, 1, parse_resolve, "a time, or 0 for never" },
    [WLM_OPTION_UPGRADE] = { 1, 16, parse_upgrade, "On, Off, or names of protocols" },
    [WLM_OPTION_TLS_TRUST] = { 1, 1, wlm_options_parse_trust, "a file or folder of certificates, or System" },
    [WLM_OPTION_TLS_CERTIFICATE] = { 1, 2, wlm_options_parse_certificate,
                                     "a PEM file with a certificate, and one with its key" },
    [WLM_OPTION_TLS_VERIFY] = { 1, 1, wlm_options_parse_verify, "Full, Chain or Off" },
    [WLM_OPTION_TLS_COMMON_NAME] = { 1, 1, wlm_options_parse_common_name, "Off or On" },
    [WLM_OPTION_TLS_PROTOCOLS] = { 1, 2, wlm_options_parse_protocols, "TLSv1.2, TLSv1.3 or both" },
    [WLM_OPTION_TLS_CIPHERS] = { 1, 2, wlm_options_parse_ciphers,
                                 "OpenSSL's list of ciphers for TLS 1.2, and the suites of TLS 1.3" },
    [WLM_OPTION_TLS_SERVER_NAME] = { 1, 1, wlm_options_parse_server_name, "a host name or an address, without a port" },
    [WLM_OPTION_TOTAL_TIMEOUT] = { 1, 1, parse_total_timeout, "a time, or 0 for none" },
};

const wlm_option_parser_t *wlm_option_parser(wlm_option_t option)
{
    return &parsers[option];
}

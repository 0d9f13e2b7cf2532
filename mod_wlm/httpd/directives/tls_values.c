/* The values of directives about https to members. What they name is tried at once, so that a wrong one keeps httpd
 * from starting, and `httpd -t` finds it. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/address.h"
#include "httpd/directives/cluster.h"
#include "net/tls.h"

static const char *try_settings(const wlm_tls_settings_t *settings, const wlm_words_t *words)
{
    const char *wrong = NULL;
    wlm_tls_settings_t all = *settings;
    wlm_tls_t *tls;

    all.protocols = WLM_TLS_1_2 | WLM_TLS_1_3;
    return wlm_tls_make(&tls, &all, &wrong, words->cmd->temp_pool) == APR_SUCCESS ? NULL : wrong;
}

const char *wlm_options_parse_trust(wlm_options_t *to, const wlm_words_t *words)
{
    to->tls_trust = NULL;
    if (ap_cstr_casecmp(words->at[0], "System") == 0) {
        return NULL;
    }
    to->tls_trust = ap_server_root_relative(words->p, words->at[0]);
    return to->tls_trust ? try_settings(&(wlm_tls_settings_t){ .trust = to->tls_trust }, words) : "this is no path";
}

const char *wlm_options_parse_certificate(wlm_options_t *to, const wlm_words_t *words)
{
    to->tls_certificate.file = ap_server_root_relative(words->p, words->at[0]);
    to->tls_certificate.key = words->n > 1 ? ap_server_root_relative(words->p, words->at[1]) : NULL;
    if (!to->tls_certificate.file || (words->n > 1 && !to->tls_certificate.key)) {
        return "this is no path";
    }
    return try_settings(&(wlm_tls_settings_t){
                            .certificate = to->tls_certificate.file, .key = to->tls_certificate.key,
                            .verify = WLM_TLS_OFF
                        }, words);
}

const char *wlm_options_parse_verify(wlm_options_t *to, const wlm_words_t *words)
{
    static const char *const names[] = {
        [WLM_TLS_FULL] = "Full", [WLM_TLS_CHAIN] = "Chain", [WLM_TLS_OFF] = "Off", NULL
    };
    int value = 0;
    const char *wrong = wlm_values_keyword(&value, words->at[0], names, words->p);

    to->tls_verify = (wlm_tls_verify_t)value;
    return wrong;
}

const char *wlm_options_parse_protocols(wlm_options_t *to, const wlm_words_t *words)
{
    static const char *const names[] = { "TLSv1.2", "TLSv1.3", NULL };
    static const int bits[] = { WLM_TLS_1_2, WLM_TLS_1_3 };
    const char *wrong = NULL;
    int i, value = 0;

    to->tls_protocols = 0;
    for (i = 0; i < words->n && !wrong; ++i) {
        wrong = wlm_values_keyword(&value, words->at[i], names, words->p);
        to->tls_protocols |= bits[value];
    }
    return wrong;
}

const char *wlm_options_parse_ciphers(wlm_options_t *to, const wlm_words_t *words)
{
    to->tls_ciphers.list = words->at[0];
    to->tls_ciphers.suites = words->n > 1 ? words->at[1] : NULL;
    return try_settings(&(wlm_tls_settings_t){
                            .ciphers = to->tls_ciphers.list, .suites = to->tls_ciphers.suites, .verify = WLM_TLS_OFF
                        }, words);
}

const char *wlm_options_parse_common_name(wlm_options_t *to, const wlm_words_t *words)
{
    static const char *const names[] = { "Off", "On", NULL };

    return wlm_values_keyword(&to->tls_common_name, words->at[0], names, words->p);
}

/* Labels of letters, digits, '-' and '_', with dots between them */
static int is_host_name(const char *name)
{
    const char *c;

    for (c = name; apr_isalnum(*c) || *c == '-' || *c == '_' || (*c == '.' && c > name && c[-1] != '.'); ++c) {
    }
    return c > name && !*c;
}

const char *wlm_options_parse_server_name(wlm_options_t *to, const wlm_words_t *words)
{
    to->tls_server_name = words->at[0];
    return is_host_name(words->at[0]) || wlm_address_is_literal(words->at[0]) ? NULL : "this is neither";
}

/* The values of directives about https to members (balance/option_table_tls.h). The files and ciphers that they name
 * are loaded at once, so that a wrong one keeps httpd from starting, and `httpd -t` finds it. In the parent, while
 * httpd reads its configuration. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/address.h"
#include "base/values.h"
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

const char *wlm_values_tls_trust(void *value, const wlm_words_t *words)
{
    const char **trust = value;

    if (ap_cstr_casecmp(words->at[0], "System") == 0) {
        return NULL;
    }
    *trust = ap_server_root_relative(words->p, words->at[0]);
    return *trust ? try_settings(&(wlm_tls_settings_t){ .trust = *trust }, words) : "this is no path";
}

const char *wlm_values_tls_certificate(void *value, const wlm_words_t *words)
{
    wlm_certificate_files_t *files = value;

    files->file = ap_server_root_relative(words->p, words->at[0]);
    files->key = words->n > 1 ? ap_server_root_relative(words->p, words->at[1]) : NULL;
    if (!files->file || (words->n > 1 && !files->key)) {
        return "this is no path";
    }
    return try_settings(&(wlm_tls_settings_t){
                            .certificate = files->file, .key = files->key, .verify = WLM_TLS_OFF
                        }, words);
}

const char *wlm_values_tls_protocols(void *value, const wlm_words_t *words)
{
    static const char *const names[] = { "TLSv1.2", "TLSv1.3", NULL };
    static const int bits[] = { WLM_TLS_1_2, WLM_TLS_1_3 };
    int *protocols = value, i, index = 0;
    const char *wrong = NULL;

    *protocols = 0;
    for (i = 0; i < words->n && !wrong; ++i) {
        wrong = wlm_values_keyword(&index, words->at[i], names, words->p);
        *protocols |= bits[index];
    }
    return wrong;
}

const char *wlm_values_tls_ciphers(void *value, const wlm_words_t *words)
{
    wlm_cipher_lists_t *ciphers = value;

    ciphers->list = words->at[0];
    ciphers->suites = words->n > 1 ? words->at[1] : NULL;
    return try_settings(&(wlm_tls_settings_t){
                            .ciphers = ciphers->list, .suites = ciphers->suites, .verify = WLM_TLS_OFF
                        }, words);
}

/* Labels of letters, digits, '-' and '_', with dots between them */
static int is_host_name(const char *name)
{
    const char *c;

    for (c = name; apr_isalnum(*c) || *c == '-' || *c == '_' || (*c == '.' && c > name && c[-1] != '.'); ++c) {
    }
    return c > name && !*c;
}

const char *wlm_values_tls_server_name(void *value, const wlm_words_t *words)
{
    *(const char **)value = words->at[0];
    return is_host_name(words->at[0]) || wlm_address_is_literal(words->at[0]) ? NULL : "this is neither";
}

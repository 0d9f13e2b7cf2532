/* The values of directives about httpd and its servers that are more than a keyword
 * (httpd/context/settings_table.h). In the parent, while httpd reads its configuration. */
#include <apr_lib.h>
#include <apr_network_io.h>
#include <apr_strings.h>
#include <string.h>
#include "base/duration.h"
#include "base/values.h"
#include "http/chars.h"
#include "httpd/context/config.h"
#include "httpd/directives/directives.h"
#include "shared/learned.h"

#define SLOTS_MAX 60000

const char *wlm_values_state_file(void *value, const wlm_words_t *words)
{
    const char **path = value;

    *path = ap_server_root_relative(words->p, words->at[0]);
    return *path ? NULL : "no path";
}

#define TABLE_MAX WLM_MIB(1024)

const char *wlm_values_affinity_table(void *value, const wlm_words_t *words)
{
    wlm_affinity_table_setting_t *table = value;
    const char *wrong = wlm_values_size(&table->size, words->at[0], words->p);

    if (!wrong && (table->size < 4096 || table->size > TABLE_MAX)) {
        wrong = "the size is from 4K to 1G";
    }
    if (!wrong && words->n > 1) {
        wrong = wlm_values_time(&table->expiry, words->at[1], words->p);
        if (!wrong && (table->expiry < apr_time_from_sec(60) || table->expiry > WLM_LEARNED_EXPIRY_MAX)) {
            wrong = "the time is from 1m to 7d";
        }
    }
    return wrong;
}

/* @return 1: it is HOST:PORT[,HOST:PORT...]; a provider would take "host:nonsense" for a name */
static int are_addresses(const char *text, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, text), *word;

    while ((word = strsep(&rest, ",")) != NULL) {
        char *host = NULL, *scope = NULL;
        apr_port_t port = 0;

        if (apr_parse_addr_port(&host, &scope, &port, word, p) != APR_SUCCESS || !host || !port) {
            return 0;
        }
    }
    return 1;
}

const char *wlm_values_affinity_store(void *value, const wlm_words_t *words)
{
    wlm_affinity_store_setting_t *store = value;
    const char *word = words->at[0], *colon = strchr(word, ':');
    int is_off = ap_cstr_casecmp(word, "Off") == 0;

    store->provider = is_off || !colon ? NULL : apr_pstrmemdup(words->p, word, (apr_size_t)(colon - word));
    store->argument = is_off || !colon ? NULL : colon + 1;
    if (!is_off && (!colon || colon == word || !are_addresses(colon + 1, words->p))) {
        return apr_psprintf(words->p, "\"%s\" is neither Off nor PROVIDER:HOST:PORT[,HOST:PORT...]", word);
    }
    return words->n == 1 || (wlm_duration_parse(&store->timeout, words->at[1], "ms")
                             && store->timeout >= apr_time_from_msec(1) && store->timeout <= apr_time_from_sec(1))
           ? NULL : apr_psprintf(words->p, "\"%s\" is no time from 1ms to 1s", words->at[1]);
}

const char *wlm_values_log(void *value, const wlm_words_t *words)
{
    *(const char **)value = words->at[0];
    return NULL;
}

const char *wlm_values_spans(void *value, const wlm_words_t *words)
{
    wlm_spans_t **spans = value;

    *spans = NULL;
    if (ap_cstr_casecmp(words->at[0], "Off") == 0) {
        return words->n == 1 ? NULL : "Off has no percentage";
    }
    *spans = apr_pcalloc(words->p, sizeof(**spans));
    (*spans)->target = words->at[0];
    (*spans)->percent = 100;
    return words->n == 1 ? NULL : wlm_values_percent(&(*spans)->percent, words->at[1], 1, 100, words->p);
}

const char *wlm_values_slots(void *value, const wlm_words_t *words)
{
    wlm_slots_setting_t *slots = value;
    const char *wrong = wlm_values_whole(&slots->members, words->at[0], 1, SLOTS_MAX, words->p);

    return wrong || words->n == 1 ? wrong : wlm_values_whole(&slots->clusters, words->at[1], 1, SLOTS_MAX, words->p);
}

const char *wlm_values_trusted_proxy(void *value, const wlm_words_t *words)
{
    wlm_trusted_peers_t **trusted = value;
    const char *wrong;

    if (!*trusted) {
        *trusted = wlm_trusted_peers_make(words->p);
    }
    wrong = wlm_trusted_peers_add(*trusted, words->at[0], words->p);
    return wrong ? apr_psprintf(words->p, "\"%s\": %s", words->at[0], wrong) : NULL;
}

/* @return 1: it is the name of a field that is not Cache-Control itself */
static int is_targeted(const char *name)
{
    const char *c;

    for (c = name; wlm_http_is_token(*c); ++c) {
    }
    return c > name && !*c && ap_cstr_casecmp(name, "Cache-Control") != 0;
}

/* In the order of the words; "Off" alone is an empty list */
const char *wlm_values_cache_control(void *value, const wlm_words_t *words)
{
    apr_array_header_t **names = value;

    if (!*names) {
        *names = apr_array_make(words->p, 2, sizeof(const char *));
    }
    if (ap_cstr_casecmp(words->at[0], "Off") == 0) {
        return NULL;
    }
    if (!is_targeted(words->at[0])) {
        return apr_psprintf(words->p, "\"%s\" is no name of a field beside Cache-Control; it takes Off, or names "
                                      "such as CDN-Cache-Control", words->at[0]);
    }
    APR_ARRAY_PUSH(*names, const char *) = words->at[0];
    return NULL;
}

const char *wlm_values_stay(void *value, const wlm_words_t *words)
{
    apr_interval_time_t *time = value;
    const char *word = words->at[0];

    *time = 0;
    return ap_cstr_casecmp(word, "Off") == 0
           || (wlm_duration_parse(time, word, "ms") && *time >= apr_time_from_msec(1) && *time <= apr_time_from_sec(1))
           ? NULL : "no such time";
}

const char *wlm_values_separators(void *value, const wlm_words_t *words)
{
    const char *c;

    for (c = words->at[0]; *c; ++c) {
        if (apr_isalnum(*c) || apr_isspace(*c) || apr_iscntrl(*c) || strchr(";,=\"%/?#", *c)) {
            return apr_psprintf(words->p, "'%c' cannot separate clone ids; take punctuation that session ids and clone "
                                          "ids do not have, for example \":.!\"", *c);
        }
    }
    *(const char **)value = words->at[0];
    return NULL;
}

const char *wlm_values_silence(void *value, const wlm_words_t *words)
{
    wlm_heartbeat_rule_t *rule = value;
    const char *wrong;

    rule->min = rule->max = 0;
    if (ap_cstr_casecmp(words->at[0], "Off") == 0) {
        return words->n == 1 ? NULL : "Off has no times";
    }
    if (words->n != 2) {
        return "it has Off, or two times: the shortest one and the longest one";
    }
    wrong = wlm_values_time(&rule->min, words->at[0], words->p);
    wrong = wrong ? wrong : wlm_values_time(&rule->max, words->at[1], words->p);
    return wrong ? wrong : rule->min < apr_time_from_sec(1) ? "the shortest time is at least 1 s"
           : rule->max < rule->min ? "the longest time is not shorter than the shortest one" : NULL;
}

/* Of names, addresses, paths: with * and ? */
const char *wlm_values_patterns(void *value, const wlm_words_t *words)
{
    apr_array_header_t **patterns = value;

    if (!*patterns) {
        *patterns = apr_array_make(words->p, 4, sizeof(const char *));
    }
    APR_ARRAY_PUSH(*patterns, const char *) = words->at[0];
    return NULL;
}

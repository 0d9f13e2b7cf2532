/* httpd/directives/cluster.h: what the files of the directives about clusters share. */
#ifndef WLM_HTTPD_DIRECTIVES_CLUSTER_H
#define WLM_HTTPD_DIRECTIVES_CLUSTER_H

#include <httpd.h>
#include <http_config.h>
#include "balance/options.h"
#include "httpd/directives/values.h"

/** The words of a directive. */
typedef struct wlm_words_t {
    int n;
    char *const *at;
    apr_pool_t *p;                 /* for what the options point to, and for messages */
    const cmd_parms *cmd;
} wlm_words_t;

typedef struct wlm_option_parser_t {
    int min, max;                  /* how many words */
    /** Fill the field. @return NULL, or what is wrong with the words */
    const char *(*parse)(wlm_options_t *to, const wlm_words_t *words);
    const char *words;             /* what it takes, for people */
} wlm_option_parser_t;

const wlm_option_parser_t *wlm_option_parser(wlm_option_t option);

/* -- httpd/directives/cluster.c: the directives' functions --------------------------------------- */

/** For all directives about clusters; cmd->info is the wlm_option_t. */
const char *wlm_options_directive(cmd_parms *cmd, void *dir, int n, char *const words[]);
/** WLMSlots MEMBERS [CLUSTERS] */
const char *wlm_options_slots(cmd_parms *cmd, void *dir, const char *members, const char *clusters);
/** WLMRefuseEmpty On|Off */
const char *wlm_options_refuse_empty(cmd_parms *cmd, void *dir, int on);
/** WLMStateFile PATH */
const char *wlm_options_state_file(cmd_parms *cmd, void *dir, const char *path);
/** <WLMCluster NAME> */
const char *wlm_options_section(cmd_parms *cmd, void *dir, const char *args);
/** Before the configuration is read (again). */
void wlm_options_reset(apr_pool_t *pconf);
/** Warn of options that apply to nothing. */
void wlm_options_log_findings(server_rec *s);

/* -- httpd/directives/check_values.c: those that are key=value -------------------------------- */

const char *wlm_options_parse_outlier(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_check(wlm_options_t *to, const wlm_words_t *words);

/* -- httpd/directives/tls_values.c: those of https to members ---------------------------------- */

const char *wlm_options_parse_trust(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_certificate(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_verify(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_protocols(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_ciphers(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_common_name(wlm_options_t *to, const wlm_words_t *words);
const char *wlm_options_parse_server_name(wlm_options_t *to, const wlm_words_t *words);

#endif

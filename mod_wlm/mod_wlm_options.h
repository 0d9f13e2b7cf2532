/* mod_wlm_options.h: what the two files of the directives about clusters share. */
#ifndef MOD_WLM_OPTIONS_H
#define MOD_WLM_OPTIONS_H

#include "mod_wlm.h"

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

#endif

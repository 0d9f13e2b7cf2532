/* The kinds of values that directives take: one setter for all directives of all levels. In the parent, while httpd
 * reads its configuration. */
#include "base/values.h"
#include "httpd/directives/kinds.h"

static const char *parse(void *value, const wlm_directive_t *directive, const wlm_words_t *words)
{
    const char *word = words->at[0];

    switch (directive->kind) {
    case WLM_KIND_NUMBER:
        return wlm_values_whole(value, word, directive->min, directive->max, words->p);
    case WLM_KIND_PERCENT:
        return wlm_values_percent(value, word, directive->min, directive->max, words->p);
    case WLM_KIND_SIZE:
        return wlm_values_size(value, word, words->p);
    case WLM_KIND_TIME:
        return wlm_values_time(value, word, words->p);
    case WLM_KIND_CHOICE:
        return wlm_values_keyword(value, word, directive->names, words->p);
    case WLM_KIND_WORDS:
        break;
    }
    return directive->parse(value, words);
}

int wlm_kinds_is_only(const wlm_words_t *words, const char *word)
{
    return words->n == 1 && ap_cstr_casecmp(words->at[0], word) == 0;
}

const char *wlm_kinds_parse(void *record, const wlm_directive_t *directive, const wlm_words_t *words)
{
    ((unsigned char *)record)[directive->setting.is_set] = 1;
    return parse((char *)record + directive->setting.value, directive, words);
}

const char *wlm_kinds_takes(const wlm_directive_t *directive, apr_pool_t *p)
{
    return directive->names ? wlm_values_names(directive->names, " or ", p) : directive->takes;
}

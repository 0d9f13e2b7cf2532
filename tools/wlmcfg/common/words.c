/* The words of a line of httpd's configuration. On main()'s thread. */
#include <ctype.h>
#include <string.h>
#include "tools/wlmcfg/common/words.h"

/* The next word, which may stand in quotes. @return NULL at the end */
static const char *next_word(const char **at, apr_pool_t *p)
{
    const char *from = *at + strspn(*at, " \t");
    char quote = *from && strchr("\"'", *from) ? *from : '\0', *word, *to;

    if (!*from) {
        return NULL;
    }
    from += quote != '\0';
    to = word = apr_palloc(p, strlen(from) + 1);
    while (*from && (quote ? *from != quote : !isspace((unsigned char)*from))) {
        if (*from == '\\' && (from[1] == '\\' || (quote && from[1] == quote))) {
            ++from;
        }
        *to++ = *from++;
    }
    *to = '\0';
    *at = from + (*from && quote);
    return word;
}

apr_array_header_t *wlmcfg_words_split(const char *text, apr_pool_t *p)
{
    apr_array_header_t *words = apr_array_make(p, 8, sizeof(const char *));
    const char *word;

    while ((word = next_word(&text, p)) != NULL) {
        APR_ARRAY_PUSH(words, const char *) = word;
    }
    return words;
}

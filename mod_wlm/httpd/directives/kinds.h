/* httpd/directives/kinds.h: what directives take (base/settings.h), and how words become the value of a setting. In the
 * parent, while httpd reads its configuration.
 */
#ifndef WLM_HTTPD_DIRECTIVES_KINDS_H
#define WLM_HTTPD_DIRECTIVES_KINDS_H

#include <httpd.h>
#include <http_config.h>
#include "base/settings.h"

/** The words of a directive. */
typedef struct wlm_words_t {
    int n;
    char *const *at;
    apr_pool_t *p;                 /* for what the value points to, and for messages */
    const cmd_parms *cmd;
} wlm_words_t;

typedef enum {
    WLM_KIND_NUMBER, WLM_KIND_PERCENT, WLM_KIND_SIZE, WLM_KIND_TIME, WLM_KIND_CHOICE, WLM_KIND_WORDS
} wlm_kind_t;

/** A directive: the setting of its record, and what it takes. */
typedef struct wlm_directive_t {
    wlm_setting_t setting;
    wlm_kind_t kind;
    int min, max;                  /* of a number */
    int min_words, max_words;
    int adds;                      /* a further line of the directive adds to the value, instead of replacing it */
    const char *const *names;      /* of a choice, in the order of their values; the last one is followed by NULL */
    /** Fill in the value, which is the default before; of a LIST or LINES, add to it.
     *  @return NULL, or what is wrong with the words */
    const char *(*parse)(void *value, const wlm_words_t *words);
    const char *takes;             /* for error messages; NULL: see wlm_kinds_takes() */
} wlm_directive_t;

/* The initializers of a wlm_directive_t, for a row of a table of settings */
#define WLM_DIRECTIVE(record, name, kind) { .setting = WLM_SETTING(record, name), WLM_DIRECTIVE_##kind }
#define WLM_DIRECTIVE_FLAG WLM_DIRECTIVE_CHOICE(int, "Off", "On")
#define WLM_DIRECTIVE_NUMBER(low, high, text) WLM_DIRECTIVE_OF(NUMBER, 1, text), .min = low, .max = high
#define WLM_DIRECTIVE_PERCENT(low, high, text) WLM_DIRECTIVE_OF(PERCENT, 1, text), .min = low, .max = high
#define WLM_DIRECTIVE_SIZE(text) WLM_DIRECTIVE_OF(SIZE, 1, text)
#define WLM_DIRECTIVE_TIME(text) WLM_DIRECTIVE_OF(TIME, 1, text)
#define WLM_DIRECTIVE_CHOICE(type, ...) \
    WLM_DIRECTIVE_OF(CHOICE, 1, NULL), .names = (const char *const[])WLM_VALUES(__VA_ARGS__, NULL)
#define WLM_DIRECTIVE_WORDS(type, low, high, parser, text) \
    .kind = WLM_KIND_WORDS, .min_words = low, .max_words = high, .takes = text, .parse = parser
#define WLM_DIRECTIVE_LIST(type, parser) WLM_DIRECTIVE_WORDS(type, 1, 1, parser, NULL)
#define WLM_DIRECTIVE_LINES(type, low, high, parser, text) WLM_DIRECTIVE_WORDS(type, low, high, parser, text), .adds = 1
#define WLM_DIRECTIVE_OF(name, words, text) \
    .kind = WLM_KIND_##name, .min_words = words, .max_words = words, .takes = text

/* The declarations of the parsers that a table names; hidden, so that the module does not link without one */
#define WLM_PARSER(name, directive, kind, value, help) WLM_PARSER_##kind
#define WLM_PARSER_FLAG
#define WLM_PARSER_NUMBER(min, max, takes)
#define WLM_PARSER_PERCENT(min, max, takes)
#define WLM_PARSER_SIZE(takes)
#define WLM_PARSER_TIME(takes)
#define WLM_PARSER_CHOICE(type, ...)
#define WLM_PARSER_WORDS(type, min, max, parser, takes) \
    __attribute__((visibility("hidden"))) const char *parser(void *value, const wlm_words_t *words);
#define WLM_PARSER_LIST(type, parser) WLM_PARSER_WORDS(type, 1, 1, parser, NULL)
#define WLM_PARSER_LINES(type, min, max, parser, takes) WLM_PARSER_WORDS(type, min, max, parser, takes)

/** Are the words a single one, and that? @param word  such as Off */
int wlm_kinds_is_only(const wlm_words_t *words, const char *word);
/** Words as the setting of a record, which is marked as set. @return NULL, or what is wrong with the words */
const char *wlm_kinds_parse(void *record, const wlm_directive_t *directive, const wlm_words_t *words);
/** What the directive takes, for an error message; NULL: the messages of its parser say it. */
const char *wlm_kinds_takes(const wlm_directive_t *directive, apr_pool_t *p);

#endif

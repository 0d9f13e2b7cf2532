/* Directives of httpd that decide which member a request gets. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include "balance/hedge.h"
#include "balance/load_words.h"
#include "base/values.h"
#include "route/binding_words.h"
#include "tools/wlmcfg/common/directives.h"
#include "tools/wlmcfg/common/words.h"

/* Where the reader is, and what it fills in */
typedef struct reader_t {
    wlm_options_set_t *set;
    wlm_options_t *to;             /* of the section, or for all */
    const char *file;              /* NULL: the command line */
    int line;
    apr_pool_t *p;
} reader_t;

static const char *const policies[] = { WLM_POLICY_WORDS, NULL };

/* -- the directives: each returns NULL, or what is wrong -------------------------------------------------------- */

static const char *parse_policy(reader_t *reader, char *const *words, int n)
{
    int policy;
    const char *wrong = n != 1 ? "it takes one word" : wlm_values_keyword(&policy, words[0], policies, reader->p);

    if (!wrong) {
        reader->to->policy = (wlm_policy_choice_t)policy;
        reader->to->is_set.policy = 1;
    }
    return wrong;
}

static const char *parse_affinity(reader_t *reader, char *const *words, int n)
{
    apr_array_header_t *rules = (apr_array_header_t *)reader->to->affinity;
    const char *wrong = n < 1 ? "it takes Off, Cookie, Wrap or Learn"
                              : wlm_binding_parse(&rules, words, n, NULL, reader->p);

    reader->to->affinity = rules;
    reader->to->is_set.affinity = 1;
    return wrong;
}

static const char *parse_owner(reader_t *reader, char *const *words, int n)
{
    reader->to->is_set.owner_field = 1;
    return n != 1 ? "it takes one word" : wlm_binding_parse_owner(&reader->to->owner_field, words[0], reader->p);
}

/* A key that only root can read is no error: what it names is not told then */
static const char *parse_key(reader_t *reader, char *const *words, int n)
{
    apr_array_header_t *keys = apr_array_make(reader->p, n + 1, sizeof(wlm_seal_key_t));
    const char *wrong = NULL;
    int i;

    for (i = 0; i < n && !wrong; ++i) {
        wrong = wlm_binding_read_key(apr_array_push(keys), words[i], reader->p);
    }
    if (wrong) {
        fprintf(stderr, "%s: %s: the members that WLMAffinity names are not told\n", tool_name, wrong);
        return NULL;
    }
    reader->to->affinity_keys = keys;
    reader->to->is_set.affinity_keys = 1;
    return n ? NULL : "it takes a file";
}

static const char *parse_concurrency(reader_t *reader, char *const *words, int n)
{
    reader->to->concurrency.max = 0;
    reader->to->is_set.concurrency = 1;
    return n < 1 || n > 3 ? "it takes Off, or Adaptive and the smallest and the largest limit"
                          : wlm_load_words_concurrency(&reader->to->concurrency, words, n, reader->p);
}

static const char *parse_hedge(reader_t *reader, char *const *words, int n)
{
    reader->to->hedge.percentile = 0;
    reader->to->hedge.after = 0;
    reader->to->is_set.hedge = 1;
    return n < 1 || n > 3 ? "it takes Off, or a percentile such as p95, or a time, and budget= and min="
                          : wlm_load_words_hedge(&reader->to->hedge, words, n, reader->p);
}

static const char *parse_class(reader_t *reader, char *const *words, int n)
{
    reader->to->is_set.classes = 1;
    return n < 2 || n > 4 ? "it takes a name, expr=, goal= and priority="
                          : wlm_load_words_class(&reader->to->classes, words, n, NULL, reader->p);
}

static const struct {
    const char *name;
    const char *(*parse)(reader_t *reader, char *const *words, int n);
} known[] = {
    { "WLMPolicy", parse_policy }, { "WLMAffinity", parse_affinity }, { "WLMAffinityOwner", parse_owner },
    { "WLMAffinityKey", parse_key }, { "WLMConcurrency", parse_concurrency }, { "WLMClass", parse_class },
    { "WLMHedge", parse_hedge },
};

#define KNOWN "WLMPolicy, WLMAffinity, WLMAffinityKey, WLMAffinityOwner, WLMConcurrency, WLMClass, WLMHedge or " \
              "<WLMCluster NAME>"

/* -- lines ------------------------------------------------------------------------------------------------------ */

/* @return NULL, or what is wrong */
static const char *open_section(reader_t *reader, const char *text)
{
    const char *end = strrchr(text, '>');
    apr_array_header_t *words;

    if (!end || end[1]) {
        return "the section's line has no > at its end";
    }
    words = wlmcfg_words_split(apr_pstrmemdup(reader->p, text, (apr_size_t)(end - text)), reader->p);
    if (words->nelts != 2) {
        return "<WLMCluster> takes the name of one cluster; quote a name with blanks";
    }
    reader->to = wlm_options_of_cluster(reader->set, APR_ARRAY_IDX(words, 1, const char *));
    return NULL;
}

/* @return NULL, or what is wrong */
static const char *read_directive(reader_t *reader, const char *text)
{
    apr_array_header_t *words = wlmcfg_words_split(text, reader->p);
    const char *name = words->nelts ? APR_ARRAY_IDX(words, 0, const char *) : "";
    char **rest = (char **)words->elts + 1;
    const char *wrong;
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(*known) && strcasecmp(name, known[i].name) != 0; ++i) {
    }
    if (i == sizeof(known) / sizeof(*known)) {
        return reader->file ? NULL : apr_psprintf(reader->p, "%s is no directive that decides here; give " KNOWN, name);
    }
    wrong = strstr(text, "${") ? "it has a variable, which only httpd knows: give the line by --directive"
            : known[i].parse(reader, rest, words->nelts - 1);
    return wrong ? apr_psprintf(reader->p, "%s: %s", known[i].name, wrong) : NULL;
}

/* @return NULL, or what is wrong */
static const char *read_line(reader_t *reader, const char *text)
{
    text += strspn(text, " \t");
    if (!*text || *text == '#') {
        return NULL;
    }
    if (strncasecmp(text, "</WLMCluster", 12) == 0) {
        reader->to = &reader->set->all;
        return NULL;
    }
    return strncasecmp(text, "<WLMCluster", 11) == 0 ? open_section(reader, text + 1)
         : *text == '<' && reader->file ? NULL : read_directive(reader, text);
}

static int report(const reader_t *reader, const char *wrong)
{
    if (wrong) {
        tool_misuse(reader->file ? apr_psprintf(reader->p, "%s:%d", reader->file, reader->line) : "--directive", wrong);
    }
    return !wrong;
}

/* -- files ------------------------------------------------------------------------------------------------------ */

#define FILE_MAX (1 << 20)

static char *read_whole(const char *path, apr_status_t *prv, apr_pool_t *p)
{
    char *bytes = apr_palloc(p, FILE_MAX + 1);
    apr_size_t n = 0;
    apr_file_t *file;

    *prv = apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT, p);
    if (*prv != APR_SUCCESS) {
        return NULL;
    }
    *prv = apr_file_read_full(file, bytes, FILE_MAX + 1, &n);
    apr_file_close(file);
    *prv = APR_STATUS_IS_EOF(*prv) ? APR_SUCCESS : *prv == APR_SUCCESS ? APR_ENOSPC : *prv;
    bytes[n <= FILE_MAX ? n : FILE_MAX] = '\0';
    return bytes;
}

/* The next line, with those that a backslash at its end joins to it */
static const char *next_line(char **at, int *plines)
{
    char *line = *at, *to = line, *from = line;

    for (*plines = 1; *from && *from != '\n';) {
        if (*from == '\\' && (from[1] == '\n' || (from[1] == '\r' && from[2] == '\n'))) {
            from += from[1] == '\r' ? 3 : 2;
            ++*plines;
        }
        else {
            *to++ = *from++;
        }
    }
    *at = from + (*from == '\n');
    *to = '\0';
    while (to > line && strchr(" \t\r", to[-1])) {
        *--to = '\0';
    }
    return line;
}

static int read_file(reader_t *reader, const char *path)
{
    apr_status_t rv;
    char *at = read_whole(path, &rv, reader->p), why[120];
    int lines = 0, is_good = 1;

    if (rv != APR_SUCCESS) {
        tool_misuse(path, apr_psprintf(reader->p, "cannot be read: %s", apr_strerror(rv, why, sizeof(why))));
        return 0;
    }
    reader->file = path;
    for (reader->line = 1; *at && is_good; reader->line += lines) {
        const char *line = next_line(&at, &lines);

        is_good = report(reader, read_line(reader, line));
    }
    reader->to = &reader->set->all;
    return is_good;
}

/* -- exported --------------------------------------------------------------------------------------------------- */

wlmcfg_directives_t wlmcfg_directives_make(apr_pool_t *p)
{
    return (wlmcfg_directives_t){ .lines = apr_array_make(p, 4, sizeof(const char *)),
                                  .files = apr_array_make(p, 1, sizeof(const char *)) };
}

/* Without WLMAffinityKey only httpd has the key; this one opens nothing */
static void use_no_key(wlm_options_set_t *set, apr_pool_t *p)
{
    apr_array_header_t *keys = apr_array_make(p, 1, sizeof(wlm_seal_key_t));

    if (!set->all.affinity_keys) {
        memset(apr_array_push(keys), 0, sizeof(wlm_seal_key_t));
        set->all.affinity_keys = keys;
    }
}

int wlmcfg_directives_read(wlmcfg_directives_t *directives, apr_pool_t *p)
{
    reader_t reader = { .set = wlm_options_make(p), .p = p };
    int i;

    reader.to = &reader.set->all;
    for (i = 0; i < directives->files->nelts; ++i) {
        if (!read_file(&reader, APR_ARRAY_IDX(directives->files, i, const char *))) {
            return 0;
        }
    }
    reader.file = NULL;
    for (i = 0; i < directives->lines->nelts; ++i) {
        if (!report(&reader, read_line(&reader, APR_ARRAY_IDX(directives->lines, i, const char *)))) {
            return 0;
        }
    }
    use_no_key(reader.set, p);
    directives->options = directives->files->nelts || directives->lines->nelts ? reader.set : NULL;
    return 1;
}

const wlm_options_t *wlmcfg_directives_for(const wlmcfg_directives_t *directives, const char *cluster, apr_pool_t *p)
{
    return wlm_options_for(directives->options, cluster, p);
}

/* Where it is on */
static void add_load(apr_array_header_t *lines, const wlm_options_t *options, apr_pool_t *p)
{
    int i;

    if (options->concurrency.max) {
        APR_ARRAY_PUSH(lines, const char *) =
            apr_pstrcat(p, "WLMConcurrency ", wlm_load_words_concurrency_text(&options->concurrency, p), NULL);
    }
    for (i = 0; options->classes && i < options->classes->nelts; ++i) {
        APR_ARRAY_PUSH(lines, const char *) =
            apr_pstrcat(p, "WLMClass ", wlm_load_words_class_text(&APR_ARRAY_IDX(options->classes, i, wlm_class_t), p),
                        NULL);
    }
    if (wlm_hedge_is_on(&options->hedge)) {
        APR_ARRAY_PUSH(lines, const char *) =
            apr_pstrcat(p, "WLMHedge ", wlm_load_words_hedge_text(&options->hedge, p), NULL);
    }
}

apr_array_header_t *wlmcfg_directives_text(const wlm_options_t *options, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, 4, sizeof(const char *));
    int i;

    APR_ARRAY_PUSH(lines, const char *) = apr_psprintf(p, "WLMPolicy %s", policies[options->policy]);
    for (i = 0; options->affinity && i < options->affinity->nelts; ++i) {
        APR_ARRAY_PUSH(lines, const char *) =
            apr_pstrcat(p, "WLMAffinity ", APR_ARRAY_IDX(options->affinity, i, wlm_binding_rule_t).text, NULL);
    }
    if (wlm_options_owner_field(options)) {
        APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, "WLMAffinityOwner ", options->owner_field, NULL);
    }
    add_load(lines, options, p);
    return lines;
}

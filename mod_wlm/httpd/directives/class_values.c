/* The value of WLMClass: a name, and words of the form key=value. In the parent, while httpd reads its
 * configuration. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <ap_expr.h>
#include "base/values.h"
#include "httpd/context/context.h"
#include "httpd/directives/cluster.h"
#include "shared/records.h"

_Static_assert(WLM_CLASSES_MAX + 1 == WLM_SHARED_CLASSES, "the record has counters of each class");

static const char *parse_word(wlm_class_t *class, const char *key, const char *value, const wlm_words_t *words)
{
    const char *wrong = NULL;

    if (strcmp(key, "expr") == 0) {
        class->expr = ap_expr_parse_cmd(words->cmd, value, 0, &wrong, NULL);
        return wrong;
    }
    if (strcmp(key, "goal") == 0) {
        return wlm_values_time(&class->goal, value, words->p);
    }
    if (strcmp(key, "priority") == 0) {
        return wlm_values_whole(&class->priority, value, 0, 9, words->p);
    }
    return apr_psprintf(words->p, "\"%s\" is no key of it", key);
}

/* It stands in logs and metrics */
static int is_name(const char *name)
{
    const char *c;

    for (c = name; apr_isalnum(*c) || *c == '-' || *c == '_' || *c == '.'; ++c) {
    }
    return c > name && !*c;
}

static const char *parse_name(wlm_class_t *class, const char *name, const apr_array_header_t *others, apr_pool_t *p)
{
    int i;

    class->name = name;
    for (i = 0; i < others->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(others, i, wlm_class_t).name, name) == 0) {
            return apr_psprintf(p, "there is a class \"%s\" already", name);
        }
    }
    return !is_name(name) ? apr_psprintf(p, "the name \"%s\" may have letters, digits and - _ . only", name)
         : others->nelts == WLM_CLASSES_MAX ? apr_psprintf(p, "there are at most %d classes", WLM_CLASSES_MAX) : NULL;
}

const char *wlm_values_class(void *value, const wlm_words_t *words)
{
    const apr_array_header_t *before = *(const apr_array_header_t **)value;
    apr_array_header_t *classes = before ? apr_array_copy(words->p, before)
                                         : apr_array_make(words->p, 1, sizeof(wlm_class_t));
    wlm_class_t class = { .priority = WLM_CLASS_PRIORITY };
    const char *wrong = parse_name(&class, words->at[0], classes, words->p), *key, *text;
    int i;

    for (i = 1; i < words->n && !wrong; ++i) {
        key = wlm_values_pair(&text, words->at[i], words->p);
        wrong = key ? parse_word(&class, key, text, words) : wlm_values_no_pair(words->at[i], words->p);
    }
    if (!wrong && !class.expr) {
        wrong = "expr=EXPRESSION says which requests are of the class; expr=true: all";
    }
    APR_ARRAY_PUSH(classes, wlm_class_t) = class;
    *(const apr_array_header_t **)value = classes;
    return wrong;
}

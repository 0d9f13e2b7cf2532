/* `wlmcfg merge`, new names: each is given once. On main()'s thread. */
#include <apr_strings.h>
#include "tools/wlmcfg/merge/names.h"

merge_names_t wlmcfg_merge_names(apr_pool_t *p)
{
    return (merge_names_t){ apr_hash_make(p), { apr_hash_make(p), apr_hash_make(p) } };
}

/* The first number that has not been tried with this base */
static int *next_number(const merge_names_t *names, const char *base, int is_counted, apr_pool_t *p)
{
    int *next = apr_hash_get(names->next[is_counted], base, APR_HASH_KEY_STRING);

    if (!next) {
        next = apr_palloc(p, sizeof(*next));
        *next = is_counted ? 0 : 2;
        apr_hash_set(names->next[is_counted], base, APR_HASH_KEY_STRING, next);
    }
    return next;
}

const char *wlmcfg_merge_name(const merge_names_t *names, const char *base, int is_counted)
{
    apr_pool_t *p = apr_hash_pool_get(names->used);
    const char *name = is_counted ? NULL : base;
    int *next = NULL;

    while (!name || apr_hash_get(names->used, name, APR_HASH_KEY_STRING)) {
        next = next ? next : next_number(names, base, is_counted, p);
        name = apr_psprintf(p, "%s_%d", base, (*next)++);
    }
    apr_hash_set(names->used, name, APR_HASH_KEY_STRING, name);
    return name;
}

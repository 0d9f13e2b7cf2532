/* Seals of several clusters in one cookie. Pure; runs on the threads that serve requests. */
#include "route/seal_list.h"
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>

#define SEPARATOR '.'              /* a character that cookies may have, and base64url has not */
#define OTHERS_MAX (WLM_SEAL_LIST_MAX - 1)

static int may_be_seal(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len && (apr_isalnum(text[i]) || text[i] == '-' || text[i] == '_'); ++i) {
    }
    return len == WLM_SEAL_LEN && i == len;
}

const char *wlm_seal_list_next(const char **pat, const char *end)
{
    while (*pat) {
        const char *text = *pat, *behind = memchr(text, SEPARATOR, (size_t)(end - text));

        *pat = behind ? behind + 1 : NULL;
        if (may_be_seal(text, (size_t)((behind ? behind : end) - text))) {
            return text;
        }
    }
    return NULL;
}

const char *wlm_seal_list_add(const char *list, const char *seal, apr_pool_t *p)
{
    const char *text = apr_pstrmemdup(p, seal, WLM_SEAL_LEN);

    if ((strlen(list) + 1) / (WLM_SEAL_LEN + 1) >= OTHERS_MAX || strstr(list, text)) {
        return list;
    }
    return *list ? apr_psprintf(p, "%s%c%s", list, SEPARATOR, text) : text;
}

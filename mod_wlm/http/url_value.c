/* Values in paths, queries and URLs. Pure; runs on the threads that serve requests. */
#include "http/url_value.h"
#include <string.h>

wlm_url_value_t wlm_url_segment(const char *path, int n)
{
    for (;; path += strcspn(path, "/?#")) {
        if (*path != '/') {
            return (wlm_url_value_t){ path, 0 };
        }
        ++path;
        if (--n == 0) {
            return (wlm_url_value_t){ path, strcspn(path, "/;?#") };
        }
    }
}

wlm_url_value_t wlm_url_parameter(const char *query, const char *name)
{
    size_t len = strlen(name);

    while (query && *query && *query != '#') {
        if (strncmp(query, name, len) == 0 && query[len] == '=') {
            return (wlm_url_value_t){ query + len + 1, strcspn(query + len + 1, "&#") };
        }
        query += strcspn(query, "&#");
        query += *query == '&';
    }
    return (wlm_url_value_t){ query, 0 };
}

const char *wlm_url_path(const char *url)
{
    size_t scheme = strcspn(url, ":/?#");

    if (strncmp(url + scheme, "://", 3) == 0) {
        url += scheme + 3;
        return url + strcspn(url, "/?#");
    }
    return strncmp(url, "//", 2) == 0 ? url + 2 + strcspn(url + 2, "/?#") : url;
}

const char *wlm_url_query(const char *url)
{
    const char *mark = url + strcspn(url, "?#");

    return *mark == '?' ? mark + 1 : NULL;
}

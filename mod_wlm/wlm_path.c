#include <string.h>
#include "wlm_path.h"

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Drop parameters, decode once, merge slashes. @return 0 when an escape is bad or is a NUL */
static int simplify(char *to, const char *from)
{
    char *begin = to;

    while (*from) {
        char c = *from;

        if (c == ';') {
            from += strcspn(from, "/");
            continue;
        }
        if (c == '%') {
            int high = hex(from[1]), low = high >= 0 ? hex(from[2]) : -1;
            if (low < 0 || (high == 0 && low == 0)) {
                return 0;
            }
            c = (char)(high << 4 | low);
            from += 2;
        }
        ++from;
        if (c != '/' || to == begin || to[-1] != '/') {
            *to++ = c;
        }
    }
    *to = '\0';
    return 1;
}

/* "/." or "/.." as a whole segment that begins at s? @return its length with the slash, or 0 */
static size_t dot_segment(const char *s)
{
    size_t n = s[0] == '/' && s[1] == '.' ? (s[2] == '.' ? 3 : 2) : 0;

    return n && (s[n] == '/' || s[n] == '\0') ? n : 0;
}

static int has_dot_segment(const char *path)
{
    for (; (path = strstr(path, "/.")) != NULL; ++path) {
        if (dot_segment(path)) {
            return 1;
        }
    }
    return 0;
}

/* Remove dot segments as RFC 3986 5.2.4 does; ".." at the root is dropped */
static void resolve(char *to, const char *from)
{
    char *begin = to;

    while (*from) {
        size_t dots = dot_segment(from);

        if (dots == 3) {
            while (to > begin && *--to != '/') {
            }
        }
        if (dots) {
            from += dots;
            if (!*from) {
                *to++ = '/';
            }
            continue;
        }
        do {
            *to++ = *from++;
        } while (*from && *from != '/');
    }
    *to = '\0';
}

wlm_path_result_t wlm_path_canonical(const char **pmatch, const char **presolved, const char *encoded, apr_pool_t *p)
{
    char *match, *resolved;
    size_t size;

    if (encoded[0] != '/') {
        return WLM_PATH_INVALID;
    }
    *pmatch = *presolved = encoded;
    if (strpbrk(encoded, "%;") || strstr(encoded, "//")) {
        size = strlen(encoded) + 2;
        match = apr_palloc(p, size);
        if (!simplify(match, encoded)) {
            return WLM_PATH_INVALID;
        }
        *pmatch = *presolved = match;
    }
    if (!has_dot_segment(*pmatch)) {
        return WLM_PATH_OK;
    }
    resolved = apr_palloc(p, strlen(*pmatch) + 2);
    resolve(resolved, *pmatch);
    *presolved = resolved;
    return WLM_PATH_AMBIGUOUS;
}

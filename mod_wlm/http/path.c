/* Normalising, matching and encoding of request paths. Pure; runs on the threads that serve requests, and in wlmcfg. */
#include <string.h>
#include <strings.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "base/percent.h"
#include "http/path.h"
#include "http/chars.h"

#define ESCAPE 3                   /* length of %2F */

/* -- the steps; each works in place and never makes the path longer ----------------- */

static void decode(char *path)
{
    size_t len = strlen(path);

    wlm_percent_decode(path, len + 1, path, len);
}

/* RFC 3986 2.3: the characters that mean the same with and without escape */
static int is_unreserved(char c)
{
    return apr_isalnum(c) || (c && strchr("-._~", c));
}

static void decode_unreserved(char *path)
{
    const char *from = path;

    while (*from) {
        int byte = wlm_percent_byte(from, ESCAPE);

        if (byte > 0 && is_unreserved((char)byte)) {
            *path++ = (char)byte;
            from += 3;
        }
        else {
            *path++ = *from++;
        }
    }
    *path = '\0';
}

static void drop_parameters(char *path)
{
    const char *from = path;

    while (*from) {
        if (*from == ';') {
            from += strcspn(from, "/");
        }
        else {
            *path++ = *from++;
        }
    }
    *path = '\0';
}

static void merge_slashes(char *path)
{
    const char *from = path;
    char *begin = path;

    for (; *from; ++from) {
        if (*from != '/' || path == begin || path[-1] != '/') {
            *path++ = *from;
        }
    }
    *path = '\0';
}

/* -- dot segments --------------------------------------------------------------------- */

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

static int leads_above_root(const char *path)
{
    int depth = 0;

    for (; (path = strchr(path, '/')) != NULL && depth >= 0; ++path) {
        size_t dots = dot_segment(path);

        depth += dots == 3 ? -1 : dots == 0 && path[1];
    }
    return depth < 0;
}

/* Remove dot segments as RFC 3986 5.2.4 does; ".." at the root is dropped */
static char *resolved_copy(const char *from, apr_pool_t *p)
{
    char *begin = apr_palloc(p, strlen(from) + 2), *to = begin;

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
    return begin;
}

/* -- encoding --------------------------------------------------------------------------- */

static int is_slash_escape(const char *s)
{
    return s[0] == '%' && s[1] == '2' && (s[2] == 'F' || s[2] == 'f');
}

/* Has an encoded path this character as an escape, with this text behind it? */
static int has_escape(const char *encoded, char c, const char *behind)
{
    for (; (encoded = strchr(encoded, '%')) != NULL; encoded += 3) {
        if (wlm_percent_byte(encoded, ESCAPE) == c
            && strncasecmp(encoded + 3, behind, strlen(behind)) == 0) {
            return 1;
        }
    }
    return 0;
}

static const char *encode(const char *path, int keep_semicolons, int keep_slash_escapes, apr_pool_t *p)
{
    char *encoded = apr_palloc(p, 3 * strlen(path) + 1), *to = encoded;

    for (; *path; ++path) {
        char c = *path;

        if (c == ';' ? keep_semicolons : c == '%' ? keep_slash_escapes && is_slash_escape(path)
                                                  : c != '?' && wlm_http_is_uri(c)) {
            *to++ = c;
        }
        else {
            to = wlm_percent_put(to, c);
        }
    }
    *to = '\0';
    return encoded;
}

const char *wlm_path_without_parameters(const char *path, apr_pool_t *p)
{
    char *without;

    if (!strchr(path, ';')) {
        return path;
    }
    without = apr_pstrdup(p, path);
    drop_parameters(without);
    return without;
}

const char *wlm_path_encode(const char *path, apr_pool_t *p)
{
    return encode(path, 0, 0, p);
}

const char *wlm_path_encode_rewritten(const char *path, const char *original, int keeps_slashes, apr_pool_t *p)
{
    int parameters = strchr(original, ';') != NULL, semicolons = has_escape(original, ';', "");
    int slashes = keeps_slashes && has_escape(original, '/', "");
    int texts = keeps_slashes && has_escape(original, '%', "2f");

    if ((parameters && semicolons && strchr(path, ';')) || (slashes && texts && strstr(path, "%2"))) {
        return NULL;
    }
    return encode(path, !semicolons, slashes, p);
}

/* -- the two forms of a path ------------------------------------------------------------ */

const char *wlm_path_normalise(const char *path, apr_pool_t *p)
{
    char *normal;

    if (path[0] != '/' || !wlm_percent_is_valid(path, strlen(path))) {
        return NULL;
    }
    normal = apr_pstrdup(p, path);
    decode_unreserved(normal);
    merge_slashes(normal);
    return leads_above_root(normal) ? NULL : resolved_copy(normal, p);
}

/* The path as a server reads it that decodes first and then drops parameters ("%3B" begins one, "%2F" ends one) */
static const char *other_reading(const char *encoded, apr_pool_t *p)
{
    char *path = apr_pstrdup(p, encoded);

    decode(path);
    drop_parameters(path);
    merge_slashes(path);
    return path;
}

wlm_path_result_t wlm_path_canonical(const char **pmatch, const char **presolved,
                                     const char *encoded, apr_pool_t *p)
{
    int has_escapes = strchr(encoded, '%') != NULL;
    const char *other = NULL;
    char *match;

    if (encoded[0] != '/' || (has_escapes && !wlm_percent_is_valid(encoded, strlen(encoded)))) {
        return WLM_PATH_INVALID;
    }
    *pmatch = encoded;
    if (has_escapes || strchr(encoded, ';') || strstr(encoded, "//")) {
        *pmatch = match = apr_pstrdup(p, encoded);
        drop_parameters(match);
        decode(match);
        merge_slashes(match);
    }
    if (has_escapes && (strchr(encoded, ';') || strchr(*pmatch, ';')) && !has_dot_segment(*pmatch)) {
        other = other_reading(encoded, p);
    }
    *presolved = *pmatch;
    if (!has_dot_segment(other ? other : *pmatch)) {
        return WLM_PATH_OK;
    }
    *presolved = resolved_copy(other ? other : *pmatch, p);
    return WLM_PATH_AMBIGUOUS;
}

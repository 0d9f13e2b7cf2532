/* The path of a request: what is matched is the same path for every server that could read it, or it is called
 * ambiguous. The two readings are made here in the plainest way, without the short cuts of http/path.c. */
#include <string.h>
#include <apr_strings.h>
#include "fuzz.h"
#include "base/percent.h"
#include "http/path.h"

static int is_sound(const char *path)
{
    if (*path != '/') {
        return 0;
    }
    while ((path = strchr(path, '%')) != NULL) {
        if (wlm_percent_digit(path[1]) < 0 || wlm_percent_digit(path[2]) < 0 || strncmp(path, "%00", 3) == 0) {
            return 0;
        }
        ++path;
    }
    return 1;
}

static char *decoded(const char *path, apr_pool_t *p)
{
    char *copy = apr_pcalloc(p, strlen(path) + 1), *to = copy;

    for (; *path; ++path) {
        if (*path == '%') {
            *to++ = (char)(wlm_percent_digit(path[1]) * 16 + wlm_percent_digit(path[2]));
            path += 2;
        }
        else {
            *to++ = *path;
        }
    }
    return copy;
}

static char *without_parameters(const char *path, apr_pool_t *p)
{
    char *copy = apr_pcalloc(p, strlen(path) + 1), *to = copy;
    int inside = 0;

    for (; *path; ++path) {
        inside = *path == '/' ? 0 : inside | (*path == ';');
        if (!inside) {
            *to++ = *path;
        }
    }
    return copy;
}

static char *with_single_slashes(const char *path, apr_pool_t *p)
{
    char *copy = apr_pcalloc(p, strlen(path) + 1), *to = copy;

    for (; *path; ++path) {
        if (path[0] != '/' || path[1] != '/') {
            *to++ = *path;
        }
    }
    return copy;
}

static int has_dots(const char *path)
{
    while ((path = strchr(path, '/')) != NULL) {
        size_t length = strcspn(++path, "/");

        if (length && length <= 2 && strspn(path, ".") >= length) {
            return 1;
        }
    }
    return 0;
}

static int is_clean(const char *path)
{
    return *path == '/' && !strstr(path, "//") && !has_dots(path);
}

/* What is encoded again means the same, and a rewrite that changes nothing adds no parameter and takes no escape */
static void check_encoded(const char *match, const char *path, apr_pool_t *p)
{
    const char *again, *resolved, *rewritten = wlm_path_encode_rewritten(match, path, 0, p);

    FUZZ_ASSERT(wlm_path_canonical(&again, &resolved, wlm_path_encode(match, p), p) == WLM_PATH_OK);
    FUZZ_ASSERT(strcmp(again, match) == 0);
    if (rewritten && !strchr(path, ';')) {
        FUZZ_ASSERT(wlm_path_canonical(&again, &resolved, rewritten, p) == WLM_PATH_OK && strcmp(again, match) == 0);
    }
}

static void check_canonical(const char *path, apr_pool_t *p)
{
    const char *match, *resolved, *ours, *theirs;
    wlm_path_result_t result = wlm_path_canonical(&match, &resolved, path, p);

    FUZZ_ASSERT((result == WLM_PATH_INVALID) == !is_sound(path));
    if (result == WLM_PATH_INVALID) {
        return;
    }
    ours = with_single_slashes(decoded(without_parameters(path, p), p), p);
    theirs = with_single_slashes(without_parameters(decoded(path, p), p), p);
    FUZZ_ASSERT(strcmp(match, ours) == 0);
    FUZZ_ASSERT((result == WLM_PATH_AMBIGUOUS) == (has_dots(ours) || has_dots(theirs)));
    FUZZ_ASSERT(is_clean(resolved) && (result == WLM_PATH_AMBIGUOUS || resolved == match));
    if (result == WLM_PATH_OK) {
        check_encoded(match, path, p);
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    const char *path = fuzz_rest(&input, p), *normal = wlm_path_normalise(path, p), *again;

    check_canonical(path, p);
    FUZZ_ASSERT(!normal || is_sound(path));
    if (normal) {
        again = wlm_path_normalise(normal, p);
        FUZZ_ASSERT(is_sound(normal) && is_clean(normal) && again && strcmp(again, normal) == 0);
        check_canonical(normal, p);
    }
}

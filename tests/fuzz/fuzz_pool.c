/* A pool hands out pieces of large blocks: a byte too far lies in the next piece, and AddressSanitizer sees nothing
 * wrong. So the linker (--wrap) sends these calls of our code here first: some guard bytes come behind
 * each piece. */
#include <stdlib.h>
#include <string.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <sanitizer/asan_interface.h>
#include "fuzz.h"

#define GAP 16

static char **gaps;                /* of the current input */
static size_t ngaps, room;

static void remember(char *gap)
{
    if (ngaps == room) {
        room = room ? room * 2 : 1024;
        gaps = realloc(gaps, room * sizeof(*gaps));
        if (!gaps) {
            abort();
        }
    }
    gaps[ngaps++] = gap;
}

/* Memory that goes back to APR is used anew, which AddressSanitizer does not see: forget it all */
static void forget(void)
{
    while (ngaps) {
        ASAN_UNPOISON_MEMORY_REGION(gaps[--ngaps], GAP);
    }
}

/* the shared libraries call them, too */
#pragma GCC visibility push(default)
void *__real_apr_palloc(apr_pool_t *p, apr_size_t size);
void *__wrap_apr_palloc(apr_pool_t *p, apr_size_t size);
void *__wrap_apr_pcalloc(apr_pool_t *p, apr_size_t size);
void *__wrap_apr_pmemdup(apr_pool_t *p, const void *from, apr_size_t size);
char *__wrap_apr_pstrmemdup(apr_pool_t *p, const char *from, apr_size_t size);
char *__wrap_apr_pstrdup(apr_pool_t *p, const char *from);
void __real_apr_pool_clear(apr_pool_t *p);
void __wrap_apr_pool_clear(apr_pool_t *p);
void __real_apr_pool_destroy(apr_pool_t *p);
void __wrap_apr_pool_destroy(apr_pool_t *p);
#pragma GCC visibility pop

void *__wrap_apr_palloc(apr_pool_t *p, apr_size_t size)
{
    char *piece = __real_apr_palloc(p, size + GAP);

    remember(piece + size);
    ASAN_POISON_MEMORY_REGION(piece + size, GAP);
    return piece;
}

void *__wrap_apr_pcalloc(apr_pool_t *p, apr_size_t size)
{
    return memset(__wrap_apr_palloc(p, size), 0, size);
}

void *__wrap_apr_pmemdup(apr_pool_t *p, const void *from, apr_size_t size)
{
    return memcpy(__wrap_apr_palloc(p, size), from, size);
}

char *__wrap_apr_pstrmemdup(apr_pool_t *p, const char *from, apr_size_t size)
{
    char *copy = __wrap_apr_palloc(p, size + 1);

    memcpy(copy, from, size);
    copy[size] = '\0';
    return copy;
}

char *__wrap_apr_pstrdup(apr_pool_t *p, const char *from)
{
    return from ? __wrap_apr_pstrmemdup(p, from, strlen(from)) : NULL;
}

void __wrap_apr_pool_clear(apr_pool_t *p)
{
    forget();
    __real_apr_pool_clear(p);
}

void __wrap_apr_pool_destroy(apr_pool_t *p)
{
    forget();
    __real_apr_pool_destroy(p);
}

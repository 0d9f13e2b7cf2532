/* The file of WLMStateFile: what is read, printed and read again is the same; what is refused has a reason and gives
 * nothing. Input: such a text, with or without its last line. */
#include <stdint.h>
#include <string.h>
#include <apr_escape.h>
#include <apr_md5.h>
#include <apr_strings.h>
#include "base/cache_line.h"
#include "fuzz.h"
#include "shared/saved_state.h"

#define MOST_MEMBERS 4

static const wlm_saved_clock_t clock_now = { { apr_time_from_sec(1000086400), apr_time_from_sec(1764374400) }, "boot" };

static int parse(wlm_saved_t **psaved, const char *text, size_t length, apr_pool_t *p)
{
    int n;
    const char *wrong = wlm_saved_parse(psaved, &n, text, length, &clock_now, p);

    FUZZ_ASSERT(n >= 0 && (!wrong || (*wrong && n == 0)));
    return wrong ? -1 : n;
}

/* With a last line that fits to the rest, which no mutation would find */
static const char *finished(const char *text, apr_pool_t *p)
{
    unsigned char md5[APR_MD5_DIGESTSIZE];
    const char *end;
    int lines = -1;

    for (end = text; (end = strchr(end, '\n')) != NULL; ++end) {
        ++lines;
    }
    apr_md5(md5, text, strlen(text));
    return apr_psprintf(p, "%send %d %s\n", text, lines > 0 ? lines : 0, apr_pescape_hex(p, md5, sizeof(md5), 0));
}

static const char *print(wlm_shared_member_t *const *records, const wlm_saved_t *saved, int n, apr_pool_t *p)
{
    wlm_saved_entry_t entries[MOST_MEMBERS];
    apr_size_t length;
    const char *text;
    int i;

    for (i = 0; i < n; ++i) {
        entries[i] = (wlm_saved_entry_t){ .key = saved[i].key, .member = records[i] };
    }
    text = wlm_saved_print(entries, n, &clock_now, &length, p);
    FUZZ_ASSERT(strlen(text) == length);
    return text;
}

static const char *restore_and_print(const wlm_saved_t *saved, int n, apr_pool_t *p)
{
    wlm_shared_member_t *records[MOST_MEMBERS];
    int i;

    for (i = 0; i < n; ++i) {
        char *memory = apr_pcalloc(p, sizeof(**records) + WLM_CACHE_LINE);

        records[i] = (void *)(((uintptr_t)memory + WLM_CACHE_LINE - 1) & ~(uintptr_t)(WLM_CACHE_LINE - 1));
        wlm_saved_restore(records[i], &saved[i]);
    }
    return print(records, saved, n, p);
}

static void check_damage(const char *text, size_t at, apr_pool_t *p)
{
    char *damaged = apr_pstrdup(p, text);
    wlm_saved_t *saved;

    at %= strlen(text);
    damaged[at] = damaged[at] == 'x' ? 'y' : 'x';
    FUZZ_ASSERT(parse(&saved, damaged, strlen(damaged), p) < 0);
    damaged[at] = '\0';
    FUZZ_ASSERT(parse(&saved, damaged, strlen(damaged), p) < 0);
}

static void check_text(const char *text, size_t length, apr_pool_t *p)
{
    wlm_saved_t *saved;
    const char *first, *second;
    int n = parse(&saved, text, length, p);

    if (n < 0 || n > MOST_MEMBERS) {
        return;
    }
    first = restore_and_print(saved, n, p);
    FUZZ_ASSERT(parse(&saved, first, strlen(first), p) == n);
    second = restore_and_print(saved, n, p);
    FUZZ_ASSERT(strcmp(first, second) == 0);
    check_damage(first, length * 31, p);
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    const char *text = apr_pstrmemdup(p, data, size), *whole;

    check_text(text, size, p);
    whole = finished(fuzz_rest(&input, p), p);
    check_text(whole, strlen(whole), p);
}

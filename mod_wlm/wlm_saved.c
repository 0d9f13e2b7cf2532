#include <stddef.h>
#include <string.h>
#include <apr_escape.h>
#include <apr_md5.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include "wlm_saved.h"

#define TITLE "mod_wlm state "
#define FIRST TITLE "1\n"
#define END   "end "
#define KEY_DIGITS 16

/* -- the values of a record ------------------------------------------------------------------- */

typedef struct value_t {
    const char *name;
    size_t offset;
    int is_wide;                   /* 64 bits, otherwise 32 */
} value_t;

#define WIDE(field)   { #field, offsetof(wlm_shared_member_t, field), 1 }
#define NARROW(field) { #field, offsetof(wlm_shared_member_t, field), 0 }

static const value_t values[] = {
    WIDE(health), WIDE(steer), WIDE(check), WIDE(out_until), WIDE(busy_until), WIDE(up_since), WIDE(window), NARROW(streak), NARROW(debt),
    WIDE(requests), WIDE(failures), WIDE(busy), WIDE(sessions_new), WIDE(sessions_kept), WIDE(sessions_moved),
    WIDE(down_since),
};

#define NVALUES (sizeof(values) / sizeof(values[0]))

static uint64_t get(const wlm_shared_member_t *record, const value_t *value)
{
    const char *at = (const char *)record + value->offset;

    return value->is_wide ? atomic_load((const _Atomic uint64_t *)(const void *)at)
                          : atomic_load((const _Atomic uint32_t *)(const void *)at);
}

static void set(wlm_shared_member_t *record, const value_t *value, uint64_t number)
{
    char *at = (char *)record + value->offset;

    if (value->is_wide) {
        atomic_store((_Atomic uint64_t *)(void *)at, number);
    }
    else {
        atomic_store((_Atomic uint32_t *)(void *)at, (uint32_t)number);
    }
}

void wlm_saved_copy(wlm_shared_member_t *to, const wlm_shared_member_t *from)
{
    size_t i;

    for (i = 0; i < NVALUES; ++i) {
        set(to, &values[i], get(from, &values[i]));
    }
}

/* -- printing -------------------------------------------------------------------------------------- */

static const char *digest(const char *text, apr_size_t length, apr_pool_t *p)
{
    unsigned char md5[APR_MD5_DIGESTSIZE];

    apr_md5(md5, text, length);
    return apr_pescape_hex(p, md5, sizeof(md5), 0);
}

static const char *print_member(const wlm_saved_t *saved, apr_pool_t *p)
{
    const char *text[NVALUES + 2];
    struct iovec parts[NVALUES + 2];
    int i, n = 0;

    text[n++] = apr_psprintf(p, "%016" APR_UINT64_T_HEX_FMT, (apr_uint64_t)saved->key);
    for (i = 0; i < (int)NVALUES; ++i) {
        uint64_t number = get(&saved->record, &values[i]);
        if (number) {
            text[n++] = apr_psprintf(p, " %s=%" APR_UINT64_T_FMT, values[i].name, (apr_uint64_t)number);
        }
    }
    text[n++] = "\n";
    for (i = 0; i < n; ++i) {
        parts[i].iov_base = (void *)(size_t)text[i];
        parts[i].iov_len = strlen(text[i]);
    }
    return apr_pstrcatv(p, parts, (apr_size_t)n, NULL);
}

const char *wlm_saved_print(const wlm_saved_t *saved, int n, apr_size_t *plength, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, n + 1, sizeof(const char *));
    const char *body, *text;
    int i;

    APR_ARRAY_PUSH(lines, const char *) = FIRST;
    for (i = 0; i < n; ++i) {
        APR_ARRAY_PUSH(lines, const char *) = print_member(&saved[i], p);
    }
    body = apr_array_pstrcat(p, lines, 0);
    text = apr_psprintf(p, "%s" END "%d %s\n", body, n, digest(body, strlen(body), p));
    *plength = strlen(text);
    return text;
}

/* -- reading ------------------------------------------------------------------------------------------- */

/* @return 0: there is no number up to `end` */
static int read_number(uint64_t *pnumber, const char *text, const char *end)
{
    uint64_t number = 0;
    const char *at;

    for (at = text; at < end && *at >= '0' && *at <= '9'; ++at) {
        if (number > (UINT64_MAX - (uint64_t)(*at - '0')) / 10) {
            return 0;
        }
        number = number * 10 + (uint64_t)(*at - '0');
    }
    *pnumber = number;
    return at > text && at == end;
}

static int read_value(wlm_shared_member_t *record, const char *word, const char *end)
{
    const char *equals = memchr(word, '=', (size_t)(end - word));
    uint64_t number;
    size_t i, length;

    if (!equals || !read_number(&number, equals + 1, end)) {
        return 0;
    }
    length = (size_t)(equals - word);
    for (i = 0; i < NVALUES; ++i) {
        if (strlen(values[i].name) == length && memcmp(values[i].name, word, length) == 0) {
            if (!values[i].is_wide && number > UINT32_MAX) {
                return 0;
            }
            set(record, &values[i], number);
        }
    }
    return 1;
}

static int read_key(uint64_t *pkey, const char *line, const char *end)
{
    static const char digits[] = "0123456789abcdef";
    int i;

    *pkey = 0;
    for (i = 0; i < KEY_DIGITS; ++i) {
        const char *digit = line + i < end ? memchr(digits, line[i], 16) : NULL;
        if (!digit) {
            return 0;
        }
        *pkey = *pkey << 4 | (uint64_t)(digit - digits);
    }
    return *pkey != 0;
}

/* @param end  behind the line's last character */
static int read_member(wlm_saved_t *saved, const char *line, const char *end)
{
    const char *at = line + KEY_DIGITS;

    if (!read_key(&saved->key, line, end)) {
        return 0;
    }
    while (at < end) {
        const char *word = at + 1, *space = *at == ' ' ? memchr(word, ' ', (size_t)(end - word)) : NULL;
        if (*at != ' ' || !read_value(&saved->record, word, space ? space : end)) {
            return 0;
        }
        at = space ? space : end;
    }
    return 1;
}

/* The last line tells whether all that stands before it is there. @return NULL: it does */
static const char *check_end(const char *text, const char *last, const char *end, int *pn, apr_pool_t *p)
{
    const char *space;
    uint64_t n;

    if (last < text || strncmp(last, END, strlen(END)) != 0) {
        return "its end is missing";
    }
    space = memchr(last + strlen(END), ' ', (size_t)(end - last) - strlen(END));
    if (!space || !read_number(&n, last + strlen(END), space) || n > (uint64_t)(end - text) / KEY_DIGITS
        || strcmp(space + 1, apr_pstrcat(p, digest(text, (apr_size_t)(last - text), p), "\n", NULL)) != 0) {
        return "it is damaged: its last line does not fit to what stands before it";
    }
    *pn = (int)n;
    return NULL;
}

static const char *last_line(const char *text, apr_size_t length)
{
    const char *at = text + length - 1; /* its line feed */

    while (at > text && at[-1] != '\n') {
        --at;
    }
    return at;
}

/* Records are aligned to cache lines, which pools do not know */
wlm_saved_t *wlm_saved_make(int n, apr_pool_t *p)
{
    char *memory = apr_pcalloc(p, sizeof(wlm_saved_t) * (apr_size_t)n + WLM_CACHE_LINE);

    return (wlm_saved_t *)(void *)(memory + (WLM_CACHE_LINE - (uintptr_t)memory % WLM_CACHE_LINE) % WLM_CACHE_LINE);
}

/* @return NULL, or what is wrong with the lines between the first and the last */
static const char *read_members(wlm_saved_t *saved, int n, const char *line, const char *last, apr_pool_t *p)
{
    int i;

    for (i = 0; line < last; ++i) {
        const char *end = memchr(line, '\n', (size_t)(last - line));
        if (i == n || !end || !read_member(&saved[i], line, end)) {
            return apr_psprintf(p, "line %d is no member", i + 2);
        }
        line = end + 1;
    }
    return i == n ? NULL : "it has fewer members than its end says";
}

const char *wlm_saved_parse(wlm_saved_t **psaved, int *pn, const char *text, apr_size_t length, apr_pool_t *p)
{
    const char *last, *wrong;
    int n;

    *psaved = NULL;
    *pn = 0;
    if (length < strlen(FIRST) || memchr(text, '\0', length) || strncmp(text, TITLE, strlen(TITLE)) != 0) {
        return "it is no such file";
    }
    if (strncmp(text, FIRST, strlen(FIRST)) != 0) {
        return "it has another version than 1";
    }
    last = last_line(text, length);
    wrong = check_end(text, last, text + length, &n, p);
    if (wrong) {
        return wrong;
    }
    *psaved = wlm_saved_make(n, p);
    wrong = read_members(*psaved, n, text + strlen(FIRST), last, p);
    *pn = wrong ? 0 : n;
    return wrong;
}

/* The values of a record, each a word: one number, or several (requests=7 failures=0,0,3; zeros at the end are left
 * out), or texts with their times, the oldest first, percent-encoded (events=1700000000000:marked%20down,...). Runs in
 * the parent. */
#include <stddef.h>
#include <string.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include "base/percent.h"
#include "shared/saved_private.h"

typedef enum { WIDE, NARROW, LINE, RING } kind_t;

typedef struct value_t {
    const char *name;
    kind_t kind;                   /* WIDE, NARROW: numbers of 64, 32 bits */
    size_t offset;
    int n;                         /* how many numbers */
} value_t;

#define VALUE(kind, field, n) { #field, kind, offsetof(wlm_shared_member_t, field), n }
#define COUNTER(where, name, key, metric, help) \
    VALUE(WIDE, name, WLM_COUNTER_NUMBERS(((wlm_shared_member_t *)0)->name)),

/* Without requests in flight, which end with their processes, and samples, which are of the last minutes */
static const value_t values[] = {
    VALUE(WIDE, health, 1),
    { "steer", WIDE, offsetof(wlm_shared_member_t, admin), 1 }, /* the word of the format since its version 1 */
    VALUE(WIDE, check, 1), VALUE(WIDE, out_until, 1), VALUE(WIDE, busy_until, 1), VALUE(WIDE, up_since, 1),
    VALUE(WIDE, window, 1), VALUE(WIDE, down_since, 1),
    VALUE(WIDE, reported_state, 1), VALUE(WIDE, reported_load, 1), VALUE(WIDE, reported_scale, 1),
    VALUE(WIDE, heartbeat, 1),
    VALUE(WIDE, checked_out_since, 1), VALUE(WIDE, reported_out_since, 1), VALUE(WIDE, left_out_since, 1),
    VALUE(WIDE, busy_since, 1),
    VALUE(NARROW, streak, 1), VALUE(NARROW, debt, 1), VALUE(NARROW, may_have, 1),
    { "found_limit", WIDE, offsetof(wlm_shared_member_t, found.limit), 1 },
    { "usual_time", WIDE, offsetof(wlm_shared_member_t, found.usual), 1 },
    WLM_COUNTERS(COUNTER)
    /* not `times`, of earlier versions with other ends of buckets: who has one does not know the other */
    { "response_times", WIDE, offsetof(wlm_shared_member_t, times), WLM_HISTOGRAM_BUCKETS },
    { "response_times_sum", WIDE, offsetof(wlm_shared_member_t, times_sum), 1 },
    { "resolved_http", WIDE, offsetof(wlm_shared_member_t, resolved[0]), WLM_RESOLVED_WORDS },
    { "resolved_https", WIDE, offsetof(wlm_shared_member_t, resolved[1]), WLM_RESOLVED_WORDS },
    { "peak_in_flight", NARROW, offsetof(wlm_shared_member_t, activity.peak), 1 },
    { "time_down", WIDE, offsetof(wlm_shared_member_t, activity.time_down), 1 },
    { "requests_seen", WIDE, offsetof(wlm_shared_member_t, activity.requests), 1 },
    { "sessions_seen", WIDE, offsetof(wlm_shared_member_t, activity.sessions_kept), 1 },
    { "last_request", WIDE, offsetof(wlm_shared_member_t, activity.request_at), 1 },
    { "last_session", WIDE, offsetof(wlm_shared_member_t, activity.session_at), 1 },
    VALUE(LINE, error, 1), VALUE(LINE, note, 1), VALUE(RING, events, 1),
};

#define NVALUES (sizeof(values) / sizeof(values[0]))

/* -- numbers ----------------------------------------------------------------------------------- */

static uint64_t get(const wlm_shared_member_t *record, const value_t *value, int i)
{
    const char *at = (const char *)record + value->offset;

    return value->kind == WIDE ? atomic_load((const _Atomic uint64_t *)(const void *)at + i)
                               : atomic_load((const _Atomic uint32_t *)(const void *)at + i);
}

static void set(wlm_shared_member_t *record, const value_t *value, int i, uint64_t number)
{
    char *at = (char *)record + value->offset;

    if (value->kind == WIDE) {
        atomic_store((_Atomic uint64_t *)(void *)at + i, number);
    }
    else {
        atomic_store((_Atomic uint32_t *)(void *)at + i, (uint32_t)number);
    }
}

int wlm_saved_read_number(uint64_t *pnumber, const char *text, const char *end)
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

static const char *print_numbers(const wlm_shared_member_t *record, const value_t *value, apr_pool_t *p)
{
    apr_array_header_t *words;
    int i, n = value->n;

    while (n > 0 && !get(record, value, n - 1)) {
        --n;
    }
    words = apr_array_make(p, n + 1, sizeof(const char *));
    for (i = 0; i < n; ++i) {
        APR_ARRAY_PUSH(words, const char *) =
            apr_psprintf(p, "%" APR_UINT64_T_FMT, (apr_uint64_t)get(record, value, i));
    }
    return apr_array_pstrcat(p, words, ',');
}

static int read_numbers(wlm_shared_member_t *record, const value_t *value, const char *text, const char *end)
{
    int i;

    for (i = 0; i < value->n; ++i) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        uint64_t number;

        if (!wlm_saved_read_number(&number, text, comma ? comma : end)
            || (value->kind == NARROW && number > UINT32_MAX)) {
            return 0;
        }
        set(record, value, i, number);
        if (!comma) {
            return 1;
        }
        text = comma + 1;
    }
    return 0; /* more than there is room for */
}

/* -- texts ------------------------------------------------------------------------------------------ */

static const char *encode(const char *text, apr_pool_t *p)
{
    char *out = apr_palloc(p, 3 * strlen(text) + 1), *at = out;

    for (; *text; ++text) {
        if (apr_isalnum(*text) || strchr("-._/:()", *text)) {
            *at++ = *text;
        }
        else {
            at = wlm_percent_put(at, *text);
        }
    }
    *at = '\0';
    return out;
}

/* A text that is too long is truncated. @return 0: a bad escape */
static int decode(char text[WLM_SHARED_TEXT_SIZE], const char *at, const char *end)
{
    size_t len = (size_t)(end - at);

    wlm_percent_decode(text, WLM_SHARED_TEXT_SIZE, at, len);
    return wlm_percent_is_valid(at, len);
}

static const char *print_line(uint64_t at, const char *text, apr_pool_t *p)
{
    return apr_psprintf(p, "%" APR_UINT64_T_FMT ":%s", (apr_uint64_t)at, encode(text, p));
}

static const char *print_ring(const wlm_event_ring_t *ring, apr_pool_t *p)
{
    apr_array_header_t *words = apr_array_make(p, WLM_EVENT_RING_LINES, sizeof(const char *));
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;
    int i;

    for (i = WLM_EVENT_RING_LINES - 1; i >= 0; --i) {
        if (wlm_event_ring_get(ring, i, &at, text)) {
            APR_ARRAY_PUSH(words, const char *) = print_line(at, text, p);
        }
    }
    return apr_array_pstrcat(p, words, ',');
}

static const char *print_lines(const wlm_shared_member_t *record, const value_t *value, apr_pool_t *p)
{
    const char *where = (const char *)record + value->offset;
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;

    if (value->kind == RING) {
        return print_ring((const wlm_event_ring_t *)(const void *)where, p);
    }
    return wlm_shared_text_get((const wlm_shared_text_t *)(const void *)where, &at, text)
           ? print_line(at, text, p) : "";
}

static int read_line(wlm_shared_member_t *record, const value_t *value, const char *word, const char *end)
{
    char *where = (char *)record + value->offset, text[WLM_SHARED_TEXT_SIZE];
    const char *colon = memchr(word, ':', (size_t)(end - word));
    uint64_t at;

    if (!colon || !wlm_saved_read_number(&at, word, colon) || !decode(text, colon + 1, end)) {
        return 0;
    }
    if (value->kind == LINE) {
        wlm_shared_text_put((wlm_shared_text_t *)(void *)where, at, text);
    }
    else {
        wlm_event_ring_add((wlm_event_ring_t *)(void *)where, at, text);
    }
    return 1;
}

static int read_lines(wlm_shared_member_t *record, const value_t *value, const char *text, const char *end)
{
    for (;;) {
        const char *comma = memchr(text, ',', (size_t)(end - text));

        if (!read_line(record, value, text, comma ? comma : end)) {
            return 0;
        }
        if (!comma) {
            return 1;
        }
        text = comma + 1;
    }
}

/* -- all ------------------------------------------------------------------------------------------------ */

static int is_text(const value_t *value)
{
    return value->kind == LINE || value->kind == RING;
}

const char *wlm_saved_print_values(const wlm_shared_member_t *record, apr_pool_t *p)
{
    apr_array_header_t *words = apr_array_make(p, NVALUES, sizeof(const char *));
    size_t i;

    for (i = 0; i < NVALUES; ++i) {
        const char *text =
            is_text(&values[i]) ? print_lines(record, &values[i], p) : print_numbers(record, &values[i], p);
        if (*text) {
            APR_ARRAY_PUSH(words, const char *) = apr_pstrcat(p, " ", values[i].name, "=", text, NULL);
        }
    }
    return apr_array_pstrcat(p, words, 0);
}

const char *wlm_saved_print_events(const wlm_event_ring_t *events, apr_pool_t *p)
{
    const char *text = print_ring(events, p);

    return *text ? apr_pstrcat(p, " events=", text, NULL) : "";
}

int wlm_saved_read_value(wlm_shared_member_t *record, const char *word, const char *end)
{
    const char *equals = memchr(word, '=', (size_t)(end - word));
    size_t i, length;

    if (!equals) {
        return 0;
    }
    length = (size_t)(equals - word);
    for (i = 0; i < NVALUES; ++i) {
        if (strlen(values[i].name) == length && memcmp(values[i].name, word, length) == 0) {
            return is_text(&values[i]) ? read_lines(record, &values[i], equals + 1, end)
                                       : read_numbers(record, &values[i], equals + 1, end);
        }
    }
    return 1;
}

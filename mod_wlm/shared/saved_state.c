/* The state of members, and the events of clusters and files, as text: its lines, clock and checksum. The words of a
 * line: shared/saved_values.c. Runs in the parent. */
#include <string.h>
#include <apr_escape.h>
#include <apr_md5.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include "health/health.h"
#include "health/heartbeat.h"
#include "health/reported.h"
#include "shared/saved_private.h"
#include "health/admin_state.h"

#define TITLE "mod_wlm state "
#define FIRST TITLE "2\n"
#define FIRST_OF_1 TITLE "1\n"
#define CLOCK "clock "
#define END   "end "
#define KEY_DIGITS 16

/* -- printing -------------------------------------------------------------------------------------- */

static const char *digest(const char *text, apr_size_t length, apr_pool_t *p)
{
    unsigned char md5[APR_MD5_DIGESTSIZE];

    apr_md5(md5, text, length);
    return apr_pescape_hex(p, md5, sizeof(md5), 0);
}

const char *wlm_saved_print(const wlm_saved_entry_t *entries, int n, const wlm_saved_clock_t *clock,
                            apr_size_t *plength, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, n + 1, sizeof(const char *));
    const char *body, *text;
    int i;

    APR_ARRAY_PUSH(lines, const char *) = apr_psprintf(p, FIRST CLOCK "%" APR_TIME_T_FMT " %" APR_TIME_T_FMT " %s\n",
                                                       apr_time_as_msec(clock->moment.now),
                                                       apr_time_as_msec(clock->moment.day),
                                                       *clock->boot ? clock->boot : "-");
    for (i = 0; i < n; ++i) {
        const wlm_saved_entry_t *entry = &entries[i];

        APR_ARRAY_PUSH(lines, const char *) =
            apr_psprintf(p, "%016" APR_UINT64_T_HEX_FMT "%s\n", (apr_uint64_t)entry->key,
                         entry->member ? wlm_saved_print_values(entry->member, p)
                                       : wlm_saved_print_events(entry->events, p));
    }
    body = apr_array_pstrcat(p, lines, 0);
    text = apr_psprintf(p, "%s" END "%d %s\n", body, n, digest(body, strlen(body), p));
    *plength = strlen(text);
    return text;
}

/* -- reading ------------------------------------------------------------------------------------------- */

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

/* @return 0: a word is malformed */
static int read_values(wlm_shared_member_t *record, const wlm_saved_t *saved)
{
    const char *at = saved->values, *end = saved->end;

    while (at < end) {
        const char *word = at + 1, *space = *at == ' ' ? memchr(word, ' ', (size_t)(end - word)) : NULL;
        if (*at != ' ' || !wlm_saved_read_value(record, word, space ? space : end)) {
            return 0;
        }
        at = space ? space : end;
    }
    return 1;
}

static void move(_Atomic uint64_t *at, apr_interval_time_t by)
{
    atomic_store(at, wlm_clock_move(atomic_load(at), by));
}

void wlm_saved_restore(wlm_shared_member_t *record, const wlm_saved_t *saved)
{
    apr_interval_time_t shift = saved->shift;

    read_values(record, saved);
    atomic_store(&record->heartbeat, wlm_heartbeat_resumed(atomic_load(&record->heartbeat)));
    if (shift) {
        atomic_store(&record->health, wlm_health_move(atomic_load(&record->health), shift));
        atomic_store(&record->admin, wlm_admin_state_move(atomic_load(&record->admin), shift));
        atomic_store(&record->reported_load, wlm_reported_load_move(atomic_load(&record->reported_load), shift));
        move(&record->out_until, shift);
        move(&record->busy_until, shift);
        move(&record->up_since, shift);
        move(&record->down_since, shift);
        move(&record->checked_out_since, shift);
        move(&record->reported_out_since, shift);
        move(&record->left_out_since, shift);
        move(&record->busy_since, shift);
        move(&record->activity.request_at, shift);
        move(&record->activity.session_at, shift);
        atomic_store(&record->window, 0); /* a few seconds, which are over */
    }
}

void wlm_saved_restore_events(wlm_event_ring_t *events, const wlm_saved_t *saved)
{
    static const wlm_shared_member_t nothing;
    wlm_shared_member_t scratch;       /* has events under the same name */
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;
    int i;

    memcpy((void *)&scratch, (const void *)&nothing, sizeof(scratch));
    read_values(&scratch, saved);
    for (i = WLM_EVENT_RING_LINES - 1; i >= 0; --i) {
        if (wlm_event_ring_get(&scratch.events, i, &at, text)) {
            wlm_event_ring_add(events, at, text);
        }
    }
}

/* -- the line with the time ------------------------------------------------------------------------------ */

#define LATEST ((uint64_t)1 << 50) /* ms: more than any clock shows, and its sums fit */

/* @return 0: there is no time */
static int read_ms(apr_time_t *ptime, const char **pat, const char *end)
{
    const char *space = memchr(*pat, ' ', (size_t)(end - *pat));
    uint64_t ms;

    if (!space || !wlm_saved_read_number(&ms, *pat, space) || ms > LATEST) {
        return 0;
    }
    *ptime = apr_time_from_msec((apr_time_t)ms);
    *pat = space + 1;
    return 1;
}

static apr_interval_time_t shift_of(const wlm_moment_t *then, int same_start, const wlm_moment_t *now)
{
    apr_interval_time_t passed = now->day > then->day ? now->day - then->day : 0;

    return same_start && now->now >= then->now ? 0 : now->now - then->now - passed;
}

/* @param pmembers  where the members' lines begin
 * @return NULL, or what is wrong */
static const char *read_clock(apr_interval_time_t *pshift, const char **pmembers, const char *text,
                              const wlm_saved_clock_t *now)
{
    const char *at, *end;
    wlm_moment_t then;
    size_t length;
    int same_start;

    if (strncmp(text, FIRST_OF_1, strlen(FIRST_OF_1)) == 0) {
        *pshift = now->moment.now - now->moment.day;
        *pmembers = text + strlen(FIRST_OF_1);
        return NULL;
    }
    if (strncmp(text, FIRST, strlen(FIRST)) != 0) {
        return "it has another version than 1 or 2";
    }
    at = text + strlen(FIRST);
    end = strchr(at, '\n');
    if (!end || strncmp(at, CLOCK, strlen(CLOCK)) != 0) {
        return "line 2 does not say when it was made";
    }
    at += strlen(CLOCK);
    if (!read_ms(&then.now, &at, end) || !read_ms(&then.day, &at, end) || at == end) {
        return "line 2 does not say when it was made";
    }
    length = (size_t)(end - at);
    same_start = *now->boot && strlen(now->boot) == length && memcmp(at, now->boot, length) == 0;
    *pshift = shift_of(&then, same_start, &now->moment);
    *pmembers = end + 1;
    return NULL;
}

/* Check by the last line that the text before it is complete. @return NULL: it is; or what is wrong */
static const char *check_end(const char *text, const char *last, const char *end, int *pn, apr_pool_t *p)
{
    const char *space;
    uint64_t n;

    if (last < text || strncmp(last, END, strlen(END)) != 0) {
        return "its end is missing";
    }
    space = memchr(last + strlen(END), ' ', (size_t)(end - last) - strlen(END));
    if (!space || !wlm_saved_read_number(&n, last + strlen(END), space) || n > (uint64_t)(end - text) / KEY_DIGITS
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

/* @param number  of the first line
 * @return NULL, or what is wrong with the lines up to the last */
static const char *read_members(wlm_saved_t *saved, int n, const char *line, int number, const char *last,
                                apr_pool_t *p)
{
    static const wlm_shared_member_t nothing;
    wlm_shared_member_t scratch;
    int i;

    for (i = 0; line < last; ++i, line = saved[i - 1].end + 1) {
        const char *end = memchr(line, '\n', (size_t)(last - line));

        memcpy((void *)&scratch, (const void *)&nothing, sizeof(scratch));
        if (i == n || !end || !read_key(&saved[i].key, line, end)) {
            return apr_psprintf(p, "line %d is no member", number + i);
        }
        saved[i].values = line + KEY_DIGITS;
        saved[i].end = end;
        if (!read_values(&scratch, &saved[i])) {
            return apr_psprintf(p, "line %d has a value that is none", number + i);
        }
    }
    return i == n ? NULL : "it has fewer members than its end says";
}

const char *wlm_saved_parse(wlm_saved_t **psaved, int *pn, const char *text, apr_size_t length,
                            const wlm_saved_clock_t *clock, apr_pool_t *p)
{
    const char *last, *members, *wrong;
    apr_interval_time_t shift;
    int i, n;

    *psaved = NULL;
    *pn = 0;
    if (length < strlen(FIRST) || memchr(text, '\0', length) || strncmp(text, TITLE, strlen(TITLE)) != 0) {
        return "it is no such file";
    }
    wrong = read_clock(&shift, &members, text, clock);
    if (wrong) {
        return wrong;
    }
    last = last_line(text, length);
    wrong = check_end(text, last, text + length, &n, p);
    if (wrong) {
        return wrong;
    }
    *psaved = apr_pcalloc(p, sizeof(**psaved) * (apr_size_t)(n + 1));
    wrong = read_members(*psaved, n, members, members == text + strlen(FIRST_OF_1) ? 2 : 3, last, p);
    for (i = 0; i < n; ++i) {
        (*psaved)[i].shift = shift;
    }
    *pn = wrong ? 0 : n;
    return wrong;
}

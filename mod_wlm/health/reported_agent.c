/* What an agent says (HAProxy's agent-check): its line, and the state that follows from it. Pure; any thread. */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "health/reported.h"

#define MAXCONN_MAX 1000000

/* Digits up to the end. @return 0: there are others, or none */
static int read_number(int *pnumber, const char *at, size_t len, int max)
{
    int number = 0;
    size_t i;

    for (i = 0; i < len && isdigit((unsigned char)at[i]); ++i) {
        number = number * 10 + (at[i] - '0') < max ? number * 10 + (at[i] - '0') : max;
    }
    if (i < len || !len) {
        return 0;
    }
    *pnumber = number;
    return 1;
}

static int is(const char *word, size_t len, const char *name)
{
    return strlen(name) == len && strncasecmp(word, name, len) == 0;
}

/* @return 0: it is no word of an agent */
static int read_word(wlm_reported_answer_t *answer, const char *word, size_t len)
{
    static const char maxconn[] = "maxconn:";
    static const char *const wanted[] = { "ready", "drain", "maint" };
    static const char *const states[] = { "up", "down", "fail", "stopped" };
    int i;

    for (i = 0; i < 3; ++i) {
        if (is(word, len, wanted[i])) {
            answer->wanted = i;
            return 1;
        }
    }
    for (i = 0; i < 4; ++i) {
        if (is(word, len, states[i])) {
            answer->is = i;
            return 1;
        }
    }
    if (len > strlen(maxconn) && strncasecmp(word, maxconn, strlen(maxconn)) == 0) {
        return read_number(&answer->maxconn, word + strlen(maxconn), len - strlen(maxconn), MAXCONN_MAX);
    }
    return word[len - 1] == '%' && read_number(&answer->percent, word, len - 1, WLM_REPORTED_PERCENT_MAX);
}

int wlm_reported_answer_read(wlm_reported_answer_t *answer, const char *line, size_t len)
{
    const char *end = memchr(line, '#', len), *at = line;
    int known = 0;

    *answer = (wlm_reported_answer_t){ WLM_REPORTED_NOT_SAID, WLM_REPORTED_NOT_SAID, WLM_REPORTED_NOT_SAID,
                                       WLM_REPORTED_NOT_SAID };
    end = end ? end : line + len;
    while (at < end) {
        const char *word = at;

        while (at < end && *at && !strchr(" \t,", *at)) {
            ++at;
        }
        known |= at > word && read_word(answer, word, (size_t)(at - word));
        at += at < end;
    }
    return known;
}

wlm_reported_state_t wlm_reported_state_after(wlm_reported_state_t state, const wlm_reported_answer_t *answer)
{
    if (answer->wanted != WLM_REPORTED_NOT_SAID) {
        state = (state & ~(uint64_t)3) | (unsigned)answer->wanted;
    }
    if (answer->is != WLM_REPORTED_NOT_SAID) {
        state = (state & ~(uint64_t)12) | (unsigned)answer->is << 2;
    }
    if (answer->percent != WLM_REPORTED_NOT_SAID) {
        state = (state & ~(uint64_t)0xfff0) | (unsigned)(answer->percent + 1) << 4;
    }
    if (answer->maxconn != WLM_REPORTED_NOT_SAID) {
        state = (state & 0xffff) | (uint64_t)(unsigned)answer->maxconn << 16;
    }
    return state;
}

wlm_reported_state_t wlm_reported_state_expired(wlm_reported_state_t state)
{
    return state & 15;
}

const char *wlm_reported_state_name(wlm_reported_state_t state)
{
    static const char *const names[] = { "up", "down", "fail", "stopped" };

    return wlm_reported_state_is(state) != WLM_REPORTED_UP ? names[wlm_reported_state_is(state)]
           : wlm_reported_state_wanted(state) == WLM_REPORTED_MAINT ? "maint"
           : wlm_reported_state_drains(state) ? "drain" : "ready";
}

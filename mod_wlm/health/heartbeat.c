/* Packs when a node has said STATUS into a word. Pure; any thread. */
#include "health/heartbeat.h"

#define TICK           apr_time_from_msec(100)
#define INTERVAL_SHIFT 32
#define INTERVAL_MAX   0xfffffu
#define COUNT_SHIFT    52
#define COUNT_MAX      3u          /* STATUS, from which on a node is judged */
#define SILENT         ((uint64_t)1 << 54)
#define FAILED_SHIFT   55
#define FAILED_MAX     2u          /* answers that are missing, from which on it is left out */
#define TIMES          3           /* intervals without STATUS */

static uint32_t tick_of(apr_time_t now)
{
    uint32_t tick = (uint32_t)(now / TICK);

    return tick ? tick : 1;
}

/* @return 0, too, when another process has read the clock a moment later */
static uint32_t ticks_since(wlm_heartbeat_t word, apr_time_t now)
{
    int32_t ticks = (int32_t)(tick_of(now) - (uint32_t)word);

    return ticks > 0 ? (uint32_t)ticks : 0;
}

static uint32_t interval_of(wlm_heartbeat_t word)
{
    return (uint32_t)(word >> INTERVAL_SHIFT) & INTERVAL_MAX;
}

static unsigned count_of(wlm_heartbeat_t word)
{
    return (unsigned)(word >> COUNT_SHIFT) & 3;
}

static unsigned failed_of(wlm_heartbeat_t word)
{
    return (unsigned)(word >> FAILED_SHIFT) & 3;
}

static wlm_heartbeat_t make(uint32_t tick, uint32_t interval, unsigned count)
{
    return (uint64_t)count << COUNT_SHIFT | (uint64_t)interval << INTERVAL_SHIFT | tick;
}

wlm_heartbeat_t wlm_heartbeat_after(wlm_heartbeat_t word, apr_time_t now)
{
    uint32_t interval = interval_of(word), ticks = ticks_since(word, now), faded = interval - interval / 8;
    unsigned count = count_of(word);

    /* what a silence has lasted is no interval, nor is what began before a restart */
    if (count && (uint32_t)word && !(word & SILENT)) {
        ticks = ticks < INTERVAL_MAX ? ticks : INTERVAL_MAX;
        interval = ticks > faded ? ticks : faded;
    }
    return make(tick_of(now), interval, count < COUNT_MAX ? count + 1 : count);
}

apr_interval_time_t wlm_heartbeat_limit(wlm_heartbeat_t word, const wlm_heartbeat_rule_t *rule)
{
    apr_interval_time_t interval = wlm_heartbeat_interval(word), limit = TIMES * interval;

    return count_of(word) < COUNT_MAX || rule->max <= 0 || 2 * interval > rule->max ? 0
           : limit < rule->min ? rule->min : limit > rule->max ? rule->max : limit;
}

wlm_heartbeat_t wlm_heartbeat_looked_at(wlm_heartbeat_t word, apr_time_t now, const wlm_heartbeat_rule_t *rule)
{
    apr_interval_time_t limit = wlm_heartbeat_limit(word, rule);

    if (count_of(word) && !(uint32_t)word) {
        return word | tick_of(now);
    }
    return limit && (apr_interval_time_t)ticks_since(word, now) * TICK > limit ? word | SILENT : word;
}

wlm_heartbeat_t wlm_heartbeat_asked(wlm_heartbeat_t word, int answered)
{
    unsigned failed = answered ? 0 : failed_of(word) + (failed_of(word) < FAILED_MAX);

    return word & SILENT ? (word & ~((uint64_t)3 << FAILED_SHIFT)) | (uint64_t)failed << FAILED_SHIFT : word;
}

wlm_heartbeat_t wlm_heartbeat_resumed(wlm_heartbeat_t word)
{
    return word & ~(uint64_t)0xffffffffu;
}

apr_time_t wlm_heartbeat_time(wlm_heartbeat_t word, apr_time_t now)
{
    return (uint32_t)word ? now - (apr_interval_time_t)ticks_since(word, now) * TICK : 0;
}

apr_interval_time_t wlm_heartbeat_interval(wlm_heartbeat_t word)
{
    return (apr_interval_time_t)interval_of(word) * TICK;
}

int wlm_heartbeat_is_silent(wlm_heartbeat_t word)
{
    return (word & SILENT) != 0;
}

int wlm_heartbeat_is_gone(wlm_heartbeat_t word)
{
    return failed_of(word) >= FAILED_MAX;
}

wlm_heartbeat_t wlm_heartbeat_better(wlm_heartbeat_t one, wlm_heartbeat_t other)
{
    return count_of(one) >= count_of(other) ? one : other;
}

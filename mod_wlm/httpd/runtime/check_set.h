/* httpd/runtime/check_set.h: the checks of the current versions of all files: which there are, for which members, and
 * when each is due. Made on the watchdog's thread; then one thread at a time uses it.
 */
#ifndef WLM_HTTPD_RUNTIME_CHECK_SET_H
#define WLM_HTTPD_RUNTIME_CHECK_SET_H

#include <apr_hash.h>
#include "httpd/runtime/asking.h"
#include "net/poller.h"

/** One check, or question to an agent, for all members that have the address, with equal settings. */
typedef struct wlm_check_t {
    const wlm_asking_kind_t *kind;
    apr_array_header_t *members;   /* wlm_member_t *, at least one */
    apr_interval_time_t interval;
    uint64_t number;               /* of health/check_schedule.h */
    int fails;                     /* of wlm_asking_conclude() */
    wlm_asking_t *asking;          /* under way; NULL */
    wlm_wait_t wait;               /* for its next step, or until it is due */
    wlm_poller_entry_t *entry;
} wlm_check_t;

typedef struct wlm_check_set_t {
    apr_pool_t *pool;              /* its own; the versions are in use as long as it */
    apr_array_header_t *checks;    /* wlm_check_t * */
    apr_hash_t *by_key;
    apr_time_t origin;             /* of health/check_schedule.h */
    uint64_t next_number;
    unsigned changes;              /* wlm_version_changes() before it was made */
} wlm_check_set_t;

/** Make a set; each check waits until it is due. What both sets have keeps its place.
 *  @param before  the one in use, whose checks may be under way; NULL: none */
wlm_check_set_t *wlm_check_set_make(const wlm_check_set_t *before, apr_time_t now);
/** Nobody uses the set before any more: what is under way in it goes on in this one where both have the check, and is
 *  due when it was due there. */
void wlm_check_set_take_over(wlm_check_set_t *set, wlm_check_set_t *before);
/** A check is over: it waits until it is due again. */
void wlm_check_set_rest(const wlm_check_set_t *set, wlm_check_t *check, apr_time_t now);
/** Free it, and what is under way in it. NULL is fine. */
void wlm_check_set_end(wlm_check_set_t *set);

static inline wlm_check_t *wlm_check_set_at(const wlm_check_set_t *set, int i)
{
    return APR_ARRAY_IDX(set->checks, i, wlm_check_t *);
}

static inline wlm_member_t *const *wlm_check_set_members(const wlm_check_t *check)
{
    return (wlm_member_t *const *)check->members->elts;
}

#endif

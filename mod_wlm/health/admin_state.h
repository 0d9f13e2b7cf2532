/* health/admin_state.h: an administrator's decision about a member, in one 64 bit word, so that a change is one atomic
 * store. It is independent of the member's health, and is kept over changes of the file and restarts, for ever or until
 * a given time. All functions are pure; any thread.
 *
 *   enabled    requests as configured
 *   draining   only requests of the sessions that the member already has, as with weight 0
 *   disabled   no requests; its sessions move
 *
 * A weight can be set in place of the configured one; it is used while the member is enabled.
 */
#ifndef WLM_HEALTH_ADMIN_STATE_H
#define WLM_HEALTH_ADMIN_STATE_H

#include <stdint.h>
#include <apr_time.h>

#define WLM_ADMIN_STATE_AS_CONFIGURED (-1) /* a weight: none is set */
#define WLM_ADMIN_STATE_WEIGHT_MAX 65535

/* bits 0-1 mode, 2-18 weight + 1 or 0, 19-63 end in s of base/clock.h or 0; 0: nothing */
typedef uint64_t wlm_admin_state_t;
#define WLM_ADMIN_STATE_MODE_BITS 2

typedef enum { WLM_ENABLED, WLM_DRAINING, WLM_DISABLED } wlm_admin_mode_t;

/** @param weight  0 to 65535, or WLM_ADMIN_STATE_AS_CONFIGURED  @param until  0: for ever; rounded up to seconds */
wlm_admin_state_t wlm_admin_state_make(wlm_admin_mode_t mode, int weight, apr_time_t until);

/** An invalid mode, of a damaged word, counts as enabled. */
static inline wlm_admin_mode_t wlm_admin_state_mode(wlm_admin_state_t state)
{
    unsigned mode = (unsigned)(state & ((1u << WLM_ADMIN_STATE_MODE_BITS) - 1));

    return mode <= WLM_DISABLED ? (wlm_admin_mode_t)mode : WLM_ENABLED;
}
/** @return the weight that was set, or WLM_ADMIN_STATE_AS_CONFIGURED */
int wlm_admin_state_weight(wlm_admin_state_t state);
/** @return when the decision ends; 0: never */
apr_time_t wlm_admin_state_until(wlm_admin_state_t state);
/** The same decision with its end shifted, for another origin of base/clock.h. */
wlm_admin_state_t wlm_admin_state_move(wlm_admin_state_t state, apr_interval_time_t by);
/** Has the decision's time ended? */
int wlm_admin_state_is_over(wlm_admin_state_t state, apr_time_t now);

/** The current weight of a member. @param configured  its configured weight */
int wlm_admin_state_apply(wlm_admin_state_t state, int configured);

/** @return "enabled", "draining" or "disabled" */
const char *wlm_admin_state_name(wlm_admin_mode_t mode);

#endif

/* health/check_state.h: the state of a member by active health checks; independent of the state by its requests
 * (health/health.h). Pure; any thread.
 *
 *   in    `fall` failed checks in a row  -> out
 *   out   `rise` good checks in a row    -> in
 *
 * A member that is out gets no requests, and only checks bring it back. A member that was marked down by requests comes
 * back with `rise` good checks, too: no request probes it, because an application that is not started yet answers
 * requests as well, with 404.
 */
#ifndef WLM_HEALTH_CHECK_STATE_H
#define WLM_HEALTH_CHECK_STATE_H

#include <stdint.h>
#include <apr_time.h>

/** An active health check (WLMHealthCheck). */
typedef struct wlm_check_rule_t {
    const char *method;            /* NULL: no checks */
    const char *path;              /* with query */
    const char *host;              /* Host field; NULL: the member's own */
    int status_min, status_max;    /* of a good answer */
    const void *expr;              /* an ap_expr_info_t that a good answer must make true, NULL: none */
    const char *expr_text;         /* as it was written; NULL: none */
    apr_interval_time_t interval, timeout;
    int rise, fall;
} wlm_check_rule_t;

/* bit 0: out; bit 1: the last result (1: good); bit 2: out, since its node has fallen silent (health/heartbeat.h): no
 * result of a check changes that; bits 8-23: how many in a row had the last result */
typedef uint64_t wlm_check_state_t;
#define WLM_CHECK_OUT 1u
#define WLM_CHECK_SILENT 4u

/** Is the member out, for either reason? The state 0, of a member that was never checked, is in. */
static inline int wlm_check_state_is_out(wlm_check_state_t check)
{
    return (check & (WLM_CHECK_OUT | WLM_CHECK_SILENT)) != 0;
}

/** Have there been at least so many good checks in a row, up to the last one? */
int wlm_check_state_has_risen(wlm_check_state_t check, int rise);

/** The state after one more check. @param rise,fall  1 to 65535 */
wlm_check_state_t wlm_check_state_after(wlm_check_state_t check, int good, int rise, int fall);

#endif

/* health/heartbeat.h: when a node that has registered itself has said STATUS, how often it does, and whether it has
 * fallen silent: one word of the record of each member that the node is, changed by one atomic operation. All functions
 * are pure; any thread. Times are of base/clock.h, which is never set.
 *
 * A node is judged when it has said STATUS three times: by three times its own interval, within the bounds of
 * WLMRegistrySilence. The interval is the longest one between two STATUS of late, so one that was delayed now and then
 * is not silent. One that is silent is asked (httpd/runtime/silent_node_check.h); one that does not answer twice is
 * left out, until it says STATUS (WLM_CHECK_SILENT, health/check_state.h).
 */
#ifndef WLM_HEALTH_HEARTBEAT_H
#define WLM_HEALTH_HEARTBEAT_H

#include <stdint.h>
#include <apr_time.h>

/** WLMRegistrySilence: after so long, at the least and at the most, a node is silent. */
typedef struct wlm_heartbeat_rule_t {
    apr_interval_time_t min, max;  /* max 0: no node is judged */
} wlm_heartbeat_rule_t;

/* bits 0-31: 100 ms at the last STATUS, 0: not known; 32-51: the interval in 100 ms; 52-53: how many STATUS there were,
 * up to 3; 54: silent; 55-56: how often it was asked in vain. 0: it has said nothing */
typedef uint64_t wlm_heartbeat_t;

/** The word after one more STATUS. */
wlm_heartbeat_t wlm_heartbeat_after(wlm_heartbeat_t word, apr_time_t now);
/** The word when somebody looks whether the node is silent; the first one who looks after a restart begins the time
 *  anew. */
wlm_heartbeat_t wlm_heartbeat_looked_at(wlm_heartbeat_t word, apr_time_t now, const wlm_heartbeat_rule_t *rule);
/** The word of a silent node that was asked. @param answered  whether it has answered anything at all */
wlm_heartbeat_t wlm_heartbeat_asked(wlm_heartbeat_t word, int answered);
/** The word after a restart of httpd, which may have been stopped for any time. */
wlm_heartbeat_t wlm_heartbeat_resumed(wlm_heartbeat_t word);

/** After what time without STATUS the node is silent; 0: it is not judged. */
apr_interval_time_t wlm_heartbeat_limit(wlm_heartbeat_t word, const wlm_heartbeat_rule_t *rule);
/** When the last STATUS came, to 100 ms; 0: there was none, or that is not known. */
apr_time_t wlm_heartbeat_time(wlm_heartbeat_t word, apr_time_t now);
/** The interval between two STATUS; 0: not known yet. */
apr_interval_time_t wlm_heartbeat_interval(wlm_heartbeat_t word);
int wlm_heartbeat_is_silent(wlm_heartbeat_t word);
/** Was it asked in vain so often that it is left out? */
int wlm_heartbeat_is_gone(wlm_heartbeat_t word);
/** Which of both knows more of the node: its members may have been made at different times. */
wlm_heartbeat_t wlm_heartbeat_better(wlm_heartbeat_t one, wlm_heartbeat_t other);

#endif

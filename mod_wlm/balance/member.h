/* balance/member.h: one member of a cluster: can it be used, how many requests does it have, what is known of it.
 *
 * What stands in a member's way is found in several places, so that each has one owner:
 *
 *   health       down or probing: faults of requests (health/health.h); one request after another probes it
 *   check        out: active checks (health/check_state.h); only checks bring it back
 *   out_until    left out for a time: outlier detection (health/outlier.h)
 *   busy_until   left out for a time, for requests without a session: it has said that it is busy
 *   steer        disabled by a person (health/admin_state.h); one that drains has weight 0
 *
 * All functions may be called by any thread of any process, and take no lock.
 */
#ifndef WLM_BALANCE_MEMBER_H
#define WLM_BALANCE_MEMBER_H

#include "plugin-cfg/plugin_cfg.h"
#include "health/check_state.h"
#include "base/clock.h"
#include "health/health.h"
#include "health/admin_state.h"
#include "shared/records.h"

typedef struct wlm_cluster_t wlm_cluster_t;
typedef struct wlm_endpoint_t wlm_endpoint_t;

#define WLM_TRANSPORTS (PLUGIN_CFG_HTTPS + 1)

/** A way to a member: one of its transports. */
typedef struct wlm_member_transport_t {
    const plugin_cfg_transport_t *transport; /* NULL: it has none with this protocol */
    wlm_endpoint_t *link;              /* connections of this process and addresses (net/conn.h). Set by whoever makes connections */
    const char *was;               /* "host:port" */
} wlm_member_transport_t;

/**
 * Where requests in flight are counted: a limit needs one number that all processes see, the tally shared->in_flight
 * (shared/tally.h). Without a limit each process that has a row counts in that alone, so that they do not write to the same line of
 * memory for each request; without a row, in shared->in_flight, too.
 */
typedef struct wlm_member_t {
    const plugin_cfg_server_t *cfg;
    wlm_cluster_t *cluster;
    wlm_shared_member_t *shared;
    _Atomic uint32_t *own_in_flight; /* of this process; with a limit its part of shared->in_flight. NULL: it has no row */
    const wlm_member_transport_t *by_client[2]; /* the way of requests whose client has come by http, by https; NULL: it gets none of them */
    int limit;                     /* requests in flight over all processes; 0: none */
    int index;                     /* in cluster->members */
    wlm_member_transport_t ways[WLM_TRANSPORTS];      /* by plugin_cfg_protocol_t */
    /* up to here every request reads it */
    struct wlm_member_t *next_same_id; /* the next one with this clone id; NULL: there is none */
    const char *was;               /* its first way's "host:port", for people */
    int is_local;                  /* preferred by WLMPreferLocal */
    wlm_rows_t unlimited;          /* own_in_flight of all processes in which it has no limit */
    wlm_rows_t idle;               /* connections that idle */
} wlm_member_t;

/** A server's first transport with a protocol. @return NULL: it has none */
const plugin_cfg_transport_t *wlm_transport_by(const plugin_cfg_server_t *server, plugin_cfg_protocol_t protocol);

/** The transport by which requests from http clients go to a server: http, or https where it has nothing else. */
const plugin_cfg_transport_t *wlm_transport_of(const plugin_cfg_server_t *server);

/** Make the member at an index of cluster->cfg->members. */
void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared, apr_pool_t *p);

/**
 * The way of a request to a member. As the original plug-in chooses it (reference 1.10): a client's own scheme, if the member
 * has a transport for it, otherwise what it has.
 * @param secure  the client has come by https
 * @return NULL: such requests do not go there
 */
static inline const wlm_member_transport_t *wlm_member_transport(const wlm_member_t *member, int secure)
{
    return member->by_client[secure != 0];
}

/** Is there one for any request? */
static inline int wlm_member_is_reachable(const wlm_member_t *member)
{
    return member->by_client[0] || member->by_client[1];
}

/**
 * When the version is made: its https transport cannot be used. Requests of https clients then do not go there, for what came
 * encrypted does not go on in the clear unasked (reference 1.2).
 * @param use_insecure  UseInsecure="true": they do, if there is an http transport
 */
void wlm_member_lose_https(wlm_member_t *member, int use_insecure);

/** What keeps a member from getting requests; the first that applies. The words of the status page. */
typedef enum {
    WLM_MEMBER_USABLE,             /* up */
    WLM_MEMBER_DISABLED,           /* a person says no */
    WLM_MEMBER_UNUSABLE,           /* has no transport that can be used for any request */
    WLM_MEMBER_CHECKED_OUT,        /* active checks say no */
    WLM_MEMBER_DOWN,
    WLM_MEMBER_PROBING,
    WLM_MEMBER_LEFT_OUT,           /* outlier detection */
    WLM_MEMBER_BUSY                /* only for requests without a session */
} wlm_obstacle_t;

wlm_obstacle_t wlm_member_obstacle(const wlm_member_t *member, apr_time_t now);
/** The same, whatever a person has decided. */
wlm_obstacle_t wlm_member_condition(const wlm_member_t *member, apr_time_t now);
/** @return "up", "disabled", "unusable", "checked-out", "down", "probing", "left-out" or "busy" */
const char *wlm_obstacle_name(wlm_obstacle_t obstacle);

/** Its weight as it counts now: 0 while it drains or is disabled, otherwise what a person has set, or the configured one. */
int wlm_member_weight(const wlm_member_t *member);

/** Carry out what a person has decided. */
void wlm_member_steer(wlm_member_t *member, wlm_admin_state_t steer, apr_time_t now);
/** End a decision whose time is over. @return 1: that has been done now, by this call */
int wlm_member_end_steer(wlm_member_t *member, apr_time_t now);

/** A complete response came, and took so long. */
void wlm_member_count_time(wlm_shared_member_t *shared, apr_interval_time_t time);

/** Its counters, as samples are taken of them. */
wlm_counts_t wlm_member_counts(const wlm_shared_member_t *shared);

/** How many attempts ended with its fault, of all kinds. */
uint64_t wlm_member_failures(const wlm_shared_member_t *shared);

/** Note a change of state, in words, with the time of day; see shared/event_ring.h for how long they may be. */
void wlm_member_note_event(wlm_member_t *member, const char *text);

/** When may a member with an obstacle be tried? 0: now. A guess for CHECKED_OUT: nobody knows. */
apr_time_t wlm_member_back_at(const wlm_member_t *member, apr_time_t now);

/** Requests that are with it now, all processes together. */
uint32_t wlm_member_in_flight(const wlm_member_t *member);
/** One request more. @return 0: it has as many as it may have */
int wlm_member_acquire(wlm_member_t *member);
/** Give an acquired member back. */
void wlm_member_release(wlm_member_t *member);

/** Take the probe of a member that is due. @return 0: another request has it */
int wlm_member_claim(wlm_member_t *member, apr_time_t now);

/**
 * Tell what an attempt says about its member. When that makes it usable or unusable all processes go over to a
 * new schedule.
 * @param pchanged  may be NULL; set to 1 when the member went from up to down or the other way round
 * @return its state now
 */
wlm_health_state_t wlm_member_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged);

/** Are there active checks of it? Then only they, or a person, bring it back; no request probes it. */
int wlm_member_is_checked(const wlm_member_t *member);

/** Has it given a complete response since then? */
int wlm_member_has_answered_since(const wlm_member_t *member, apr_time_t since);

/** Is the request that doubts it another one than the last that did, of all processes?
 *  @param request  a number of it: what has the same one is the same request, repeated */
int wlm_member_doubted_anew(wlm_member_t *member, uint64_t request);

/** A person says that it is up, whatever is known of it. */
void wlm_member_mark_up(wlm_member_t *member, apr_time_t now);

/** Its counters begin anew. */
void wlm_member_reset_counters(wlm_shared_member_t *shared);

/** It has said that it is busy: no new sessions until then. */
void wlm_member_busy_until(wlm_member_t *member, apr_time_t until);

/**
 * Count a request for outlier detection (WLMOutlier; does nothing when that is off).
 * @return the time until which it is left out because of this one, 0: it is not
 */
apr_time_t wlm_member_count_outcome(wlm_member_t *member, int failed, apr_time_t now);

typedef enum { WLM_CHECK_SAME, WLM_CHECK_TAKEN_OUT, WLM_CHECK_BROUGHT_BACK } wlm_check_result_t;
/** Tell what an active check found. @return what has changed */
wlm_check_result_t wlm_member_checked(wlm_member_t *member, int good, int rise, int fall, apr_time_t now);

/** A share, 1 to 1000 of 1000, of the requests that its weight gives it: less while it warms up (WLMSlowStart). */
int wlm_member_warmth(const wlm_member_t *member, apr_interval_time_t slow_start, apr_time_t now);

#endif

/* tools/wlmctl/state.h: what the commands read out of the state that the handler wlm-status sends. */
#ifndef WLMCTL_STATE_H
#define WLMCTL_STATE_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>

/** Which members are meant; what is NULL or empty does not matter. */
typedef struct wlmctl_target_t {
    char *const *members;          /* names */
    int nmembers;
    const char *cluster, *host;    /* HOST or HOST:PORT */
} wlmctl_target_t;

/** The options that narrow a target down. */
#define WLMCTL_TARGET_OPTIONS(target) \
    { .name = "cluster", .value = &(target)->cluster }, { .name = "host", .value = &(target)->host }

/** Is what was read with these options a target? @return 0: no, which has been said */
int wlmctl_check_target(const wlmctl_target_t *target, apr_pool_t *p);

/** A member of the state. */
typedef struct wlmctl_member_t {
    const json_t *cluster, *member;
} wlmctl_member_t;

/** The members that are meant, wlmctl_member_t, in the server's order. */
apr_array_header_t *wlmctl_find_members(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p);
/** Are there all of them: one of each name, one at all? @return 0: no, which has been said */
int wlmctl_has_all(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p);

/** The clusters that are meant: all, or the one of this name. @return NULL: there is none, which has been said */
apr_array_header_t *wlmctl_find_clusters(const json_t *view, const char *name, apr_pool_t *p);

/** Values of an object; "" and 0 when they are null or not there. */
const char *wlmctl_text(const json_t *of, const char *name);
double wlmctl_number(const json_t *of, const char *name);
/** A time, in s since 1970; 0: there is none. */
double wlmctl_time(const json_t *of, const char *name);

/** Does it need somebody's attention? The server says so; one that a person has taken out does not. */
int wlmctl_needs_attention(const json_t *member);
/** What a person has decided, for a column: "draining 28m"; "-": nothing. @param now  the server's */
const char *wlmctl_admin_text(const json_t *member, double now, apr_pool_t *p);
/** How long ago a time of it was, for a column; "-": there is none. */
const char *wlmctl_age(const json_t *of, const char *name, double now, apr_pool_t *p);

/** How long ago, or how long still, for people: "5s", "12m", "3h", "4d". */
const char *wlmctl_span(double seconds, apr_pool_t *p);

#endif

/* tools/wlmctl/state.h: what the commands read out of the state that the handler wlm-status sends.
 * On main()'s thread. */
#ifndef WLMCTL_STATE_H
#define WLMCTL_STATE_H

#include <apr_pools.h>
#include <apr_tables.h>
#include <jansson.h>

/** Which members a command is for. NULL or 0: any name, any cluster, any host. */
typedef struct wlmctl_target_t {
    char *const *members;          /* names */
    int nmembers;
    const char *cluster, *host;    /* HOST or HOST:PORT */
} wlmctl_target_t;

/** The options that restrict a target: rows for a command's table of options. */
#define WLMCTL_TARGET_OPTIONS(target) \
    { .name = "cluster", .value = &(target)->cluster }, { .name = "host", .value = &(target)->host }

/** Check what these options were set to. @return 0: they are wrong; the reason is printed */
int wlmctl_check_target(const wlmctl_target_t *target, apr_pool_t *p);

/** A member of the state. */
typedef struct wlmctl_member_t {
    const json_t *cluster, *member;
} wlmctl_member_t;

/** The members of a target: wlmctl_member_t, in the server's order. */
apr_array_header_t *wlmctl_find_members(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p);
/** Is there a member of each name, or any member when there are no names? @return 0: no, and that is printed */
int wlmctl_has_all(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p);

/** All clusters, or the one of this name. @return NULL: there is none of that name, and that is printed */
apr_array_header_t *wlmctl_find_clusters(const json_t *view, const char *name, apr_pool_t *p);

/** A text of an object; "" when it is null or not there. */
const char *wlmctl_text(const json_t *of, const char *name);
/** A number of an object; 0 when it is null or not there. */
double wlmctl_number(const json_t *of, const char *name);
/** A time, in s since 1970; 0: there is none. */
double wlmctl_time(const json_t *of, const char *name);

/** A time of the state (of JSON, in UTC) as the server's clock shows it: "2026-11-23T11:15:00.123+01:00".
 *  @param view  the whole state; without its zone the time stays as it is */
const char *wlmctl_local(const json_t *view, const char *time, apr_pool_t *p);

/** Is the member out or failing without an administrator's order? The server decides that. */
int wlmctl_needs_attention(const json_t *member);
/** What an administrator has ordered, and for how long still: "draining 28m"; "-": nothing. @param now  the server's */
const char *wlmctl_admin_text(const json_t *member, double now, apr_pool_t *p);
/** How long ago the time in a field was; "-": there is none. */
const char *wlmctl_age(const json_t *of, const char *name, double now, apr_pool_t *p);

/** Does the certificate of a member whose end is in this field expire within WLM_EXPIRES_SOON_SECONDS, or has it
 *  expired? 0 also where its end is not known. @param now  the server's */
int wlmctl_expires_soon(const json_t *member, const char *field, double now);

/** A length of time for people, in one unit: "5s", "12m", "3h", "4d". */
const char *wlmctl_span(double seconds, apr_pool_t *p);

#endif

/* route/binding_rule.h: the rules by which the module itself keeps sessions with their members (WLMAffinity), where
 * the application servers write no clone ids. Filled in the parent, while httpd reads its configuration; immutable from
 * then on, any thread. */
#ifndef WLM_ROUTE_BINDING_RULE_H
#define WLM_ROUTE_BINDING_RULE_H

#include <stdint.h>

#define WLM_BINDING_RULES_MAX 8    /* of a cluster */

/** What binds a session to its member. */
typedef enum {
    WLM_BINDING_BY_COOKIE,         /* a cookie of the module's own names the member */
    WLM_BINDING_BY_WRAP,           /* a value of the member's goes out with the member's seal behind it */
    WLM_BINDING_BY_LEARN           /* a table knows which member has answered with a value (shared/learned.h) */
} wlm_binding_kind_t;

/** What carries a value in a message. */
typedef enum {
    WLM_BINDING_IN_HEADER,         /* a field */
    WLM_BINDING_IN_COOKIE,         /* Cookie in a request, Set-Cookie in a response */
    WLM_BINDING_IN_QUERY,          /* a parameter of the query; in a response of that in Location */
    WLM_BINDING_IN_PATH,           /* a segment of the path; in a response of that in Location */
    WLM_BINDING_BY_EXPRESSION      /* what the first group in a regular expression of an httpd expression matches */
} wlm_binding_place_t;

/** Where a value stands. */
typedef struct wlm_binding_value_t {
    wlm_binding_place_t place;
    const char *name;              /* BY_EXPRESSION: its text */
    int segment;                   /* IN_PATH: 1 is the first */
    const void *expr;              /* BY_EXPRESSION: as wlm_binding_exprs_t has made it; NULL: it is not evaluated */
} wlm_binding_value_t;

/** Does the cookie get the attribute Secure? */
typedef enum {
    WLM_BINDING_SECURE_OFF,
    WLM_BINDING_SECURE_ON,
    WLM_BINDING_SECURE_AUTO        /* where the client has come by https */
} wlm_binding_secure_t;

/** What one WLMAffinity says. */
typedef struct wlm_binding_rule_t {
    wlm_binding_kind_t kind;
    const char *text;              /* the directive's words */
    wlm_binding_value_t value;     /* the cookie; what is wrapped; where a response has what is learned */
    wlm_binding_value_t asked;     /* LEARN: where a request has it */
    uint64_t scope;                /* LEARN: distinguishes this rule's values from those of others */
    const char *attributes;        /* of the cookie but Secure: "; Path=/; HttpOnly" */
    wlm_binding_secure_t secure;
    int needs_secure;              /* browsers take the cookie with Secure only (SameSite=None) */
} wlm_binding_rule_t;

#endif

/* tools/member/session.h: the sessions of wlm-member.
 *
 * JSESSIONID is "0000", the id, and the ids of the clones that have had the session, each after a colon. A table has
 * the hits of each id; it is a ring of nodes, so that a load test without cookies costs bounded memory: when all nodes
 * are in use, a new session replaces the oldest one. Any thread may call these functions.
 */
#ifndef TOOL_MEMBER_SESSION_H
#define TOOL_MEMBER_SESSION_H

#define ID_MAX 39                  /* characters of a received id */
#define CLONES_MAX 255

typedef struct session_t {
    char id[ID_MAX + 1];           /* "" when there is no session */
    char clones[CLONES_MAX + 1];   /* as received, ":a:b" or "" */
    unsigned hits;
    int is_new;                    /* the id was made for this request */
    int wants_cookie;
} session_t;

/** Count a hit. @return the hits of this id on this member, with this one */
unsigned session_hit(const char *id);

/** Parse a session up to one of the terminators. @return 1: it has the known form; id and clones are set */
int session_read(session_t *s, const char *text, const char *terminators);

/** The same for the first usable JSESSIONID of a Cookie field. */
int session_read_cookie(session_t *s, const char *cookie);

/** Make a random id. */
void session_make(session_t *s);

/** Is this member's clone id in the list? @param clones  ":a:b" */
int session_has_this_clone(const char *clones);

#endif

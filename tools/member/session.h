/* tools/member/session.h: the sessions of wlm-member.
 *
 * JSESSIONID is "0000", the id, and the clones that have had the session, each behind a colon. A table has
 * the hits of each id; it is a ring of nodes, so that a load test without cookies costs bounded memory: the
 * oldest session is forgotten for a new one when all nodes are in use. Any thread may call these functions.
 */
#ifndef TOOL_MEMBER_SESSION_H
#define TOOL_MEMBER_SESSION_H

#define ID_MAX 39                  /* characters of an id that comes in */
#define CLONES_MAX 255

typedef struct session_t {
    char id[ID_MAX + 1];           /* "" when there is no session */
    char clones[CLONES_MAX + 1];   /* as it came in, ":a:b" or "" */
    unsigned hits;
    int is_new;                    /* the id was made for this request */
    int wants_cookie;
} session_t;

/** Count a hit. @return hits of this id here, with this one */
unsigned session_hit(const char *id);

/** Read a session up to one of the terminators.
 *  @return 1 when it is in the known form; then id and clones are set */
int session_read(session_t *s, const char *text, const char *terminators);

/** The same for the first usable JSESSIONID of a Cookie field. */
int session_read_cookie(session_t *s, const char *cookie);

/** Make a random id. */
void session_make(session_t *s);

/** Is this member in the list? */
int session_has_this_clone(const char *clones);

#endif

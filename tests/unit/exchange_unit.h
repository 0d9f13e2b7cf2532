/* exchange_unit.h: an exchange with a scripted member and a scripted client. Its steps are driven as httpd drives them:
 * a step that says WAITS is called again only when what it waits for has come, or its time; so a script also shows what
 * the step waits for. The clock stands still, but for the script.
 *
 * A script is a list of actions, separated by "|". One is played each time a step waits; it must end that wait,
 * unless it begins with "-": then it must not. At the end all of them must have been played.
 *
 *   connects         the operating system has connected it by now (TCP)
 *   accept           the member takes a new connection
 *   want:TEXT        the member has received TEXT by now, behind what was wanted before
 *   send:TEXT        the member sends it
 *   drip:TEXT        the member sends it, a byte for each wait
 *   flood:N          the member sends N bytes
 *   close, reset     the member ends the connection; by reset: without having read all that was sent
 *   drain            the member reads all there is, as often as the step waits to write
 *   drink:N          the member reads N bytes
 *   body:TEXT        the client sends it; a "." ends its body
 *   leave, clog      the client closes its connection; takes nothing more
 *   take             ... and takes all there is
 *   refuse, lost     what is passed on next a filter does not take; the client does not
 *   time:MS          so much time passes
 *   due              the time passes until the wait is over
 */
#ifndef EXCHANGE_UNIT_H
#define EXCHANGE_UNIT_H

#include "unit.h"
#include "balance/outcome.h"

typedef struct exchange_case_t {
    const char *name, *script;
    /* the request */
    const char *method;            /* NULL: GET */
    const char *kept;              /* the part of its body that is kept in memory */
    const char *spooled;           /* ... and in a file */
    int streams;                   /* its body goes on behind that */
    int length;                    /* as declared; 0: of what is kept; -1: not known */
    const char *trailers;
    const char *upgrade;
    int large;                     /* bytes of a kept body, in place of `kept` */
    int final_repeat;              /* it must not be sent again */
    int logs_in;
    int finishes;                  /* WLMClientGone Finish */
    /* the member */
    int kept_conn;                 /* there is a kept connection; 2: that is bound to the client's */
    int tcp;                       /* new connections take a moment; 2: nobody listens; 3: nobody accepts */
    int no_name;                   /* the look-up of its name waits; 2: it has no address; 3: httpd is short */
    int asks_continue, extended_handshake, marks_down; /* WaitForContinue, ExtendedHandshake, ServerIOTimeout < 0 */
    int busy_status;               /* besides 503 */
    const char *owner_field;       /* WLMAffinityOwner; NULL: the cluster has no WLMAffinity */
    int connect_timeout;           /* s; 0: 5, -1: none */
    int total;                     /* WLMTotalTimeout, ms; 0: none */
    int max_fields;                /* 0: no limit */
    int chunk;                     /* ResponseChunkSize in KiB; 0: 64, -1: 0 */
    /* what comes of it */
    wlm_outcome_t outcome;
    const char *cause;             /* how it begins; NULL: any */
    const char *waits;             /* what the steps waited for, with how often: r, w the member; i, o, l the client
                                      (its body, room, leaving); t a time */
    int status;                    /* of the response; with CLIENT_GONE the client's */
    const char *body;              /* that came to the client */
    apr_size_t body_len;           /* the same, when it is long */
    const char *interim;           /* statuses that were passed on, "103 " */
    const char *fields, *trailers_out; /* "Name: value " of the response */
    int busy;                      /* the outcome was BUSY up to the head; 2: it was MISDIRECTED */
    const char *owner;             /* that it names; NULL: none */
    int reuse;                     /* the connection is kept; 2: bound */
    int sent, timed_out, upgraded, left, passed_on;
    wlm_next_t next;
} exchange_case_t;

/** Play it, and compare what came of it. */
void exchange_unit_run(const exchange_case_t *c);

/** Two attempts with one client (WLMHedge), each with a wait of its own: the first one's script leads to where it is
 *  when the second one has the head of its response. It is discarded then, whatever it waits for, and the second one
 *  goes on. Only that one's results are compared. */
void exchange_unit_race(const exchange_case_t *loser, const exchange_case_t *winner);

#define TEST_TABLE(table)                \
    START_TEST(table##_case)             \
    {                                    \
        exchange_unit_run(&table[_i]);       \
    }                                    \
    END_TEST

#endif

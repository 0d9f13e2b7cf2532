/* tools/wlmctl/wlmctl.h: what the files of wlmctl share. */
#ifndef WLMCTL_WLMCTL_H
#define WLMCTL_WLMCTL_H

#include <signal.h>
#include <stdint.h>
#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>
#include <jansson.h>
#include "tools/common/call.h"

/* exit codes */
#define WLMCTL_OK          0
#define WLMCTL_REFUSED     1       /* the server understood, but did not do it; or it has not come about */
#define WLMCTL_MISUSE      TOOL_MISUSE
#define WLMCTL_UNREACHABLE 3       /* no such server, or it does not answer as expected */

/** Where the handler wlm-status is. */
typedef struct wlmctl_place_t {
    const char *url;
    const char *socket;            /* path of a unix socket to connect to instead of the URL's host; NULL: none */
    const char *netrc;             /* file with credentials; NULL: ~/.netrc, if there is one */
    const char *cacert;            /* file with certificates that an https server's must lead to; NULL: the system's */
} wlmctl_place_t;

/* -- tools/wlmctl/http.c ------------------------------------------------------------------------------- */

typedef struct wlmctl_answer_t {
    long status;                   /* HTTP */
    char *body;                    /* with a NUL behind it; to be freed */
} wlmctl_answer_t;

/**
 * Send a form by POST.
 * @param form  its fields; those with an empty value are left out
 * @return WLMCTL_OK when the handler has answered, whatever it says; otherwise it has been told why there is no answer
 */
int wlmctl_post(wlmctl_answer_t *answer, const wlmctl_place_t *place, const apr_table_t *form, apr_pool_t *p);

/** Get the state. @param pview  to be given to json_decref() @return likewise */
int wlmctl_get(json_t **pview, const wlmctl_place_t *place, apr_pool_t *p);
/** The same without telling: @param pwhy  why there is no answer; in p */
int wlmctl_try_get(json_t **pview, const char **pwhy, const wlmctl_place_t *place, apr_pool_t *p);

/** The state as the server sends it, to standard output. @return exit code */
int wlmctl_print_json(const wlmctl_place_t *place, apr_pool_t *p);

/* -- tools/wlmctl/state.c: what is read out of the state ---------------------------------------------------- */

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
apr_array_header_t *wlmctl_find(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p);
/** Are there all of them: one of each name, one at all? @return 0: no, which has been said */
int wlmctl_has_all(const json_t *view, const wlmctl_target_t *target, apr_pool_t *p);

/** The clusters that are meant: all, or the one of this name. @return NULL: there is none, which has been said */
apr_array_header_t *wlmctl_clusters(const json_t *view, const char *name, apr_pool_t *p);

/** Values of an object; "" and 0 when they are null or not there. */
const char *wlmctl_text(const json_t *of, const char *name);
double wlmctl_number(const json_t *of, const char *name);
/** A time, in s since 1970; 0: there is none. */
double wlmctl_time(const json_t *of, const char *name);

/** Does it need somebody's attention? The server says so; one that a person has taken out does not. */
int wlmctl_is_ill(const json_t *member);
/** What a person has decided, for a column: "draining 28m"; "-": nothing. @param now  the server's */
const char *wlmctl_decision(const json_t *member, double now, apr_pool_t *p);
/** How long ago a time of it was, for a column; "-": there is none. */
const char *wlmctl_age(const json_t *of, const char *name, double now, apr_pool_t *p);

/** How long ago, or how long still, for people: "5s", "12m", "3h", "4d". */
const char *wlmctl_span(double seconds, apr_pool_t *p);

/* -- tools/wlmctl/table.c: columns ------------------------------------------------------------------------------ */

typedef struct wlmctl_table_t wlmctl_table_t;

typedef struct wlmctl_column_t {
    const char *heading;           /* NULL behind the last one */
    int is_number;
    int rank;                      /* on a terminal that is too narrow the greatest are left out first; 0: never */
} wlmctl_column_t;

wlmctl_table_t *wlmctl_table_make(const wlmctl_column_t *columns, apr_pool_t *p);
/** Add a row. @param cells  as many as there are columns; "-": nothing @param is_marked  it is set off from the
 *  others */
void wlmctl_table_add(wlmctl_table_t *table, const char *const *cells, int is_marked);
/** Print it. On a terminal columns that say nothing or do not fit are left out, and a line is cut. @param lines  at the
 *  most; 0: all */
void wlmctl_table_print(const wlmctl_table_t *table, int lines);
/** Are colours welcome? */
int wlmctl_has_colours(void);
/** Columns of the terminal; without one INT_MAX. */
int wlmctl_line_width(void);

/* -- waiting ------------------------------------------------------------------------------------------------- */

/** Becomes 1 when the user wants to end (Ctrl-C), once wlmctl_catch_interrupt() was called. */
extern volatile sig_atomic_t wlmctl_interrupted;
void wlmctl_catch_interrupt(void);

/* -- tools/wlmctl/wait.c -------------------------------------------------------------------------- */

typedef struct wlmctl_wait_t {
    const char *state;             /* "draining" or "disabled": how the members are while they are waited for */
    apr_interval_time_t idle;      /* until no request of a session has come for so long; 0: does not matter */
    apr_interval_time_t timeout;   /* 0: none */
} wlmctl_wait_t;

/** Wait until no request is with the members. @return exit code; what has ended the waiting has been said */
int wlmctl_wait(const wlmctl_wait_t *wait, const wlmctl_target_t *target, const wlmctl_place_t *place, apr_pool_t *p);

/* -- tools/wlmctl/check.c ------------------------------------------------------------------------- */

/** Print one line for a monitor, and @return its exit code: 0 all is well, 1 warning, 2 critical.
 *  @param clusters  those to look at */
int wlmctl_check(const json_t *view, const apr_array_header_t *clusters, apr_pool_t *p);
/** Of monitors: the state is not known. The number is the one of a server that does not answer, which means it, too. */
#define WLMCTL_UNKNOWN WLMCTL_UNREACHABLE

/* -- the commands: argv[0] is their name; they return the exit code -------------------------------------------- */

typedef int (*wlmctl_command_t)(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p);

int wlmctl_run_status(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p);
int wlmctl_run_events(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p);
int wlmctl_run_top(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p);
int wlmctl_run_reload(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p);
/** drain, disable, enable, weight, up, down, reset */
int wlmctl_run_steer(int argc, char **argv, wlmctl_place_t *place, apr_pool_t *p);

/** The options of all commands, to stand among those of one. */
#define WLMCTL_PLACE_OPTIONS(place) \
    { .name = "url", .value = &(place)->url }, { .name = "socket", .value = &(place)->socket }, \
    { .name = "netrc", .value = &(place)->netrc }, { .name = "cacert", .value = &(place)->cacert }

#endif

/* wlmctl.h: what the files of wlmctl share. */
#ifndef WLMCTL_H
#define WLMCTL_H

/* exit codes */
#define WLMCTL_FINE    0
#define WLMCTL_NOT     1           /* the server understood, but did not do it */
#define WLMCTL_MISUSE  2           /* a wrong call */
#define WLMCTL_NOBODY  3           /* no such server, or it does not answer as expected */

/** Where the handler wlm-status is. */
typedef struct wlmctl_place_t {
    const char *url;
    const char *socket;            /* path of a unix socket to connect to instead of the URL's host; NULL: none */
    const char *netrc;             /* file with credentials; NULL: ~/.netrc, if there is one */
} wlmctl_place_t;

typedef struct wlmctl_answer_t {
    long status;                   /* HTTP */
    char *body;                    /* with a NUL behind it; to be freed */
} wlmctl_answer_t;

/**
 * Send a form by POST.
 * @param form  name, value, name, value, ..., NULL
 * @return WLMCTL_FINE when the handler has answered, whatever it says; otherwise it has been told why there is none
 */
int wlmctl_post(wlmctl_answer_t *answer, const wlmctl_place_t *place, const char *const *form);

#endif

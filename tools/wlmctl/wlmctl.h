/* tools/wlmctl/wlmctl.h: what the files of wlmctl share. */
#ifndef WLMCTL_WLMCTL_H
#define WLMCTL_WLMCTL_H

#include <apr_pools.h>
#include "tools/common/call.h"

/* exit codes */
#define WLMCTL_OK          0
#define WLMCTL_REFUSED     1       /* the server understood, but did not do it; or it has not come about */
#define WLMCTL_MISUSE      TOOL_MISUSE
#define WLMCTL_UNREACHABLE 3       /* no such server, or it does not answer as expected */

/** Where the handler wlm-status is. */
typedef struct wlmctl_endpoint_t {
    const char *url;
    const char *socket;            /* path of a unix socket to connect to instead of the URL's host; NULL: none */
    const char *netrc;             /* file with credentials; NULL: ~/.netrc, if there is one */
    const char *cacert;            /* file with certificates that an https server's must lead to; NULL: the system's */
    long timeout_ms;               /* for a whole answer; 0: 30 s */
} wlmctl_endpoint_t;

/** The options of all commands, to stand among those of one. */
#define WLMCTL_ENDPOINT_OPTIONS(endpoint) \
    { .name = "url", .value = &(endpoint)->url }, { .name = "socket", .value = &(endpoint)->socket }, \
    { .name = "netrc", .value = &(endpoint)->netrc }, { .name = "cacert", .value = &(endpoint)->cacert }

/* The commands: argv[0] is their name; they return the exit code */

typedef int (*wlmctl_command_t)(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);

int wlmctl_run_status(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_events(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_top(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_reload(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
/** drain, disable, enable, weight, up, down, reset */
int wlmctl_run_action(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);

#endif

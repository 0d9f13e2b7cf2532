/* tools/wlmctl/wlmctl.h: exit codes, the endpoint of the handler wlm-status, and the commands. On main()'s thread. */
#ifndef WLMCTL_WLMCTL_H
#define WLMCTL_WLMCTL_H

#include <apr_pools.h>
#include "tools/common/call.h"

/* exit codes */
#define WLMCTL_OK          0
#define WLMCTL_REFUSED     1       /* the server has refused it, or what was waited for has not happened */
#define WLMCTL_MISUSE      TOOL_MISUSE
#define WLMCTL_UNREACHABLE 3       /* no such server, or it does not answer as expected; for monitors: UNKNOWN */

#define WLMCTL_DEFAULT_URL "http://localhost/wlm-status"

/** Where the handler wlm-status is, and how to connect to it. */
typedef struct wlmctl_endpoint_t {
    const char *url;
    const char *socket;            /* path of a unix socket to connect to instead of the URL's host; NULL: none */
    const char *netrc;             /* file with credentials; NULL: ~/.netrc, if there is one */
    const char *cacert;            /* file with certificates that an https server's must lead to; NULL: the system's */
    long timeout_ms;               /* for a whole answer; 0: 30 s */
} wlmctl_endpoint_t;

/** The options that every command has: rows for its table of options. */
#define WLMCTL_ENDPOINT_OPTIONS(endpoint) \
    { .name = "url", .value = &(endpoint)->url }, { .name = "socket", .value = &(endpoint)->socket }, \
    { .name = "netrc", .value = &(endpoint)->netrc }, { .name = "cacert", .value = &(endpoint)->cacert }

/* The commands: argv[0] is their name; they return the exit code */

typedef int (*wlmctl_command_t)(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);

int wlmctl_run_status(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_events(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_top(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_reload(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
int wlmctl_run_registry(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
/** add, remove */
int wlmctl_run_by_hand(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);
/** drain, disable, enable, weight, up, down, reset */
int wlmctl_run_action(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);

#endif

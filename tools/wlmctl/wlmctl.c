/* wlmctl: shows and changes the state of a running httpd with mod_wlm, through its handler wlm-status. One thread.
 *
 * Here are the commands' names; tools/common/call.c reads their options. http.c talks to the server, state.c reads what
 * it says, table.c prints columns; the commands are in actions.c and wait.c, status.c and check.c, events.c, and top.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_general.h>
#include <curl/curl.h>
#include "tools/wlmctl/wlmctl.h"

#define DEFAULT_URL "http://localhost/wlm-status"

char tool_name[] = "wlmctl";

static const char usage[] =
    "Usage: wlmctl [--url URL] [--socket PATH] [--netrc FILE] [--cacert FILE] COMMAND ...\n"
    "       wlmctl status [--json] [--check] [CLUSTER]\n"
    "       wlmctl drain [--for TIME] [--comment TEXT] [--force] [--wait [--idle TIME] [--timeout TIME]] TARGET\n"
    "       wlmctl disable [--for TIME] [--comment TEXT] [--force] [--wait [--timeout TIME]] TARGET\n"
    "       wlmctl enable [--comment TEXT] TARGET\n"
    "       wlmctl weight [--for TIME] [--comment TEXT] WEIGHT TARGET\n"
    "       wlmctl up TARGET\n"
    "       wlmctl down TARGET\n"
    "       wlmctl reset TARGET\n"
    "       wlmctl reload\n"
    "       wlmctl events [--follow] [TARGET]\n"
    "       wlmctl top [--interval TIME] [CLUSTER]\n"
    "       wlmctl help [COMMAND]\n"
    "TARGET: MEMBER..., or --all; with [--cluster NAME] [--host HOST[:PORT]]\n"
    "Shows and steers a running httpd with mod_wlm.\n"
    "\n"
    "  status      print clusters and members: states, shares, requests, failures\n"
    "  drain       no new sessions; those it has go on\n"
    "  disable     no requests; its sessions move to other members\n"
    "  enable      as configured again, after drain, disable or weight\n"
    "  weight      another weight than the configured one\n"
    "  up          mark up now, whatever is known of it\n"
    "  down        mark down now, as a fault would, until RetryInterval is over\n"
    "  reset       counters begin anew\n"
    "  reload      load changed plugin-cfg.xml files now\n"
    "  events      print what has happened to members, the newest last\n"
    "  top         show requests and failures per second, again and again; q ends it\n"
    "  help        show this\n"
    "\n"
    "  --url       where the handler wlm-status is; otherwise the environment variable\n"
    "              WLMCTL_URL, otherwise " DEFAULT_URL "\n"
    "  --socket    connect to this unix socket instead of to the URL's host\n"
    "  --netrc     file with credentials; otherwise ~/.netrc, if there is one\n"
    "  --cacert    file with the certificates that an https server's must lead to; otherwise\n"
    "              those of the system\n"
    "  --all       drain, disable, enable, weight, up, down, reset: all members of --cluster, --host\n"
    "  --cluster   drain, disable, enable, weight, up, down, reset, events: members of this cluster\n"
    "  --host      drain, disable, enable, weight, up, down, reset, events: members on this host\n"
    "  --for       drain, disable, weight: for so long, such as 90s, 30m, 8h, 2d\n"
    "  --comment   drain, disable, enable, weight: words that the status page shows\n"
    "  --force     drain, disable: close WebSockets and other upgraded connections, too\n"
    "  --wait      drain, disable: wait until no request is with the members\n"
    "  --idle      drain: ... and none of a session has come for so long\n"
    "  --timeout   drain, disable: wait no longer than this\n"
    "  --json      status: as the server sends it\n"
    "  --check     status: for monitoring, in a line before the rest and the exit status: 1 when\n"
    "              a member needs attention or a file is refused, 2 when a cluster has no member\n"
    "              for new sessions, 3 when nothing is known\n"
    "  --follow    events: go on\n"
    "  --interval  top: how often; 2s\n"
    "  --help      show this\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0 when it was done, 1 when the server did not do it or it has not come\n"
    "about, 2 when the call is wrong, 3 when no server answers as expected.\n";

static int run_help(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);

static const struct {
    const char *name;
    wlmctl_command_t run;
} commands[] = {
    { "status", wlmctl_run_status }, { "events", wlmctl_run_events }, { "top", wlmctl_run_top },
    { "reload", wlmctl_run_reload }, { "drain", wlmctl_run_action },  { "disable", wlmctl_run_action },
    { "enable", wlmctl_run_action }, { "weight", wlmctl_run_action }, { "up", wlmctl_run_action },
    { "down", wlmctl_run_action },   { "reset", wlmctl_run_action },  { "help", run_help },
};

/* @return NULL: there is no such command, and that is printed */
static wlmctl_command_t find_command(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i) {
        if (strcmp(name, commands[i].name) == 0) {
            return commands[i].run;
        }
    }
    tool_misuse(name, "no such command");
    return NULL;
}

/* One text for all commands; it names the commands of each option */
static int run_help(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    (void)endpoint;
    (void)p;
    if (argc > 2) {
        return tool_misuse("help", "takes one command");
    }
    if (argc == 2 && !find_command(argv[1])) {
        return WLMCTL_MISUSE;
    }
    fputs(usage, stdout);
    return WLMCTL_OK;
}

static int run_command(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    wlmctl_command_t command = find_command(argv[0]);

    return command ? command(argc, argv, endpoint, p) : WLMCTL_MISUSE;
}

static int has_word(const char *what, int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; ++i) {
        if (strcmp(argv[i], what) == 0) {
            return 1;
        }
    }
    return 0;
}

static int run(int argc, char **argv, apr_pool_t *p)
{
    const char *url = getenv("WLMCTL_URL");
    wlmctl_endpoint_t endpoint = { .url = url && *url ? url : DEFAULT_URL };
    const tool_option_t options[] = { WLMCTL_ENDPOINT_OPTIONS(&endpoint), { .name = NULL } };
    char **words;
    int n, code;

    if (has_word("--help", argc, argv)) {
        fputs(usage, stdout);
        return WLMCTL_OK;
    }
    if (has_word("--version", argc, argv)) {
        puts("wlmctl " WLM_VERSION);
        return WLMCTL_OK;
    }
    n = tool_read_before(argc, argv, options, &words);
    if (n < 1) {
        if (!n) {
            fputs(usage, stderr);
        }
        return WLMCTL_MISUSE;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    code = run_command(n, words, &endpoint, p);
    curl_global_cleanup();
    return code;
}

int main(int argc, char **argv)
{
    apr_pool_t *p;
    int code;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&p, NULL);
    code = run(argc, argv, p);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return tool_failure("the output cannot be written");
    }
    return code;
}

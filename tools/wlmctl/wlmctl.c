/* wlmctl: shows and changes the state of a running httpd with mod_wlm, through its handler wlm-status. One thread.
 *
 * Here are the commands' names; help.c is their help, tools/common/call.c reads their options. http.c talks to the
 * server, state.c reads what it says, table.c prints columns; the commands are in actions.c and wait.c, status.c and
 * check.c, events.c, registry.c, by_hand.c, and top.c with screen.c, rates.c and terminal.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_general.h>
#include <curl/curl.h>
#include "tools/wlmctl/help.h"
#include "tools/wlmctl/wlmctl.h"

char tool_name[] = "wlmctl";

static int run_help(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p);

static const struct {
    const char *name;
    wlmctl_command_t run;
} commands[] = {
    { "status", wlmctl_run_status }, { "events", wlmctl_run_events }, { "top", wlmctl_run_top },
    { "reload", wlmctl_run_reload }, { "drain", wlmctl_run_action },  { "disable", wlmctl_run_action },
    { "wait", wlmctl_run_action },   { "enable", wlmctl_run_action }, { "weight", wlmctl_run_action },
    { "up", wlmctl_run_action },     { "down", wlmctl_run_action },   { "reset", wlmctl_run_action },
    { "registry", wlmctl_run_registry }, { "add", wlmctl_run_by_hand }, { "remove", wlmctl_run_by_hand },
    { "help", run_help },
};

/* @return NULL: there is no such command */
static wlmctl_command_t find_command(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i) {
        if (strcmp(name, commands[i].name) == 0) {
            return commands[i].run;
        }
    }
    return NULL;
}

static int run_help(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    (void)endpoint;
    if (argc > 2) {
        return tool_misuse("help", "takes one command");
    }
    if (argc == 2 && !find_command(argv[1])) {
        return tool_misuse(argv[1], "no such command");
    }
    fputs(argc == 2 ? wlmctl_help_of(argv[1], p) : wlmctl_help, stdout);
    return WLMCTL_OK;
}

static int run_command(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    wlmctl_command_t command = find_command(argv[0]);

    return command ? command(argc, argv, endpoint, p) : tool_misuse(argv[0], "no such command");
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
    wlmctl_endpoint_t endpoint = { .url = url && *url ? url : WLMCTL_DEFAULT_URL };
    const tool_option_t options[] = { WLMCTL_ENDPOINT_OPTIONS(&endpoint), { .name = NULL } };
    char **words;
    int n, code;

    if (has_word("--help", argc, argv)) {
        fputs(find_command(argv[1]) ? wlmctl_help_of(argv[1], p) : wlmctl_help, stdout);
        return WLMCTL_OK;
    }
    if (has_word("--version", argc, argv)) {
        puts("wlmctl " WLM_VERSION);
        return WLMCTL_OK;
    }
    n = tool_read_before(argc, argv, options, &words);
    if (n < 1) {
        if (!n) {
            fputs(wlmctl_help, stderr);
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

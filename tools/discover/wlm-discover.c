/* wlm-discover: keeps the registry of httpds with mod_wlm equal to what Consul or Kubernetes knows of a service.
 *
 * main()'s thread watches the source (watch_consul.c with consul.c, watch_kubernetes.c with slices.c, both through
 * source.c and request.c) and puts the members onto the board (board.c); a thread for each httpd (target.c) reads what
 * that has (known.c), compares (plan.c), and tells it what differs, by the requests of wlmctl (tools/wlmctl/http.c).
 * Nothing is kept in files: what is known stands in the registries.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <curl/curl.h>
#include "tools/discover/help.h"
#include "tools/discover/options.h"

char tool_name[] = "wlm-discover";

/* At once: members stay as they are, and a request that is cut off is done as a whole or not at all by the httpd. The
 * first process of a container would not end by the signal alone */
static void end(int number)
{
    (void)number;
    _exit(0);
}

static int start_targets(discover_options_t *options, apr_pool_t *p)
{
    int i;

    for (i = 0; i < options->urls->nelts; ++i) {
        discover_target_t *target = apr_pmemdup(p, &options->target, sizeof(*target));
        int error;

        target->endpoint.url = APR_ARRAY_IDX(options->urls, i, const char *);
        target->board = options->source.board;
        error = discover_target_start(target);
        if (error) {
            tool_failure(apr_psprintf(p, "a thread cannot be started: %s", strerror(error)));
            return 0;
        }
    }
    return 1;
}

static int run(discover_options_t *options, apr_pool_t *p)
{
    signal(SIGTERM, end);
    signal(SIGINT, end);
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    options->source.board = discover_board_make();
    if (!start_targets(options, p)) {
        return TOOL_MISUSE;
    }
    if (options->is_kubernetes) {
        discover_watch_kubernetes(&options->source);
    }
    discover_watch_consul(&options->source);
    return 0;                      /* not reached */
}

static int has_word(const char *what, int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && strcmp(argv[i], what) != 0; ++i) {
    }
    return i < argc;
}

int main(int argc, char **argv)
{
    discover_options_t options = { .is_kubernetes = 0 };
    apr_pool_t *p;

    if (has_word("--help", argc, argv) || has_word("--version", argc, argv)) {
        fputs(has_word("--help", argc, argv) ? discover_help : "wlm-discover " WLM_VERSION "\n", stdout);
        return fflush(stdout) == 0 ? 0 : tool_failure("the output cannot be written");
    }
    if (argc < 2) {
        fputs(discover_help, stderr);
        return TOOL_MISUSE;
    }
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&p, NULL);
    return discover_options_read(&options, argc - 1, argv + 1, p) ? run(&options, p) : TOOL_MISUSE;
}

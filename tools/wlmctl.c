/* wlmctl: steers a running httpd with mod_wlm, through its handler wlm-status. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <curl/curl.h>
#include "wlmctl.h"

#define DEFAULT_URL "http://localhost/wlm-status"

static const char usage[] =
    "Usage: wlmctl [--url URL] [--socket PATH] [--netrc FILE] reload\n"
    "       wlmctl help\n"
    "Steers a running httpd with mod_wlm.\n"
    "\n"
    "  reload      take up changed plugin-cfg.xml files now\n"
    "  help        show this\n"
    "\n"
    "  --url       where the handler wlm-status is; otherwise the environment variable\n"
    "              WLMCTL_URL, otherwise " DEFAULT_URL "\n"
    "  --socket    connect to this unix socket instead of to the URL's host\n"
    "  --netrc     file with credentials; otherwise ~/.netrc, if there is one\n"
    "  --help      show this\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0 when it was done, 1 when the server did not do it, 2 when the call is\n"
    "wrong, 3 when no server answers as expected.\n";

static int misuse(const char *what, const char *why)
{
    fprintf(stderr, "wlmctl: %s: %s\nwlmctl --help tells how to call it\n", what, why);
    return WLMCTL_MISUSE;
}

/* What the server says of an action is text for people */
static int report(const wlmctl_answer_t *answer)
{
    if (answer->status == 200) {
        fputs(answer->body, stdout);
        return WLMCTL_FINE;
    }
    fprintf(stderr, "wlmctl: %s", answer->body);
    return WLMCTL_NOT;
}

static int reload(const wlmctl_place_t *place, int nwords)
{
    static const char *const form[] = { "action", "reload", NULL };
    wlmctl_answer_t answer;
    int code;

    if (nwords) {
        return misuse("reload", "it takes no more words");
    }
    code = wlmctl_post(&answer, place, form);
    if (code == WLMCTL_FINE) {
        code = report(&answer);
        free(answer.body);
    }
    return code;
}

static int run_command(int argc, char **argv, const wlmctl_place_t *place)
{
    if (argc < 1) {
        fputs(usage, stderr);
        return WLMCTL_MISUSE;
    }
    if (strcmp(argv[0], "reload") == 0) {
        return reload(place, argc - 1);
    }
    if (strcmp(argv[0], "help") == 0) {
        fputs(usage, stdout);
        return WLMCTL_FINE;
    }
    return misuse(argv[0], "no such command");
}

/* @return -1: go on; otherwise the exit code */
static int read_option(int c, wlmctl_place_t *place)
{
    switch (c) {
    case 'u':
        place->url = optarg;
        return -1;
    case 's':
        place->socket = optarg;
        return -1;
    case 'n':
        place->netrc = optarg;
        return -1;
    case 'h':
        fputs(usage, stdout);
        return WLMCTL_FINE;
    case 'v':
        puts("wlmctl " WLM_VERSION);
        return WLMCTL_FINE;
    default:
        fputs("wlmctl --help tells how to call it\n", stderr);
        return WLMCTL_MISUSE;
    }
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "url", required_argument, NULL, 'u' },   { "socket", required_argument, NULL, 's' },
        { "netrc", required_argument, NULL, 'n' }, { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },     { NULL, 0, NULL, 0 }
    };
    const char *url = getenv("WLMCTL_URL");
    wlmctl_place_t place = { .url = url && *url ? url : DEFAULT_URL };
    int c, code;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if ((code = read_option(c, &place)) >= 0) {
            return code;
        }
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    code = run_command(argc - optind, argv + optind, &place);
    curl_global_cleanup();
    return code;
}

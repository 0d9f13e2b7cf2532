/* wlmcfg: tells what a plugin-cfg.xml means and what is wrong with it, with the reader that the module uses.
 *
 * Here are the command line and the commands' names. wlmcfg_check.c prints findings, wlmcfg_findings.c what they mean,
 * wlmcfg_show.c the tree, wlmcfg_show_json.c the same for programs, wlmcfg_explain*.c what becomes of a request,
 * wlmcfg_schema.c the table for the manual.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <apr_general.h>
#include "wlmcfg.h"

#ifndef WLM_VERSION
#define WLM_VERSION "unknown"
#endif

static const char usage[] =
    "Usage: wlmcfg check [--strict] FILE...\n"
    "       wlmcfg check --explain ID\n"
    "       wlmcfg show [--json] FILE\n"
    "       wlmcfg explain [--json] [--header FIELD]... [--down MEMBER]... FILE [METHOD] URL\n"
    "       wlmcfg schema\n"
    "       wlmcfg help\n"
    "Tells what a plugin-cfg.xml means and what is wrong with it.\n"
    "\n"
    "  check       print the findings, one a line: FILE:LINE: error|warning|note: TEXT [ID]\n"
    "  show        print hosts, URIs, clusters, members and their shares\n"
    "  explain     print what becomes of a request: route, session, member, and why\n"
    "  schema      print all elements and attributes that are known, as Markdown\n"
    "  help        show this\n"
    "\n"
    "  --strict    check: warnings are errors\n"
    "  --explain   check: what this finding means and what to do; all: every finding\n"
    "  --json      show, explain: one JSON object, for programs\n"
    "  --header    explain: a field of the request, such as 'Cookie: JSESSIONID=0000a:c1'\n"
    "  --down      explain: as if a fault had marked this member down\n"
    "  --help      show this\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0 without errors, 1 when a file has errors, 2 when the call is wrong\n"
    "or the output cannot be written.\n";

typedef struct options_t {
    int strict, json;
    const char *explain;           /* the id of a finding, or NULL */
    apr_array_header_t *headers, *down; /* const char * */
    unsigned given;                /* bit of each option below that was given */
} options_t;

#define STRICT  1u
#define JSON    2u
#define HEADER  4u
#define DOWN    8u
#define FINDING 16u
#define ALL     (STRICT | JSON | HEADER | DOWN | FINDING)

int wlmcfg_misuse(const char *what, const char *why)
{
    fprintf(stderr, "wlmcfg: %s: %s\nwlmcfg --help tells how to call it\n", what, why);
    return WLMCFG_MISUSE;
}

int wlmcfg_failure(const char *why)
{
    fprintf(stderr, "wlmcfg: %s\n", why);
    return WLMCFG_MISUSE;
}

static int run_check(char *const *files, int nfiles, const options_t *options, apr_pool_t *p)
{
    if (options->explain) {
        return nfiles || options->strict ? wlmcfg_misuse("check --explain", "it takes no file and no --strict")
                                         : wlmcfg_explain_finding(options->explain);
    }
    if (nfiles < 1) {
        return wlmcfg_misuse("check", "name a file");
    }
    return wlmcfg_check(files, nfiles, options->strict, p);
}

static int run_show(char *const *files, int nfiles, const options_t *options, apr_pool_t *p)
{
    plugin_cfg_t *cfg;
    apr_status_t rv;

    if (nfiles != 1) {
        return wlmcfg_misuse("show", "name one file");
    }
    rv = plugin_cfg_read(&cfg, files[0], p);
    if (options->json) {
        if (!wlmcfg_show_json(cfg, rv == APR_SUCCESS)) {
            return wlmcfg_failure("out of memory, or the output cannot be written");
        }
    }
    else if (rv == APR_SUCCESS) {
        wlmcfg_show_text(cfg, p);
    }
    if (rv != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    return WLMCFG_FINE;
}

static int run_help(char *const *files, int nfiles, const options_t *options, apr_pool_t *p)
{
    (void)files;
    (void)nfiles;
    (void)options;
    (void)p;
    fputs(usage, stdout);
    return WLMCFG_FINE;
}

/* For the manual: docs/plugin-cfg.md has its output, and is checked against it */
static int run_schema(char *const *files, int nfiles, const options_t *options, apr_pool_t *p)
{
    (void)files;
    (void)options;
    (void)p;
    if (nfiles) {
        return wlmcfg_misuse("schema", "it takes no file");
    }
    wlmcfg_schema();
    return WLMCFG_FINE;
}

static int run_explain(char *const *words, int nwords, const options_t *options, apr_pool_t *p)
{
    wlmcfg_call_t call = { .method = "GET", .headers = options->headers, .down = options->down, .json = options->json };

    if (nwords != 2 && nwords != 3) {
        return wlmcfg_misuse("explain", "name a file and a URL, and between them a method if it is not GET");
    }
    call.file = words[0];
    call.method = nwords == 3 ? words[1] : call.method;
    call.url = words[nwords - 1];
    return wlmcfg_explain(&call, p);
}

static const struct {
    const char *name;
    int (*run)(char *const *words, int nwords, const options_t *options, apr_pool_t *p);
    unsigned options;              /* that it has */
} commands[] = {
    { "check", run_check, STRICT | FINDING },
    { "show", run_show, JSON },
    { "explain", run_explain, JSON | HEADER | DOWN },
    { "help", run_help, ALL },
    { "schema", run_schema, 0 },
};

static int run_command(int argc, char **argv, const options_t *options, apr_pool_t *p)
{
    size_t i;

    if (optind >= argc) {
        fputs(usage, stderr);
        return WLMCFG_MISUSE;
    }
    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i) {
        if (strcmp(argv[optind], commands[i].name) == 0) {
            if (options->given & ~commands[i].options) {
                return wlmcfg_misuse(commands[i].name, "it does not have this option");
            }
            return commands[i].run(argv + optind + 1, argc - optind - 1, options, p);
        }
    }
    return wlmcfg_misuse(argv[optind], "no such command");
}

/* A full disk or a closed pipe must not look like a good result */
static int end_output(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return wlmcfg_failure("the output cannot be written");
    }
    return code;
}

/* @return -1: go on; otherwise the exit code */
static int read_option(int c, options_t *options)
{
    switch (c) {
    case 's':
        options->strict = 1;
        options->given |= STRICT;
        return -1;
    case 'j':
        options->json = 1;
        options->given |= JSON;
        return -1;
    case 'H':
        APR_ARRAY_PUSH(options->headers, const char *) = optarg;
        options->given |= HEADER;
        return -1;
    case 'd':
        APR_ARRAY_PUSH(options->down, const char *) = optarg;
        options->given |= DOWN;
        return -1;
    case 'e':
        options->explain = optarg;
        options->given |= FINDING;
        return -1;
    case 'h':
        fputs(usage, stdout);
        return WLMCFG_FINE;
    case 'v':
        puts("wlmcfg " WLM_VERSION);
        return WLMCFG_FINE;
    default:
        fputs("wlmcfg --help tells how to call it\n", stderr);
        return WLMCFG_MISUSE;
    }
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "strict", no_argument, NULL, 's' }, { "json", no_argument, NULL, 'j' },
        { "header", required_argument, NULL, 'H' }, { "down", required_argument, NULL, 'd' },
        { "explain", required_argument, NULL, 'e' },
        { "help", no_argument, NULL, 'h' },   { "version", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 }
    };
    options_t options = { .given = 0 };
    apr_pool_t *p;
    int c, code;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&p, NULL);
    options.headers = apr_array_make(p, 4, sizeof(const char *));
    options.down = apr_array_make(p, 4, sizeof(const char *));

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if ((code = read_option(c, &options)) >= 0) {
            return end_output(code);
        }
    }
    return end_output(run_command(argc, argv, &options, p));
}

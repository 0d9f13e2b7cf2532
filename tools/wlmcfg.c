/* wlmcfg: tells what a plugin-cfg.xml means and what is wrong with it, with the reader that the module uses.
 *
 * Here are the command line and the commands' names. wlmcfg_check.c prints findings, wlmcfg_show.c the tree,
 * wlmcfg_json.c the same for programs, wlmcfg_schema.c the table for the manual.
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
    "       wlmcfg show [--json] FILE\n"
    "       wlmcfg schema\n"
    "       wlmcfg help\n"
    "Tells what a plugin-cfg.xml means and what is wrong with it.\n"
    "\n"
    "  check       print the findings, one a line: FILE:LINE: error|warning|note: TEXT [ID]\n"
    "  show        print hosts, URIs, clusters, members and their shares\n"
    "  schema      print all elements and attributes that are known, as Markdown\n"
    "  help        show this\n"
    "\n"
    "  --strict    check: warnings are errors\n"
    "  --json      show: one JSON object, for programs\n"
    "  --help      show this\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0 without errors, 1 when a file has errors, 2 when the call is wrong\n"
    "or the output cannot be written.\n";

typedef struct options_t {
    int strict, json;
} options_t;

static int misuse(const char *what, const char *why)
{
    fprintf(stderr, "wlmcfg: %s: %s\nwlmcfg --help tells how to call it\n", what, why);
    return WLMCFG_MISUSE;
}

static int failure(const char *why)
{
    fprintf(stderr, "wlmcfg: %s\n", why);
    return WLMCFG_MISUSE;
}

static int run_check(char *const *files, int nfiles, const options_t *options, apr_pool_t *p)
{
    if (options->json) {
        return misuse("check", "it has no --json");
    }
    if (nfiles < 1) {
        return misuse("check", "name a file");
    }
    return wlmcfg_check(files, nfiles, options->strict, p);
}

static int run_show(char *const *files, int nfiles, const options_t *options, apr_pool_t *p)
{
    plugin_cfg_t *cfg;
    apr_status_t rv;

    if (options->strict) {
        return misuse("show", "it has no --strict");
    }
    if (nfiles != 1) {
        return misuse("show", "name one file");
    }
    rv = plugin_cfg_read(&cfg, files[0], p);
    if (options->json) {
        if (!wlmcfg_show_json(cfg, rv == APR_SUCCESS)) {
            return failure("out of memory, or the output cannot be written");
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
    (void)p;
    if (nfiles || options->strict || options->json) {
        return misuse("schema", "it takes no file and no option");
    }
    wlmcfg_schema();
    return WLMCFG_FINE;
}

static const struct {
    const char *name;
    int (*run)(char *const *files, int nfiles, const options_t *options, apr_pool_t *p);
} commands[] = {
    { "check", run_check },
    { "show", run_show },
    { "help", run_help },
    { "schema", run_schema },
};

static int run_command(int argc, char **argv, const options_t *options)
{
    apr_pool_t *p;
    size_t i;

    if (optind >= argc) {
        fputs(usage, stderr);
        return WLMCFG_MISUSE;
    }
    apr_pool_create(&p, NULL);
    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i) {
        if (strcmp(argv[optind], commands[i].name) == 0) {
            return commands[i].run(argv + optind + 1, argc - optind - 1, options, p);
        }
    }
    return misuse(argv[optind], "no such command");
}

/* A full disk or a closed pipe must not look like a good result */
static int end_output(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return failure("the output cannot be written");
    }
    return code;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        { "strict", no_argument, NULL, 's' }, { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },   { "version", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 }
    };
    options_t options = { 0, 0 };
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 's': options.strict = 1; break;
        case 'j': options.json = 1; break;
        case 'h': fputs(usage, stdout); return end_output(WLMCFG_FINE);
        case 'v': puts("wlmcfg " WLM_VERSION); return end_output(WLMCFG_FINE);
        default: fputs("wlmcfg --help tells how to call it\n", stderr); return WLMCFG_MISUSE;
        }
    }
    apr_initialize();
    atexit(apr_terminate);
    return end_output(run_command(argc, argv, &options));
}

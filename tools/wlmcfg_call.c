/* The options and words of a command. */
#include <getopt.h>
#include <string.h>
#include <apr_tables.h>
#include "wlmcfg.h"

/* options of one command at the most; a command with more is two commands */
#define OPTIONS_MAX 16
/* what getopt_long() returns for option i without a letter: no character */
#define LONG_BASE 256

typedef struct known_t {
    struct option named[OPTIONS_MAX + 1];
    char letters[1 + 2 * OPTIONS_MAX + 1];
} known_t;

static int needs_argument(const wlmcfg_option_t *option)
{
    return option->value != NULL || option->values != NULL;
}

static void name_options(known_t *known, const wlmcfg_option_t *options)
{
    char *letter = known->letters;
    int i;

    memset(known, 0, sizeof(*known));
    for (i = 0; options[i].name && i < OPTIONS_MAX; ++i) {
        struct option *option = &known->named[i];
        option->name = options[i].name;
        option->has_arg = needs_argument(&options[i]) ? required_argument : no_argument;
        option->val = LONG_BASE + i;
        if (options[i].letter) {
            *letter++ = options[i].letter;
            if (option->has_arg == required_argument) {
                *letter++ = ':';
            }
        }
    }
}

static const wlmcfg_option_t *find_option(const wlmcfg_option_t *options, int c)
{
    int i;

    for (i = 0; options[i].name; ++i) {
        if (c == LONG_BASE + i || (options[i].letter && c == options[i].letter)) {
            return &options[i];
        }
    }
    return NULL;
}

int wlmcfg_read_call(int argc, char **argv, const wlmcfg_option_t *options, char ***words)
{
    static char program[] = "wlmcfg";      /* stands before the messages of getopt_long() */
    known_t known;
    int c;

    name_options(&known, options);
    argv[0] = program;
    while ((c = getopt_long(argc, argv, known.letters, known.named, NULL)) != -1) {
        const wlmcfg_option_t *option = find_option(options, c);
        if (!option) {
            fputs("wlmcfg --help tells how to call it\n", stderr);
            return -1;
        }
        if (option->values) {
            APR_ARRAY_PUSH(option->values, const char *) = optarg;
        }
        else if (option->value) {
            *option->value = optarg;
        }
        else {
            *option->flag = 1;
        }
    }
    *words = argv + optind;
    return argc - optind;
}

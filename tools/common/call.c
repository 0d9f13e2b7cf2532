/* Takes a call of a tool apart, by getopt_long(): options, their arguments, and words. From main()'s thread only. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "tools/common/call.h"

/* getopt_long() returns LONG_BASE + i for option i, so that it is no character */
#define LONG_BASE 256

/* The options in the form of getopt_long() */
typedef struct known_t {
    struct option *named;
    char *letters;                 /* in the syntax of getopt() */
} known_t;

static int needs_argument(const tool_option_t *option)
{
    return option->value != NULL || option->values != NULL;
}

static size_t count(const tool_option_t *options)
{
    size_t n = 0;

    while (options[n].name) {
        ++n;
    }
    return n;
}

static void *allocate(size_t n, size_t size)
{
    void *memory = calloc(n, size);

    if (!memory) {
        abort();
    }
    return memory;
}

/* @param order  "+": options stand before the words; or empty */
static void name_options(known_t *known, const tool_option_t *options, const char *order)
{
    size_t n = count(options);
    char *letter = known->letters = allocate(1 + 2 * n + 1, 1);
    int i;

    known->named = allocate(n + 1, sizeof(*known->named));
    if (*order) {
        *letter++ = *order;
    }
    for (i = 0; options[i].name; ++i) {
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

static const tool_option_t *find_option(const tool_option_t *options, int c)
{
    int i;

    for (i = 0; options[i].name; ++i) {
        if (c == LONG_BASE + i || (options[i].letter && c == options[i].letter)) {
            return &options[i];
        }
    }
    return NULL;
}

static int hint(void)
{
    fprintf(stderr, "%s --help tells how to call it\n", tool_name);
    return TOOL_MISUSE;
}

int tool_misuse(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\n", tool_name, what, why);
    return hint();
}

int tool_failure(const char *why)
{
    fprintf(stderr, "%s: %s\n", tool_name, why);
    return TOOL_MISUSE;
}

static void set_option(const tool_option_t *option, const char *argument)
{
    if (option->values) {
        APR_ARRAY_PUSH(option->values, const char *) = argument;
    }
    else if (option->value) {
        *option->value = argument;
    }
    else {
        *option->flag = 1;
    }
}

static int read_known(int argc, char **argv, const known_t *known, const tool_option_t *options, char ***words)
{
    int c;

    argv[0] = tool_name;           /* getopt_long() prints it before its messages */
    optind = 0;                    /* begin anew: there may have been a call before */
    while ((c = getopt_long(argc, argv, known->letters, known->named, NULL)) != -1) {
        const tool_option_t *option = find_option(options, c);
        if (!option) {
            hint();
            return -1;
        }
        set_option(option, optarg);
    }
    *words = argv + optind;
    return argc - optind;
}

static int read_options(int argc, char **argv, const tool_option_t *options, const char *order, char ***words)
{
    known_t known;
    int n;

    name_options(&known, options, order);
    n = read_known(argc, argv, &known, options, words);
    free(known.named);
    free(known.letters);
    return n;
}

int tool_read_call(int argc, char **argv, const tool_option_t *options, char ***words)
{
    return read_options(argc, argv, options, "", words);
}

int tool_read_before(int argc, char **argv, const tool_option_t *options, char ***words)
{
    return read_options(argc, argv, options, "+", words);
}

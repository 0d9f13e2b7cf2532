/* tools/common/call.h: the command line of the tools: a command, its options, its words; and messages on stderr.
 * From main()'s thread only. */
#ifndef TOOL_COMMON_CALL_H
#define TOOL_COMMON_CALL_H

#include <apr_tables.h>

#define TOOL_MISUSE 2              /* exit code: a wrong call, or the output cannot be written */

/** The program's name, for its messages. Each tool defines it. */
extern char tool_name[];

/** Print what is wrong with a call, and how to get help. @return TOOL_MISUSE */
int tool_misuse(const char *what, const char *why);
/** Print why something failed. @return TOOL_MISUSE */
int tool_failure(const char *why);

/** One option of a command: exactly one of flag, value, values is not NULL. A table of options ends with a row
 *  without a name. */
typedef struct tool_option_t {
    const char *name;              /* without the hyphens */
    char letter;                   /* short form; 0: none */
    int *flag;                     /* set to 1 */
    const char **value;            /* set to the option's argument, the last one counts */
    apr_array_header_t *values;    /* const char *: the arguments are added */
} tool_option_t;

/**
 * Read the options of a command; they may stand before, between and behind its words.
 *
 * @param argc, argv  the command's name and what follows it
 * @param words  out: what is no option, without the command's name; ends with NULL
 * @return how many words there are; -1 when the call is wrong; the reason is printed
 */
int tool_read_call(int argc, char **argv, const tool_option_t *options, char ***words);

/** The same, but only up to the first word, which is a command: it and all that follows are words. */
int tool_read_before(int argc, char **argv, const tool_option_t *options, char ***words);

#endif

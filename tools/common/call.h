/* tools/common/call.h: how the tools are called: a command, its options, its words. */
#ifndef TOOL_COMMON_CALL_H
#define TOOL_COMMON_CALL_H

#include <apr_tables.h>

#define TOOL_MISUSE 2              /* exit code: a wrong call, or the output cannot be written */

/** The program's name, for its messages. Each tool defines it. */
extern char tool_name[];

/** Say what is wrong with a call. @return TOOL_MISUSE */
int tool_misuse(const char *what, const char *why);
/** Say why something failed. @return TOOL_MISUSE */
int tool_failure(const char *why);

/** One option of a command: exactly one of the three targets is set. The last of the options has no name. */
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
 * @return how many words there are; -1 when the call is wrong, which has been said
 */
int tool_read_call(int argc, char **argv, const tool_option_t *options, char ***words);

/** The same for what stands before the first word, which is a command. */
int tool_read_before(int argc, char **argv, const tool_option_t *options, char ***words);

#endif

/* tools/wlmctl/help.h: the text of wlmctl --help, which completion reads, too. Pure, any thread. */
#ifndef WLMCTL_HELP_H
#define WLMCTL_HELP_H

#include <apr_pools.h>

/** All commands and options. */
extern const char wlmctl_help[];

/** What of it is about one command: its call, its line, its options and those of all commands, the exit status. */
const char *wlmctl_help_of(const char *command, apr_pool_t *p);

#endif

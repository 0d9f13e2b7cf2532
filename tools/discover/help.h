/* tools/discover/help.h: the text of wlm-discover --help. */
#ifndef DISCOVER_HELP_H
#define DISCOVER_HELP_H

extern const char discover_help[];

#endif

/* tools/discover/options.h: the call of wlm-discover. On main()'s thread. */
#ifndef DISCOVER_OPTIONS_H
#define DISCOVER_OPTIONS_H

#include "tools/discover/source.h"
#include "tools/discover/target.h"

typedef struct discover_options_t {
    int is_kubernetes;
    discover_source_t source;      /* without its board */
    discover_target_t target;      /* likewise, and without a URL */
    apr_array_header_t *urls;      /* const char *: those of the httpds */
} discover_options_t;

/**
 * Read a call.
 * @param argc, argv  without the program's name: what is asked for is the first word
 * @return 0: it is wrong, which is printed
 */
int discover_options_read(discover_options_t *options, int argc, char **argv, apr_pool_t *p);

#endif

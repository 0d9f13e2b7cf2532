/* tools/wlmcfg/diff/print.h: the printers of a diff, to standard output. On main()'s thread. */
#ifndef WLMCFG_DIFF_PRINT_H
#define WLMCFG_DIFF_PRINT_H

#include "tools/wlmcfg/diff/model.h"

/** Print it for people (text.c). */
void wlmcfg_diff_print(const diff_t *diff, apr_pool_t *p);

/** Print it for programs (json.c). @return 0 when memory ran out or the output cannot be written */
int wlmcfg_diff_json(const diff_t *diff);

#endif

/* tools/wlmcfg/merge/report.h: messages on standard error about what the merged file does not have as the inputs had
 * it. On main()'s thread. */
#ifndef WLMCFG_MERGE_REPORT_H
#define WLMCFG_MERGE_REPORT_H

#include "tools/wlmcfg/merge/model.h"

/** Print a message, unless it has been printed. @param line  of the input's file */
void wlmcfg_merge_report(merge_t *m, const merge_input_t *input, int line, plugin_cfg_severity_t severity,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));

/** Two elements become one: report the attributes in which they differ. @param key  of both, in the schema */
void wlmcfg_merge_compare(merge_t *m, const char *key, const merge_input_t *kept, const void *kept_model,
                          const merge_input_t *lost, const void *lost_model);

/** Report pairs that do not lead to servers of a file although a less exact host there would match. */
void wlmcfg_merge_report_covered(merge_t *m);

#endif

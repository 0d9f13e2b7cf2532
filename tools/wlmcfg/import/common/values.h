/* tools/wlmcfg/import/common/values.h: values of settings, which are parsed strictly. Each function returns 0, and
 * adds a finding of severity error, when the text is none of its kind. On main()'s thread. */
#ifndef WLMCFG_IMPORT_COMMON_VALUES_H
#define WLMCFG_IMPORT_COMMON_VALUES_H

#include "tools/wlmcfg/import/common/model.h"

/** A whole number without sign, from min to max. */
int wlmcfg_import_number(import_t *import, source_line_t at, const char *name, const char *text, int min, int max,
                         int *pvalue);

/**
 * A time as seconds; fractions are rounded up, with a note.
 * @param units  "ms": milliseconds, "s": seconds, "ms?" and "s?": so unless a unit of httpd follows (ms, s, mi, min, h)
 */
int wlmcfg_import_seconds(import_t *import, source_line_t at, const char *name, const char *text, const char *units,
                          int *pvalue);

/** on, off and what goes for them. */
int wlmcfg_import_boolean(import_t *import, source_line_t at, const char *name, const char *text, int *pvalue);

/** Can the text be in an XML file? */
int wlmcfg_import_is_text(import_t *import, source_line_t at, const char *text);

#endif

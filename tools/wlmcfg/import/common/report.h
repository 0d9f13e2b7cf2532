/* tools/wlmcfg/import/common/report.h: findings about the source, and comments in the output. On main()'s thread. */
#ifndef WLMCFG_IMPORT_COMMON_REPORT_H
#define WLMCFG_IMPORT_COMMON_REPORT_H

#include "tools/wlmcfg/import/common/model.h"

/** Add a finding to import->cfg, unless the line has it already. @param id  one of the table in docs/migration.md */
void wlmcfg_import_add_finding(import_t *import, plugin_cfg_severity_t severity, source_line_t at, const char *id,
                               const char *format, ...) __attribute__((format(printf, 5, 6)));

/** A directive or property that is known, but not carried over. */
typedef struct unsupported_setting_t {
    const char *name;              /* the last one of a table is NULL; "Proxy*": whatever begins so; without case */
    plugin_cfg_severity_t severity;
    const char *id;
    const char *what;              /* what becomes of it, and what to do instead */
} unsupported_setting_t;

/** Add the finding of a setting. @param value  NULL: none to be shown  @return 0 when the name is not in the table */
int wlmcfg_import_add_unsupported(import_t *import, source_line_t at, const unsupported_setting_t *unsupported,
                                  const char *name, const char *value);

/** Write a comment before a part of the output; several have "; " between them.  @param part  of import->cfg
 *  @param text  is not copied */
void wlmcfg_import_comment(import_t *import, const void *part, const char *text);

/** Sort findings by file, in the order of the files' first findings, and by line. */
void wlmcfg_import_sort(import_t *import);

#endif

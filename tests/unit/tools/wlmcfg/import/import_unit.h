/* import_unit.h: an import of files that a test writes, and its result as text. Needs unit.h, plugin_cfg_unit.h and
 * temp_folder.h before it. */
#ifndef IMPORT_UNIT_H
#define IMPORT_UNIT_H

#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/common/xml.h"

/** as wlmcfg_run_import() has it without options */
import_t *import_make(void);

typedef struct imported_t {
    const plugin_cfg_t *cfg;       /* NULL: there are errors */
    const char *findings;
} imported_t;

/** @param read  a format's reader, for the words of the command line; the files are there */
imported_t import_files(import_t *import, int (*read)(import_t *import, char **words, int n),
                        char **words, int n);
/** The clusters as "name(retry 5): member,member | backup,backup; ..." */
const char *import_clusters(const plugin_cfg_t *cfg);

#endif

/* tools/wlmcfg/show/show.h: what the files of `wlmcfg show` share. show.c prints a file's meaning as a tree, json.c as
 * JSON. On main()'s thread. */
#ifndef WLMCFG_SHOW_SHOW_H
#define WLMCFG_SHOW_SHOW_H

#include "plugin-cfg/plugin_cfg.h"
#include "tools/wlmcfg/common/directives.h"

/** Print the model and the findings as one JSON object.
 *  @param usable  0: the file has errors; only its findings are shown
 *  @return 0 when memory ran out or the output cannot be written */
int wlmcfg_show_json(const plugin_cfg_t *cfg, int usable, const wlmcfg_directives_t *directives);

#endif

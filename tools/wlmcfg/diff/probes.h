/* tools/wlmcfg/diff/probes.h: hosts and paths that stand for all others. On main()'s thread. */
#ifndef WLMCFG_DIFF_PROBES_H
#define WLMCFG_DIFF_PROBES_H

#include "plugin-cfg/plugin_cfg.h"

/** Stands for the hosts, or for the paths, that no probe fits better. */
typedef struct probe_t {
    const char *text;              /* "host:port" or a pattern, as in the files */
    const char *host;              /* NULL: one that neither file names */
    int port;
    const char *path;
    int general[2];                /* an overlap: the probes that it is of; -1: it is none */
} probe_t;

/** @return probe_t: hosts of the second file, then of the first, then the overlaps of these */
apr_array_header_t *wlmcfg_diff_hosts(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);
/** @return probe_t: the same for paths */
apr_array_header_t *wlmcfg_diff_paths(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p);

#endif

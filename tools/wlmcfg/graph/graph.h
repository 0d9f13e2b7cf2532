/* tools/wlmcfg/graph/graph.h: what the files of `wlmcfg graph` share: text for Graphviz (dot.c), and a picture of it
 * (render.c). On main()'s thread. */
#ifndef WLMCFG_GRAPH_GRAPH_H
#define WLMCFG_GRAPH_GRAPH_H

#include "tools/wlmcfg/wlmcfg.h"

/** The topology as text in the language DOT. @return NULL when memory ran out */
const char *wlmcfg_graph_dot(const plugin_cfg_t *cfg, apr_pool_t *p);

/** Make SVG with the program dot. @return exit code; when it is not FINE the reason is on standard error */
int wlmcfg_graph_render(const char **psvg, const char *dot, apr_pool_t *p);

#endif

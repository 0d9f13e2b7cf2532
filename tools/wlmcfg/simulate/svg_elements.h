/* tools/wlmcfg/simulate/svg_elements.h: the elements of a drawing. On main()'s thread. */
#ifndef WLMCFG_SIMULATE_SVG_ELEMENTS_H
#define WLMCFG_SIMULATE_SVG_ELEMENTS_H

#include <apr_pools.h>
#include "tools/wlmcfg/common/output.h"

typedef struct svg_canvas_t {
    xmlNode *root;
    apr_pool_t *p;
} svg_canvas_t;

/** An element that has words only. @return NULL: memory ran out, or parent is NULL */
xmlNode *wlmcfg_simulate_svg_words(xmlNode *parent, const char *element, const char *words);

/** @param anchor  "start", "middle" or "end": which part of it stands at x */
xmlNode *wlmcfg_simulate_svg_text(const svg_canvas_t *canvas, double x, double y, const char *anchor,
                                  const char *words);

void wlmcfg_simulate_svg_line(const svg_canvas_t *canvas, const char *class, double x1, double y1, double x2,
                              double y2);

xmlNode *wlmcfg_simulate_svg_rect(const svg_canvas_t *canvas, double x, double y, double width, double height);

#endif

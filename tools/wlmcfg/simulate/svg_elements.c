/* `wlmcfg simulate --svg`, the elements of a drawing. On main()'s thread. */
#include <apr_strings.h>
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/simulate/svg_elements.h"

static void set_number(const svg_canvas_t *canvas, xmlNode *node, const char *name, double value)
{
    wlmcfg_output_set(node, name, apr_psprintf(canvas->p, "%.1f", value));
}

xmlNode *wlmcfg_simulate_svg_words(xmlNode *parent, const char *element, const char *words)
{
    return parent ? xmlNewTextChild(parent, NULL, BAD_CAST element, BAD_CAST words) : NULL;
}

xmlNode *wlmcfg_simulate_svg_text(const svg_canvas_t *canvas, double x, double y, const char *anchor, const char *words)
{
    xmlNode *text = wlmcfg_simulate_svg_words(canvas->root, "text", words);

    set_number(canvas, text, "x", x);
    set_number(canvas, text, "y", y);
    wlmcfg_output_set(text, "text-anchor", anchor);
    return text;
}

void wlmcfg_simulate_svg_line(const svg_canvas_t *canvas, const char *class, double x1, double y1, double x2, double y2)
{
    xmlNode *line = wlmcfg_output_element(canvas->root, "line");

    wlmcfg_output_set(line, "class", class);
    set_number(canvas, line, "x1", x1);
    set_number(canvas, line, "y1", y1);
    set_number(canvas, line, "x2", x2);
    set_number(canvas, line, "y2", y2);
}

xmlNode *wlmcfg_simulate_svg_rect(const svg_canvas_t *canvas, double x, double y, double width, double height)
{
    xmlNode *rect = wlmcfg_output_element(canvas->root, "rect");

    set_number(canvas, rect, "x", x);
    set_number(canvas, rect, "y", y);
    set_number(canvas, rect, "width", width);
    set_number(canvas, rect, "height", height);
    return rect;
}

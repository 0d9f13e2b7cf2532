/* A start tag. Any thread. */
#include <string.h>
#include <strings.h>
#include "tools/wlmcfg/fmt/tag.h"
#include "tools/wlmcfg/fmt/tokens.h"

#define COLUMNS 120
#define DEEPER  4                  /* than the tag: not as its children */

/* The place of an attribute in the reader's table; behind all others when it is not known */
static int rank(const plugin_cfg_element_t *element, const char *name)
{
    const char *key = strcmp(element->name, "Property") == 0 ? "Property" : element->key;
    const plugin_cfg_attribute_t *row;

    for (row = plugin_cfg_attributes; row->element; ++row) {
        if (strcmp(row->element, key) == 0 && strcasecmp(row->name, name) == 0) {
            break;
        }
    }
    return (int)(row - plugin_cfg_attributes);
}

/* Equals keep their order: of two spellings of one name the first counts */
static void sort(apr_array_header_t *attributes, const plugin_cfg_element_t *element)
{
    wlmcfg_fmt_attribute_t *list = (wlmcfg_fmt_attribute_t *)attributes->elts;
    int i, k;

    for (i = 1; i < attributes->nelts; ++i) {
        wlmcfg_fmt_attribute_t moved = list[i];
        int place = rank(element, moved.name);
        for (k = i; k > 0 && rank(element, list[k - 1].name) > place; --k) {
            list[k] = list[k - 1];
        }
        list[k] = moved;
    }
}

/* In characters, not bytes */
static int width_of(const char *text)
{
    int n = 0;

    for (; *text; ++text) {
        n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

static int fits(const char *name, const apr_array_header_t *attributes, int indent, int is_empty)
{
    int i, width = indent + 1 + width_of(name) + (is_empty ? 2 : 1);

    for (i = 0; i < attributes->nelts; ++i) {
        const wlmcfg_fmt_attribute_t *attribute = &APR_ARRAY_IDX(attributes, i, wlmcfg_fmt_attribute_t);
        if (strchr(attribute->value, '\n')) {
            return 0;
        }
        width += 1 + width_of(attribute->name) + 3 + width_of(attribute->value);
    }
    return width <= COLUMNS;
}

void wlmcfg_fmt_put_tag(wlmcfg_fmt_buffer_t *out, const char *name, apr_array_header_t *attributes,
                        const plugin_cfg_element_t *element, int indent, int is_empty)
{
    int i, is_one_line = fits(name, attributes, indent, is_empty);

    if (element && !element->is_opaque) {
        sort(attributes, element);
    }
    wlmcfg_fmt_put(out, "<");
    wlmcfg_fmt_put(out, name);
    for (i = 0; i < attributes->nelts; ++i) {
        const wlmcfg_fmt_attribute_t *attribute = &APR_ARRAY_IDX(attributes, i, wlmcfg_fmt_attribute_t);
        const char *quote = strchr(attribute->value, '"') ? "'" : "\"";
        wlmcfg_fmt_put(out, i && !is_one_line ? "\n" : " ");
        wlmcfg_fmt_put_blanks(out, i && !is_one_line ? indent + DEEPER : 0);
        wlmcfg_fmt_put(out, attribute->name);
        wlmcfg_fmt_put(out, "=");
        wlmcfg_fmt_put(out, quote);
        wlmcfg_fmt_put(out, attribute->value);
        wlmcfg_fmt_put(out, quote);
    }
    wlmcfg_fmt_put(out, is_empty ? "/>" : ">");
}

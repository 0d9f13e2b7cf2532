/* plugin-cfg/scan.h: a text that is no XML is read once more, by bytes, to say why (plugin-cfg/malformed.c). For the
 * thread that reads the file; a scan is used by one thread.
 */
#ifndef PLUGIN_CFG_SCAN_H
#define PLUGIN_CFG_SCAN_H

#include "plugin-cfg/private.h"

/** An element that is open. */
typedef struct plugin_cfg_tag_t {
    const char *name;
    int line;
} plugin_cfg_tag_t;

/** A text, and how far it has been read. */
typedef struct plugin_cfg_scan_t {
    const char *at, *end, *start;
    int line;                      /* of at */
    int has_nul;                   /* the text ends at a NUL byte, behind which there is more */
    plugin_cfg_tag_t open[PLUGIN_CFG_MAX_DEPTH]; /* outermost first */
    int depth;
    const char *root;              /* the first element's name */
    const char *problem;           /* the first one found; NULL: none so far */
    int problem_line;
    apr_pool_t *p;
} plugin_cfg_scan_t;

/* -- plugin-cfg/scan.c -- */

/** Note a problem, unless there is one already. The text is in s->p. */
void plugin_cfg_scan_fail(plugin_cfg_scan_t *s, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** The same, where the text has ended too early. @param what  is missing */
void plugin_cfg_scan_fail_at_end(plugin_cfg_scan_t *s, int line, const char *what);
/** Go on to a place behind, and count lines. */
void plugin_cfg_scan_go_to(plugin_cfg_scan_t *s, const char *at);
/** Go on to the next character that is no blank, and count lines. */
void plugin_cfg_scan_skip_blanks(plugin_cfg_scan_t *s);
/** Does the text go on with this? */
int plugin_cfg_scan_is_at(const plugin_cfg_scan_t *s, const char *text);
/** Is it white space of XML? */
int plugin_cfg_scan_is_blank(char c);
/** The next place of a text. @return NULL: there is none */
const char *plugin_cfg_scan_find(const plugin_cfg_scan_t *s, const char *text);
/** What stands there, up to one of the stops, at most 40 bytes. In s->p. */
const char *plugin_cfg_scan_excerpt(const plugin_cfg_scan_t *s, const char *from, const char *stops);
/** Read the name of an element or attribute, or what else stands up to the next blank. In s->p; empty: nothing. */
const char *plugin_cfg_scan_name(plugin_cfg_scan_t *s);

/* -- plugin-cfg/scan_attributes.c -- */

/** Note the first & that begins no reference. @param line  of `from` */
void plugin_cfg_scan_check_references(plugin_cfg_scan_t *s, const char *from, const char *to, int line);
/** Read an attribute. @return 0: a problem has been found */
int plugin_cfg_scan_attribute(plugin_cfg_scan_t *s);

#endif

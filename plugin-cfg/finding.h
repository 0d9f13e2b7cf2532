/* plugin-cfg/finding.h: what is odd in a plugin-cfg.xml, as file, line, id, what is wrong and what to do. The reader
 * adds findings while it reads, wlmcfg check those of its review; afterwards nothing changes them.
 * On the thread that reads or reviews the file.
 */
#ifndef PLUGIN_CFG_FINDING_H
#define PLUGIN_CFG_FINDING_H

#include <apr_pools.h>
#include "plugin-cfg/finding_table.h"

struct plugin_cfg_t;

typedef enum {
    PLUGIN_CFG_NOTE,     /* worth knowing, nothing to do */
    PLUGIN_CFG_WARNING,  /* the file is used, but something in it has no or another effect than meant */
    PLUGIN_CFG_ERROR     /* the file is refused */
} plugin_cfg_severity_t;

typedef struct plugin_cfg_finding_t {
    plugin_cfg_severity_t severity;
    const char *file;
    int line;                      /* 1.., 0 when the finding is about the whole file */
    const char *id;                /* e.g. "bad-number" */
    const char *message;           /* what is wrong and the remedy, one line, no final dot needed */
} plugin_cfg_finding_t;

/** A row of the table. */
typedef struct plugin_cfg_finding_kind_t {
    const char *id;
    plugin_cfg_severity_t severity;
    plugin_cfg_severity_t milder;  /* the other severity that a call may choose; the same when there is only one */
    const char *meaning, *remedy;
} plugin_cfg_finding_kind_t;

/** All rows, in the order of their ids. */
extern const plugin_cfg_finding_kind_t plugin_cfg_finding_kinds[PLUGIN_CFG_FINDINGS_COUNT];

/**
 * Add a finding, with the severity that the table has for it. Only while the file is read or reviewed, before another
 * thread has the model.
 *
 * A text that is too long is truncated; plugin_cfg_visible() is applied to it.
 *
 * @param line  0: the whole file
 */
void plugin_cfg_add_finding(struct plugin_cfg_t *cfg, plugin_cfg_finding_id_t id, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The same for a finding that has two severities in the table. @param is_mild  the second one applies */
void plugin_cfg_add_graded_finding(struct plugin_cfg_t *cfg, plugin_cfg_finding_id_t id, int is_mild, int line,
                                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/** A text as it can be read, in one line: ASCII control characters as blanks, other characters that cannot be seen as
 *  <U+200B>, bytes that are no UTF-8 as <byte E9>. @return text itself when it has none of these; otherwise in p */
const char *plugin_cfg_visible(const char *text, apr_pool_t *p);

/** Order the findings by line, as the reader does; those of one line stay in the order in which they were found. */
void plugin_cfg_sort_findings(struct plugin_cfg_t *cfg, apr_pool_t *ptemp);

/** Where it is: "FILE:LINE", or "FILE" alone when the finding is about the whole file. */
const char *plugin_cfg_finding_location(const plugin_cfg_finding_t *finding, apr_pool_t *p);

/** All of it, in one line: "FILE:LINE: SEVERITY: TEXT [ID]", without the last where id is NULL. In p.
 *  @param severity  the finding's own, unless it is shown as another one */
const char *plugin_cfg_finding_text(const plugin_cfg_finding_t *finding, plugin_cfg_severity_t severity, apr_pool_t *p);

/** Is there a finding that keeps the file from being used? */
int plugin_cfg_has_errors(const struct plugin_cfg_t *cfg);

/** The first error of a file that cannot be used: "FILE:LINE: TEXT [ID]". In p, or static when there is none. */
const char *plugin_cfg_first_error(const struct plugin_cfg_t *cfg, apr_pool_t *p);

/** @return "note", "warning" or "error" */
const char *plugin_cfg_severity_name(plugin_cfg_severity_t severity);

#endif

/* wlmcfg.h: what the files of wlmcfg share. Each command is one function that prints and says how it went. */
#ifndef WLMCFG_H
#define WLMCFG_H

#include <stdio.h>
#include <apr_pools.h>
#include "plugin_cfg.h"

/* exit codes; the greatest of all files counts */
#define WLMCFG_FINE    0
#define WLMCFG_ERRORS  1           /* a file has errors */
#define WLMCFG_MISUSE  2           /* a wrong call, or the output cannot be written */

/** Say what is wrong with a call, or why something failed. @return WLMCFG_MISUSE */
int wlmcfg_misuse(const char *what, const char *why);
int wlmcfg_failure(const char *why);

/** Print the findings as "file:line: severity: text [id]". @param strict  warnings are shown as errors */
void wlmcfg_print_findings(FILE *out, const plugin_cfg_t *cfg, int strict);

/** The findings of files to standard output, a summary to standard error. @return exit code */
int wlmcfg_check(char *const *files, int nfiles, int strict, apr_pool_t *p);

/** What a finding means and what to do. @param id  or "all"  @return exit code */
int wlmcfg_explain_finding(const char *id);

/** What a file without errors means, as text for people. */
void wlmcfg_show_text(const plugin_cfg_t *cfg, apr_pool_t *p);

/** What a file means, as one JSON object. @param usable  0: the file has errors; only its findings are shown
 *  @return 0 when memory ran out or the output cannot be written */
int wlmcfg_show_json(const plugin_cfg_t *cfg, int usable);

/** What is asked of wlmcfg_explain(). */
typedef struct wlmcfg_call_t {
    const char *file, *method, *url;
    const apr_array_header_t *headers;  /* const char *: "Name: value" */
    const apr_array_header_t *down;     /* const char *: names of members */
    int json;
} wlmcfg_call_t;

/** What becomes of a request. @return exit code */
int wlmcfg_explain(const wlmcfg_call_t *call, apr_pool_t *p);

/** The table of all elements and attributes, as Markdown. */
void wlmcfg_schema(void);

#endif

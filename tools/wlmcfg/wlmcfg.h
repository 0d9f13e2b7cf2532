/* tools/wlmcfg/wlmcfg.h: what the files of wlmcfg share. Each command is one function that prints and says how it
 * went. On main()'s thread. */
#ifndef WLMCFG_WLMCFG_H
#define WLMCFG_WLMCFG_H

#include <stdio.h>
#include <apr_pools.h>
#include "plugin-cfg/plugin_cfg.h"
#include "tools/common/call.h"

/* exit codes; the greatest of all files counts */
#define WLMCFG_FINE    0
#define WLMCFG_ERRORS  1           /* a file has errors */
#define WLMCFG_MISUSE  TOOL_MISUSE           /* a wrong call, or the output cannot be written */

/* The commands. Each reads its own options (argv[0] is its name), and returns the exit code. */
int wlmcfg_run_check(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_show(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_explain(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_merge(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_import(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_diff(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_graph(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_simulate(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_fmt(int argc, char **argv, apr_pool_t *p);
int wlmcfg_run_schema(int argc, char **argv, apr_pool_t *p);

/** plugin_cfg_read(); "-" is standard input, which findings call so. tools/wlmcfg/common/read.c */
apr_status_t wlmcfg_read(plugin_cfg_t **pcfg, const char *file, apr_pool_t *p);

/** A finding's severity as it is shown. tools/wlmcfg/common/findings.c  @param strict  warnings are shown as errors */
plugin_cfg_severity_t wlmcfg_severity(const plugin_cfg_finding_t *finding, int strict);

/** Print the findings as "file:line: severity: text [id]". @param strict  warnings are shown as errors */
void wlmcfg_print_findings(FILE *out, const plugin_cfg_t *cfg, int strict);

/** What a finding means and what to do. @param id  or "all"  @return exit code */
int wlmcfg_explain_finding(const char *id);

#endif

/* tools/wlmcfg/check/review.h: what an administrator should know of a plugin-cfg.xml that can be used.
 * On main()'s thread.
 *
 * The reader finds what is wrong in the file. The review finds what follows from the file as a whole and from how this
 * module decides: routes that never win, sessions that are looked for under two names, members that get next to
 * nothing, times that contradict each other. Only what is certain is a finding. It is for `wlmcfg check`; httpd does
 * without it.
 */
#ifndef WLMCFG_CHECK_REVIEW_H
#define WLMCFG_CHECK_REVIEW_H

#include "plugin-cfg/plugin_cfg.h"

/**
 * Add what is found to cfg->findings, which stay in the order of their lines.
 *
 * Takes time and memory in proportion to the pairs of URI and virtual host in all routes.
 *
 * @param cfg    without errors, and no other thread has it
 * @param ptemp  for the time of the call
 */
void wlm_review(plugin_cfg_t *cfg, apr_pool_t *ptemp);

#endif

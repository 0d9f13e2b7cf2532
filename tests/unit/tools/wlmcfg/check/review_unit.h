/* review_unit.h: a plugin-cfg.xml with its review, for the tests of tools/wlmcfg/check/. Needs unit.h before it. */
#ifndef REVIEW_UNIT_H
#define REVIEW_UNIT_H

#include "plugin_cfg_unit.h"
#include "tools/wlmcfg/check/review.h"

/* Fails when the file has errors */
static inline plugin_cfg_t *review(const char *text)
{
    plugin_cfg_t *cfg = cfg_read_text(text);
    apr_pool_t *ptemp;

    ck_assert_msg(strstr(cfg_findings(cfg), "error") == NULL, "%s", cfg_findings(cfg));
    apr_pool_create(&ptemp, unit_pool);
    wlm_review(cfg, ptemp);
    apr_pool_destroy(ptemp);       /* what has been found does not live there */
    cfg_check_invariants(cfg, APR_SUCCESS);
    return cfg;
}

#endif

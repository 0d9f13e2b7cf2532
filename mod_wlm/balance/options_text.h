/* balance/options_text.h: options in the words of httpd's configuration, for logs, pages and tools. Pure; any thread.
 */
#ifndef WLM_BALANCE_OPTIONS_TEXT_H
#define WLM_BALANCE_OPTIONS_TEXT_H

#include "balance/options.h"

/** "Robust" or "Original", as WLMDefaults takes it. */
const char *wlm_options_text_defaults(wlm_defaults_t defaults);

/**
 * What holds for a cluster, or for all of them, of the options that WLMDefaults decides about:
 * "WLMRetryPolicy IdempotencyKey, WLMPostBufferSize 64, ...".
 * @param post_buffer_size  of the cluster in plugin-cfg.xml, which counts when it is larger; for all clusters 0
 */
const char *wlm_options_text_of(const wlm_options_t *options, int post_buffer_size, apr_pool_t *p);

#endif

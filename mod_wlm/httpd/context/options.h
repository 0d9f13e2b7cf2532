/* httpd/context/options.h: the options of clusters (balance/options.h) in the current configuration.
 * Set in the parent, read by any thread. */
#ifndef WLM_HTTPD_CONTEXT_OPTIONS_H
#define WLM_HTTPD_CONTEXT_OPTIONS_H

#include "balance/options.h"

/** The options of the configuration that is being read, or is in use; constant once it has been read. Valid as long as
 *  the configuration. */
const wlm_options_set_t *wlm_options(void);
/** Before a configuration is read: the directives fill this set. */
void wlm_options_install(const wlm_options_set_t *set);

#endif

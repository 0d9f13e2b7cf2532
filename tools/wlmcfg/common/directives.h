/* tools/wlmcfg/common/directives.h: what httpd's configuration says of the member that a request gets: WLMPolicy,
 * WLMAffinity, WLMAffinityKey and WLMAffinityOwner, and of how long it waits for one: WLMConcurrency, WLMClass and
 * WLMHedge; for all clusters and in <WLMCluster>. A line of it can be given on the command line (--directive), or a
 * file of it (--httpd-conf), in which other directives are passed over.
 * On main()'s thread.
 */
#ifndef WLMCFG_COMMON_DIRECTIVES_H
#define WLMCFG_COMMON_DIRECTIVES_H

#include "balance/options.h"
#include "tools/common/call.h"

typedef struct wlmcfg_directives_t {
    apr_array_header_t *lines, *files; /* const char *: of the command line */
    wlm_options_set_t *options;    /* NULL: none of them was given */
} wlmcfg_directives_t;

/* The rows of a command's table of options */
#define WLMCFG_DIRECTIVES_OPTIONS(directives) \
    { .name = "directive", .values = (directives).lines }, { .name = "httpd-conf", .values = (directives).files }

/** None, before the command line is read. */
wlmcfg_directives_t wlmcfg_directives_make(apr_pool_t *p);

/** Behind that: fill in the options. @return 0: a word makes no sense, or a file cannot be read; the reason is on
 *  standard error */
int wlmcfg_directives_read(wlmcfg_directives_t *directives, apr_pool_t *p);

/** What holds for a cluster. Where no directive was given these are the defaults. */
const wlm_options_t *wlmcfg_directives_for(const wlmcfg_directives_t *directives, const char *cluster, apr_pool_t *p);

/** That as lines: "WLMPolicy LeastBusy". @return const char *, in p */
apr_array_header_t *wlmcfg_directives_text(const wlm_options_t *options, apr_pool_t *p);

#endif

/* cluster_unit.h: clusters made of a table, and requests that succeed at once, for the tests of selection. */
#ifndef CLUSTER_UNIT_H
#define CLUSTER_UNIT_H

#include <sys/mman.h>
#include "unit.h"
#include "balance/cluster.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transition.h"

#define SEC      APR_USEC_PER_SEC
#define INTERVAL 60
#define T0       (1000000 * SEC)

typedef struct member_spec_t {
    const char *name;
    const char *clone_id;
    int weight;
    plugin_cfg_tier_t tier;
    int max_connections;
} member_spec_t;

#define P PLUGIN_CFG_PRIMARY
#define B PLUGIN_CFG_BACKUP
#define END { NULL, NULL, 0, P, 0 }

plugin_cfg_cluster_t *make_cfg(const member_spec_t *specs);
/** records in memory that children share, as in httpd */
void *shared(apr_size_t size);
wlm_cluster_t *cluster_with(plugin_cfg_cluster_t *cfg, const wlm_options_t *options);
/** For a cluster of its own: those of WLMDefaults Original, so that a member that is back has its share at once */
wlm_options_t *unit_options(void);
wlm_cluster_t *cluster_of(plugin_cfg_cluster_t *cfg);
wlm_cluster_t *make(const member_spec_t *specs);

static const wlm_affinity_t no_session __attribute__((unused)) = { .source = WLM_AFFINITY_NO_SESSION };

wlm_affinity_t session(const char *first, const char *second);
/** A request that succeeds at once. @return the member's index, or -1 */
int serve_at(wlm_cluster_t *cluster, const wlm_affinity_t *affinity, apr_time_t now);
int serve(wlm_cluster_t *cluster, const wlm_affinity_t *affinity);
void mark_down(wlm_cluster_t *cluster, int member, apr_time_t now);
void mark_up(wlm_cluster_t *cluster, int member);
void expect_shares(wlm_cluster_t *cluster, int n, const double *shares, double within);

static const member_spec_t one_two_one[] = { { "a", "A", 1, P, 0 }, { "b", "B", 2, P, 0 }, { "c", "C", 1, P, 0 }, END };

#endif

/* Weights that keep members from getting requests, and times that contradict each other. On main()'s thread. */
#include "tools/wlmcfg/check/review_private.h"

/* A member whose weight is less than one of so many parts of another's: hardly what was meant */
#define LITTLE 1000

/* Servers that something holds for */
typedef struct some_t {
    const plugin_cfg_server_t *first;
    int n;
} some_t;

typedef struct review_t {
    plugin_cfg_t *cfg;
    const plugin_cfg_cluster_t *cluster;
    some_t unlimited;             /* of all clusters: without ConnectTimeout, though there is another member to go to */
    apr_pool_t *p;
} review_t;

/* @param limit  what each server is compared with */
static some_t find_some(const apr_array_header_t *servers, int (*holds)(const plugin_cfg_server_t *server, int limit),
                        int limit)
{
    some_t some = { NULL, 0 };
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *);

        if (holds(server, limit) && !some.n++) {
            some.first = server;
        }
    }
    return some;
}

/* -- weights ---------------------------------------------------------------------------------- */

static const plugin_cfg_server_t *find_heaviest(const apr_array_header_t *servers)
{
    const plugin_cfg_server_t *heaviest = NULL;
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *);

        if (!heaviest || server->weight > heaviest->weight) {
            heaviest = server;
        }
    }
    return heaviest;
}

static int has_little_weight(const plugin_cfg_server_t *server, int heaviest)
{
    return server->weight > 0 && server->weight * LITTLE < heaviest;
}

static int has_other_weight(const plugin_cfg_server_t *server, int weight)
{
    return server->weight != weight;
}

static int has_weight(const plugin_cfg_server_t *server, int unused)
{
    (void)unused;
    return server->weight > 0;
}

static void review_weights(const review_t *review)
{
    const plugin_cfg_cluster_t *cluster = review->cluster;
    const plugin_cfg_server_t *heaviest = find_heaviest(cluster->primaries);
    some_t little = find_some(cluster->primaries, has_little_weight, heaviest ? heaviest->weight : 0);

    if (little.n) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_LITTLE_WEIGHT, little.first->line,
                               "server \"%s\"%s of cluster \"%s\" has LoadBalanceWeight %d beside %d of \"%s\", which "
                               "gets %d new sessions for each of its own; give it 0 if it is to get none, otherwise "
                               "more", little.first->name, wlm_review_more(little.n, review->p), cluster->name,
                               little.first->weight, heaviest->weight, heaviest->name,
                               heaviest->weight / little.first->weight);
    }
    if (cluster->backups->nelts && !find_some(cluster->backups, has_weight, 0).n) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_BACKUPS_WITHOUT_WEIGHT, cluster->line,
                               "all backup servers of cluster \"%s\" have LoadBalanceWeight 0, so none of them takes "
                               "over when the primaries are down; give at least one a weight", cluster->name);
    }
}

/* What the original plug-in ignores with Random */
static void review_random(const review_t *review)
{
    const plugin_cfg_cluster_t *cluster = review->cluster;
    const plugin_cfg_server_t *heaviest = find_heaviest(cluster->primaries);
    int weights = heaviest && find_some(cluster->primaries, has_other_weight, heaviest->weight).n;
    int affinity = !cluster->ignore_affinity_requests;

    if (cluster->load_balance == PLUGIN_CFG_RANDOM && (weights || affinity)) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_RANDOM_COUNTS_MORE, cluster->line,
                               "with LoadBalance=\"Random\" in cluster \"%s\", WebSphere's own plug-in ignores %s, "
                               "but here %s; %s if the shares are to stay as they were there", cluster->name,
                               weights && affinity ? "LoadBalanceWeight and IgnoreAffinityRequests"
                               : weights ? "LoadBalanceWeight" : "IgnoreAffinityRequests",
                               weights && affinity ? "they count" : "it counts",
                               weights && affinity ? "give all primaries one weight, and remove IgnoreAffinityRequests"
                               : weights ? "give all primaries one weight"
                               : "remove IgnoreAffinityRequests");
    }
}

/* -- times ------------------------------------------------------------------------------------ */

static int connects_longer_than(const plugin_cfg_server_t *server, int retry_interval)
{
    return server->connect_timeout > retry_interval;
}

static int connects_without_limit(const plugin_cfg_server_t *server, int unused)
{
    (void)unused;
    return server->connect_timeout == 0;
}

static int can_time_out(const plugin_cfg_server_t *server, int unused)
{
    (void)unused;
    return server->server_io_timeout != 0 || server->extended_handshake;
}

static void review_connect_timeout(review_t *review)
{
    const plugin_cfg_cluster_t *cluster = review->cluster;
    some_t slow = find_some(cluster->members, connects_longer_than, cluster->retry_interval);
    some_t unlimited = find_some(cluster->members, connects_without_limit, 0);

    if (cluster->members->nelts < 2) {
        return;                    /* requests go to the only member, up or down */
    }
    if (slow.n) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_RETRY_BEFORE_TIMEOUT, slow.first->line,
                               "ConnectTimeout=\"%d\" of server \"%s\"%s is longer than RetryInterval=\"%d\" of "
                               "cluster \"%s\", so while the server is down the next request is sent to try it before "
                               "the last one has given up; make RetryInterval longer, or ConnectTimeout shorter",
                               slow.first->connect_timeout, slow.first->name, wlm_review_more(slow.n, review->p),
                               cluster->retry_interval, cluster->name);
    }
    if (unlimited.n) {
        review->unlimited.first = review->unlimited.n ? review->unlimited.first : unlimited.first;
        review->unlimited.n += unlimited.n;
    }
}

/* once for the file: a generator writes all servers alike */
static void report_unlimited(const review_t *review)
{
    const some_t *some = &review->unlimited;

    if (some->n) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_NO_CONNECT_TIMEOUT, some->first->line,
                               "server \"%s\"%s: ConnectTimeout is 0 or absent, so when the host does not answer a "
                               "request waits as long as the operating system does, often two minutes, before it goes "
                               "to another member; set it, to 5 seconds for example", some->first->name,
                               wlm_review_more(some->n, review->p));
    }
}

static void review_io_timeout(const review_t *review)
{
    const plugin_cfg_cluster_t *cluster = review->cluster;

    if (cluster->server_io_timeout_retry > 0 && cluster->members->nelts
        && !find_some(cluster->members, can_time_out, 0).n) {
        plugin_cfg_add_finding(review->cfg, PLUGIN_CFG_FINDING_RETRY_WITHOUT_TIMEOUT, cluster->line,
                               "ServerIOTimeoutRetry=\"%d\" of cluster \"%s\" has no effect, because no server has a "
                               "ServerIOTimeout; give them one, or remove it", cluster->server_io_timeout_retry,
                               cluster->name);
    }
}

void wlm_review_clusters(plugin_cfg_t *cfg, apr_pool_t *ptemp)
{
    review_t review = { .cfg = cfg, .p = ptemp };
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        review.cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        review_weights(&review);
        review_random(&review);
        review_connect_timeout(&review);
        review_io_timeout(&review);
    }
    report_unlimited(&review);
}

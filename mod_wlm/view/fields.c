/* The tables of the values of a member, of a cluster and of the engine. Constant; read by the threads that answer
 * status requests. */
#include "view/fields.h"
#include "view/view.h"

#define MEMBER(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_member_t, field), metric, help }
#define COUNTER(where, name, key, metric, help) MEMBER(#name, key, COUNT, name, metric, help),

const wlm_field_t wlm_fields_member[] = {
    MEMBER("name", "Name", TEXT, name, NULL, "as in plugin-cfg.xml"),
    MEMBER("clone_id", "CloneID", TEXT, clone_id, NULL, "what sessions name it by"),
    MEMBER("address", "Address", TEXT, address, NULL, "host and port"),
    MEMBER("tier", "Tier", TEXT, tier, NULL, "primary or backup"),
    MEMBER("state", "State", TEXT, state, NULL, "up, down, probing, checked-out, left-out, busy or unusable"),
    MEMBER("since", "Since", TIME, since, NULL, "when that began; none: it was never away"),
    MEMBER("attention", "Attention", TEXT, attention_name, NULL,
           "none, steered, failing or out: whether it needs attention"),
    MEMBER("next_retry", "NextRetry", TIME, next_retry, NULL, "when a member that is not up is tried again"),
    MEMBER("admin_state", "AdminState", TEXT, admin_state, NULL, "enabled, draining or disabled"),
    MEMBER("admin_since", "AdminSince", TIME, admin_since, NULL, "when a person said so"),
    MEMBER("admin_until", "AdminUntil", TIME, admin_until, NULL, "when that ends by itself"),
    MEMBER("comment", "Comment", TEXT, comment, NULL, "who has said so, and why"),
    MEMBER("weight", "Weight", NUMBER, weight, "weight", "Weight as it counts now"),
    MEMBER("configured_weight", "ConfiguredWeight", NUMBER, configured_weight, NULL, "LoadBalanceWeight"),
    MEMBER("share", "Share", PERCENT, share, NULL, "percent of the new sessions that its weight gives it now"),
    MEMBER("share_got", "ShareGot", PERCENT, share_got, NULL, "percent of the cluster's requests that it had of late"),
    MEMBER("in_flight", "InFlight", NUMBER, in_flight, "in_flight", "Requests that are with the member now"),
    MEMBER("max_connections", "MaxConnections", NUMBER, max_connections, "max_connections",
           "Requests that may be with the member at a time, 0 when there is no limit"),
    MEMBER("idle", "Idle", NUMBER, idle, "idle_connections", "Connections that are open and idle"),
    MEMBER("open", "Open", NUMBER, open, "open_connections",
           "Connections that are open, those of requests and idle ones"),
    WLM_COUNTERS(COUNTER)
    MEMBER("p50", "P50", SECONDS, p50, NULL, "time of a response in the last minutes: half of them took no longer"),
    MEMBER("p95", "P95", SECONDS, p95, NULL, "... 95 of 100"),
    MEMBER("p99", "P99", SECONDS, p99, NULL, "... 99 of 100"),
    MEMBER("tls", "TLS", TEXT, tls, NULL, "what was agreed on with its https transport last: TLSv1.2 or TLSv1.3"),
    MEMBER("tls_expires", "TLSExpires", TIME, tls_expires, NULL, "when its certificate expires"),
    MEMBER("tls_own_expires", "TLSOwnExpires", TIME, tls_own_expires, NULL,
           "when the certificate expires that the module shows to it"),
    MEMBER("last_error", "LastError", TEXT, last_error, NULL, "the last fault"),
    MEMBER("last_error_at", "LastErrorAt", TIME, last_error_at, NULL, "when that was"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define CLUSTER(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_cluster_t, field), metric, help }

const wlm_field_t wlm_fields_cluster[] = {
    CLUSTER("name", "Name", TEXT, name, NULL, "as in plugin-cfg.xml"),
    CLUSTER("file", "File", TEXT, file, NULL, "the plugin-cfg.xml that has it"),
    CLUSTER("policy", "LoadBalance", TEXT, policy, NULL, "how new requests get a member"),
    CLUSTER("usable", "Usable", NUMBER, usable, "usable_members", "Members that get new sessions now"),
    CLUSTER("retrying", "Retrying", NUMBER, retrying, "retrying_requests", "Requests that are being repeated now"),
    CLUSTER("waiting", "Waiting", NUMBER, waiting, "waiting_requests", "Requests that wait for a member with room"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define ENGINE(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_engine_t, field), metric, help }

const wlm_field_t wlm_fields_engine[] = {
    ENGINE("driver", "Driver", TEXT, driver, NULL,
           "engine: a request that waits is parked, and holds no thread; threads: it holds one"),
    ENGINE("why", "Why", TEXT, why, NULL, "why the engine is not in use"),
    ENGINE("parked", "Parked", NUMBER, parked, "parked_requests",
           "Requests that the engine serves, tunnels among them"),
    ENGINE("tunnels", "Tunnels", NUMBER, tunnels, "tunnels",
           "Connections that are open after a change of protocol, also those that hold a thread"),
    ENGINE("owned", "Owned", NUMBER, owned, "owned_connections",
           "Connections of clients that the engine has, with a parked request, idle or closing"),
    ENGINE("kept", "Kept", NUMBER, kept, "kept_connections", "Those among them that wait for their next request"),
    ENGINE("connections", "Connections", NUMBER, connections, "connections",
           "Connections of clients that count for the next, 0 where the engine is not in use"),
    ENGINE("connections_max", "ConnectionsMax", NUMBER, connections_max, "connections_max",
           "Connections of clients that httpd accepts by AsyncRequestWorkerFactor while its threads are idle"),
    ENGINE("worker_factor", "WorkerFactor", NUMBER, worker_factor, NULL, "AsyncRequestWorkerFactor as httpd uses it"),
    ENGINE("ending", "Ending", NUMBER, ending, "ending_processes",
           "Child processes that end when their last request has ended"),
    ENGINE("process_slots", "ProcessSlots", NUMBER, process_slots, NULL,
           "ServerLimit: processes that there may be, these included"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

const char *wlm_fields_text(const wlm_field_t *field, const void *of)
{
    const void *at = (const char *)of + field->offset;

    return field->kind == WLM_FIELD_TEXT ? *(const char *const *)at : NULL;
}

uint64_t wlm_fields_count(const wlm_field_t *field, const void *of)
{
    switch (field->kind) {
    case WLM_FIELD_COUNT:
    case WLM_FIELD_NUMBER:
    case WLM_FIELD_TIME:
        return *(const uint64_t *)(const void *)((const char *)of + field->offset);
    default:
        return 0;
    }
}

double wlm_fields_number(const wlm_field_t *field, const void *of)
{
    return field->kind == WLM_FIELD_SECONDS || field->kind == WLM_FIELD_PERCENT
           ? *(const double *)(const void *)((const char *)of + field->offset) : (double)wlm_fields_count(field, of);
}

/* The tables of the values of a member, of a cluster, of the engine and of the store. Constant; read by threads that
 * answer status requests. */
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
    MEMBER("state", "State", TEXT, state, NULL,
           "up, down, probing, checked-out, reported-out, silent, left-out, busy or unusable"),
    MEMBER("since", "Since", TIME, since, "state_since_timestamp_seconds",
           "When its state began, none when it was never away"),
    MEMBER("attention", "Attention", TEXT, attention_name, NULL,
           "none, steered, failing or out: whether it needs attention"),
    MEMBER("reason", "Reason", TEXT, reason, NULL,
           "why it is not up, needs attention, or gets less than its weight says"),
    MEMBER("next_retry", "NextRetry", TIME, next_retry, NULL,
           "when a member that is not up is tried again, by a request or a check"),
    MEMBER("check", "Check", TEXT, check, NULL, "what active checks ask, and how often; none: there are no checks"),
    MEMBER("check_result", "CheckResult", TEXT, check_result, NULL, "of the last check: good or failed"),
    MEMBER("check_error", "CheckError", TEXT, check_error, NULL, "why it failed"),
    MEMBER("checked_at", "CheckedAt", TIME, checked_at, "check_timestamp_seconds", "When the last check ended"),
    MEMBER("check_time", "CheckTime", SECONDS, check_time, NULL, "how long it took"),
    MEMBER("admin_state", "AdminState", TEXT, admin_state, NULL, "enabled, draining or disabled"),
    MEMBER("admin_since", "AdminSince", TIME, admin_since, NULL, "when a person said so"),
    MEMBER("admin_until", "AdminUntil", TIME, admin_until, NULL, "when that ends by itself"),
    MEMBER("comment", "Comment", TEXT, comment, NULL, "who has said so, and why"),
    MEMBER("weight", "Weight", NUMBER, weight, "weight", "Weight as it counts now"),
    MEMBER("configured_weight", "ConfiguredWeight", NUMBER, configured_weight, NULL, "LoadBalanceWeight"),
    MEMBER("weight_percent", "WeightPercent", NUMBER, weight_percent, "weight_percent",
           "Percent of its weight that counts, by what it reports; 100 without a report"),
    MEMBER("warmth", "Warmth", PERCENT, warmth, "warmth_percent",
           "Percent of its weight that counts while it warms up, 100 otherwise"),
    MEMBER("reported", "Reported", PERCENT, reported, NULL,
           "percent by its reports, smoothed: its utilisation (ORCA), or the part of its weight that its agent "
           "wants; 0 without a report"),
    MEMBER("reported_at", "ReportedAt", TIME, reported_at, "reported_timestamp_seconds",
           "When its last report came that counts"),
    MEMBER("status_at", "StatusAt", TIME, status_at, "status_timestamp_seconds",
           "When its node, which has registered itself, has said STATUS last"),
    MEMBER("status_interval", "StatusInterval", SECONDS, status_interval, NULL,
           "how often it does, the longest time of late"),
    MEMBER("silent", "Silent", OPTIONAL, silent, "silent",
           "1 when that is too long ago, so that it is asked whether it is there; none for a node that says no STATUS"),
    MEMBER("reported_state", "ReportedState", TEXT, reported_state, NULL,
           "what its agent says: ready, drain, maint, down, fail or stopped; none: nothing so far"),
    MEMBER("share", "Share", PERCENT, share, NULL, "percent of the new sessions that it gets now"),
    MEMBER("share_got", "ShareGot", PERCENT, share_got, NULL, "percent of the cluster's requests that it had of late"),
    MEMBER("in_flight", "InFlight", NUMBER, in_flight, "in_flight", "Requests that are with the member now"),
    MEMBER("peak_in_flight", "PeakInFlight", NUMBER, peak_in_flight, NULL,
           "the most requests that were with it at a time, as seen once a second"),
    MEMBER("requests_per_second", "RequestsPerSecond", RATE, requests_per_second, NULL,
           "requests, of the last 10 s, as the next two"),
    MEMBER("failures_per_second", "FailuresPerSecond", RATE, failures_per_second, NULL, "failures"),
    MEMBER("errors_per_second", "ErrorsPerSecond", RATE, errors_per_second, NULL, "responses 5xx"),
    MEMBER("last_request", "LastRequest", TIME, last_request, NULL,
           "when the last request was sent to it, to a second"),
    MEMBER("last_session_request", "LastSessionRequest", TIME, last_session_request, NULL,
           "when the last one was that came with a session of this member"),
    MEMBER("time_down", "TimeDown", SECONDS, time_down, NULL,
           "for how long it was not up in all, to a second for each time"),
    MEMBER("max_connections", "MaxConnections", NUMBER, max_connections, "max_connections",
           "Requests that may be with the member at a time, 0 when there is no limit"),
    MEMBER("reported_max_connections", "ReportedMaxConnections", NUMBER, reported_max_connections, NULL,
           "the limit that its agent names, 0 when it names none"),
    MEMBER("found_limit", "FoundLimit", NUMBER, found_limit, "found_limit",
           "Requests that it can have at a time, as found, 0 where that is not looked for"),
    MEMBER("usual_time", "UsualTime", SECONDS, usual_time, NULL,
           "time of a response while nothing waits in the member, as found with that; 0: not known"),
    MEMBER("idle", "Idle", NUMBER, idle, "idle_connections", "Connections that are open and idle"),
    MEMBER("open", "Open", NUMBER, open, "open_connections",
           "Connections that are open, those of requests and idle ones"),
    WLM_COUNTERS(COUNTER)
    MEMBER("p50", "P50", SECONDS, p50, NULL, "time of a response in the last minutes: half of them took no longer"),
    MEMBER("p95", "P95", SECONDS, p95, NULL, "... 95 of 100"),
    MEMBER("p99", "P99", SECONDS, p99, NULL, "... 99 of 100"),
    MEMBER("response_average", "ResponseAverage", SECONDS, response_average, "response_average_seconds",
           "Average time to a response as WLMPolicy counts it, 0 when nothing is known"),
    MEMBER("tls", "TLS", TEXT, tls, NULL, "what was agreed on with its https transport last: TLSv1.2 or TLSv1.3"),
    MEMBER("tls_expires", "TLSExpires", TIME, tls_expires, "tls_expires_timestamp_seconds",
           "When its certificate expires"),
    MEMBER("tls_own_expires", "TLSOwnExpires", TIME, tls_own_expires, "tls_own_expires_timestamp_seconds",
           "When the certificate expires that the module shows to it"),
    MEMBER("last_error", "LastError", TEXT, last_error, NULL, "the last fault"),
    MEMBER("last_error_at", "LastErrorAt", TIME, last_error_at, NULL, "when that was"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

/* What a cluster does, and all of them together */
#define LOAD(OF, limit_metric, left_metric) \
    OF("in_flight", "InFlight", NUMBER, load.in_flight, NULL, "requests that are with its members now"), \
    OF("requests_per_second", "RequestsPerSecond", RATE, load.requests, NULL, \
       "requests to its members, of the last 10 s, as the next three"), \
    OF("failures_per_second", "FailuresPerSecond", RATE, load.failures, NULL, \
       "attempts that ended with a member's fault"), \
    OF("errors_per_second", "ErrorsPerSecond", RATE, load.errors, NULL, "responses 5xx of members"), \
    OF("unserved_per_second", "UnservedPerSecond", RATE, load.unserved, NULL, "requests that no member served"), \
    OF("limit", "Limit", OPTIONAL, load.limit, limit_metric, \
       "Requests that the members that are up can have at a time, none where one of them has no limit"), \
    OF("capacity_left", "CapacityLeft", OPTIONAL, load.left, left_metric, \
       "Requests that they can have beyond those that they have, none likewise"),

#define CLUSTER(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_cluster_t, field), metric, help }

const wlm_field_t wlm_fields_cluster[] = {
    CLUSTER("name", "Name", TEXT, name, NULL, "as in plugin-cfg.xml"),
    CLUSTER("file", "File", TEXT, file, NULL, "the plugin-cfg.xml that has it"),
    CLUSTER("policy", "LoadBalance", TEXT, policy, NULL, "how new requests get a member"),
    CLUSTER("balanced", "Balanced", PERCENT, balanced, NULL,
            "percent of the requests whose member the policy chose; the others went to their session's member"),
    CLUSTER("recent_free", "RecentFree", NUMBER, recent_free, "recent_free_requests",
            "Requests of the last quarter of an hour whose member the policy chose"),
    CLUSTER("recent_bound", "RecentBound", NUMBER, recent_bound, "recent_bound_requests",
            "Requests of the last quarter of an hour that went to their session's member: no policy can move them"),
    CLUSTER("settings", "Settings", TEXT, settings, NULL,
            "what is at work of what WLMDefaults decides about, as directives"),
    CLUSTER("serving", "Serving", TEXT, serving, NULL,
            "who gets new sessions now: primary, backup, full, last-resort or none"),
    CLUSTER("usable", "Usable", NUMBER, usable, "usable_members", "Members that get new sessions now"),
    CLUSTER("on_backup", "OnBackup", NUMBER, on_backup, "on_backup",
            "1 when a backup gets new sessions, since no primary does"),
    CLUSTER("full", "Full", NUMBER, full, "full_members",
            "Members that have as many requests as they may have at a time"),
    LOAD(CLUSTER, "limit", "capacity_left")
    CLUSTER("retrying", "Retrying", NUMBER, retrying, "retrying_requests", "Requests that are being repeated now"),
    CLUSTER("retries", "Retries", COUNT, retries, "retries",
            "Attempts beyond the first one of a request, since the last start or restart of httpd"),
    CLUSTER("retries_refused", "RetriesRefused", COUNT, retries_refused, "retries_refused",
            "Requests that WLMRetryBudget kept from another attempt, since the last start or restart of httpd"),
    CLUSTER("hedge_after", "HedgeAfter", SECONDS, hedge_after, "hedge_after_seconds",
            "Seconds after which a second member gets a request (WLMHedge), 0 when none does"),
    CLUSTER("hedges_refused", "HedgesRefused", COUNT, hedges_refused, "hedges_refused",
            "Requests that the budget of WLMHedge kept from a second member, since the last start or restart of httpd"),
    CLUSTER("queued", "Queued", COUNT, queued, "queued_requests",
            "Requests that have waited for a member with room, since the last start or restart of httpd"),
    CLUSTER("queue_time", "QueueTime", SECONDS, queue_time, NULL, "how long they have waited in all"),
    CLUSTER("waiting", "Waiting", NUMBER, waiting, "waiting_requests", "Requests that wait for a member with room"),
    CLUSTER("waiting_max", "WaitingMax", NUMBER, waiting_max, "waiting_requests_max",
            "Requests that may wait at a time, 0 when none may"),
    CLUSTER("unserved", "Unserved", COUNT, unserved, "unserved_requests",
            "Requests that no member served and that got 502, 503 or 504, since the last start or restart of httpd"),
    CLUSTER("refused_no_place", "RefusedNoPlace", COUNT, refused[WLM_REFUSED_NO_PLACE], NULL,
            "requests among them that were refused because as many waited as may, or none may"),
    CLUSTER("refused_waited", "RefusedWaited", COUNT, refused[WLM_REFUSED_WAITED], NULL,
            "requests among them that were refused because they had waited for as long as they may"),
    CLUSTER("refused_overload", "RefusedOverload", COUNT, refused[WLM_REFUSED_OVERLOAD], NULL,
            "requests among them that were refused sooner because more came than the members can answer"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define ALL(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_t, field), metric, help }

const wlm_field_t wlm_fields_all[] = {
    LOAD(ALL, NULL, NULL)
    ALL("waiting", "Waiting", NUMBER, waiting, NULL, "requests that wait for a member with room"),
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
    ENGINE("parked_earlier", "ParkedEarlier", NUMBER, parked_earlier, "parked_earlier_requests",
           "Those among them in processes of a configuration before"),
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
    ENGINE("threads", "Threads", NUMBER, threads, "threads", "Threads of the engine in all processes"),
    ENGINE("threads_busy", "ThreadsBusy", NUMBER, threads_busy, "busy_threads",
           "Those among them that run something, the others wait"),
    ENGINE("descriptors", "Descriptors", NUMBER, descriptors, "descriptors",
           "File descriptors that are open in the process that has the most of them, 0 when that is not known"),
    ENGINE("descriptors_max", "DescriptorsMax", NUMBER, descriptors_max, "descriptors_max",
           "File descriptors that a process may open, 0 when there is no limit"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define MEMORY(name, key, field, metric, help) \
    { name, key, WLM_FIELD_NUMBER, offsetof(wlm_view_memory_t, field), metric, help }

const wlm_field_t wlm_fields_memory[] = {
    MEMORY("records", "Records", records, "records_bytes",
           "Shared memory for members, clusters, processes and queues, in bytes, as WLMSlots says"),
    MEMORY("texts", "Texts", texts, "texts_bytes",
           "Address space for texts of files, in bytes, of which only what is written uses memory"),
    MEMORY("learned", "Learned", learned, "learned_bytes",
           "Shared memory for learned sessions (WLMAffinityTable), in bytes, 0 when nothing is learned"),
    MEMORY("learned_sessions", "LearnedSessions", learned_sessions, "learned_sessions",
           "Sessions that are learned, about"),
    MEMORY("learned_sessions_max", "LearnedSessionsMax", learned_sessions_max, "learned_sessions_max",
           "Sessions that there is room for"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define STORE(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_store_t, field), metric, help }

const wlm_field_t wlm_fields_store[] = {
    STORE("store", "Store", TEXT, name, NULL, "WLMAffinityStore; null: there is none"),
    STORE("pausing", "Pausing", NUMBER, pausing, "pausing",
          "1 while it is not asked, because it has failed or not answered in time"),
    STORE("pauses", "Pauses", COUNT, pauses, "pauses", "Times that this has begun"),
    STORE("asked", "Asked", COUNT, asked, "asked", "Values that it was asked for, which this web server did not know"),
    STORE("found", "Found", COUNT, found, "found", "Those among them that it knew"),
    STORE("unknown", "Unknown", COUNT, unknown, "unknown", "Those among them that it did not know"),
    STORE("failed", "Failed", COUNT, failed, "failed", "Those among them for which it has failed"),
    STORE("timed_out", "TimedOut", COUNT, timed_out, "timed_out",
          "Requests that have gone on without its answer, as that took too long"),
    STORE("not_asked", "NotAsked", COUNT, not_asked, "not_asked",
          "Values that it was not asked for while it was pausing"),
    STORE("not_asked_full", "NotAskedFull", COUNT, not_asked_full, "not_asked_full",
          "Values that it was not asked for, as too many others waited for it"),
    STORE("stored", "Stored", COUNT, stored, "stored", "Bindings that it has stored"),
    STORE("not_stored", "NotStored", COUNT, not_stored, "not_stored", "Bindings that it has failed to store"),
    STORE("dropped", "Dropped", COUNT, dropped, "dropped",
          "Bindings that were not stored, as too many others waited for that"),
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
    case WLM_FIELD_OPTIONAL:
    case WLM_FIELD_TIME:
        return *(const uint64_t *)(const void *)((const char *)of + field->offset);
    default:
        return 0;
    }
}

double wlm_fields_number(const wlm_field_t *field, const void *of)
{
    return field->kind == WLM_FIELD_SECONDS || field->kind == WLM_FIELD_PERCENT || field->kind == WLM_FIELD_RATE
           ? *(const double *)(const void *)((const char *)of + field->offset) : (double)wlm_fields_count(field, of);
}

/* The tables of the values of a member, of a cluster, of the engine and of the store. Constant; read by threads that
 * answer status requests. */
#include "view/fields.h"
#include "view/view.h"

#define MEMBER(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_member_t, field), metric, help }
#define COUNTER(where, name, key, metric, help) MEMBER(#name, key, COUNT, name, metric, help),

const wlm_field_t wlm_fields_member[] = {
    MEMBER("name", "Name", TEXT, name, NULL, "as in plugin-cfg.xml"),
    MEMBER("clone_id", "CloneID", TEXT, clone_id, NULL, "the clone id by which session ids name the member"),
    MEMBER("address", "Address", TEXT, address, NULL, "host and port"),
    MEMBER("source", "Source", TEXT, source, NULL,
           "what it is from by WLMMembers, with \"leaving\" where the name service has it no more; none: the file has "
           "it"),
    MEMBER("tier", "Tier", TEXT, tier, NULL, "primary or backup"),
    MEMBER("state", "State", TEXT, state, NULL,
           "up, down, probing, checked-out, reported-out, silent, left-out, busy or unusable"),
    MEMBER("since", "Since", TIME, since, "state_since_timestamp_seconds",
           "When the member's state began, none when it has been up since the start"),
    MEMBER("attention", "Attention", TEXT, attention_name, NULL,
           "whether it needs attention: none, steered (drained, disabled or of another weight), failing or out"),
    MEMBER("reason", "Reason", TEXT, reason, NULL,
           "why it is not up, needs attention, or gets less than its share by weight"),
    MEMBER("next_retry", "NextRetry", TIME, next_retry, NULL,
           "when a member that is not up is tried again, by a request or a check"),
    MEMBER("check", "Check", TEXT, check, NULL, "request and interval of the health checks; none: there are no checks"),
    MEMBER("check_result", "CheckResult", TEXT, check_result, NULL, "result of the last check: good or failed"),
    MEMBER("check_error", "CheckError", TEXT, check_error, NULL, "why it failed"),
    MEMBER("checked_at", "CheckedAt", TIME, checked_at, "check_timestamp_seconds",
           "When the last health check of the member ended"),
    MEMBER("check_time", "CheckTime", SECONDS, check_time, NULL, "how long it took"),
    MEMBER("admin_state", "AdminState", TEXT, admin_state, NULL, "enabled, draining or disabled"),
    MEMBER("admin_since", "AdminSince", TIME, admin_since, NULL, "when an administrator set this"),
    MEMBER("admin_until", "AdminUntil", TIME, admin_until, NULL, "when it ends automatically"),
    MEMBER("comment", "Comment", TEXT, comment, NULL, "the administrator and the reason"),
    MEMBER("weight", "Weight", NUMBER, weight, "weight", "Weight of the member now"),
    MEMBER("configured_weight", "ConfiguredWeight", NUMBER, configured_weight, NULL, "LoadBalanceWeight"),
    MEMBER("weight_percent", "WeightPercent", NUMBER, weight_percent, "weight_percent",
           "Percent of the member's weight that its load reports leave, 100 without a report"),
    MEMBER("warmth", "Warmth", PERCENT, warmth, "warmth_percent",
           "Percent of the member's weight that counts during slow start, 100 otherwise"),
    MEMBER("reported", "Reported", PERCENT, reported, NULL,
           "smoothed percentage of its reports: its utilisation (ORCA), or the part of its weight that its agent or "
           "STATUS sets; 0 without a report"),
    MEMBER("reported_at", "ReportedAt", TIME, reported_at, "reported_timestamp_seconds",
           "When the last load report of the member arrived that was used"),
    MEMBER("status_at", "StatusAt", TIME, status_at, "status_timestamp_seconds",
           "When the node of the member, which has registered itself, sent STATUS last"),
    MEMBER("status_interval", "StatusInterval", SECONDS, status_interval, NULL,
           "the longest recent interval between two STATUS"),
    MEMBER("silent", "Silent", OPTIONAL, silent, "silent",
           "1 when the last STATUS of the member's node is too long ago, so that the node is probed; none for a node "
           "that does not send STATUS regularly"),
    MEMBER("reported_state", "ReportedState", TEXT, reported_state, NULL,
           "what its agent reports: ready, drain, maint, down, fail or stopped; none: nothing so far"),
    MEMBER("share", "Share", PERCENT, share, NULL, "percent of the new sessions that it gets now"),
    MEMBER("share_got", "ShareGot", PERCENT, share_got, NULL, "percent of the cluster's recent requests that it got"),
    MEMBER("in_flight", "InFlight", NUMBER, in_flight, "in_flight", "Requests in flight on the member"),
    MEMBER("peak_in_flight", "PeakInFlight", NUMBER, peak_in_flight, NULL,
           "the highest number of requests in flight, sampled once a second"),
    MEMBER("requests_per_second", "RequestsPerSecond", RATE, requests_per_second, NULL,
           "requests; as the next two, average of the last 10 s"),
    MEMBER("failures_per_second", "FailuresPerSecond", RATE, failures_per_second, NULL, "failures"),
    MEMBER("errors_per_second", "ErrorsPerSecond", RATE, errors_per_second, NULL, "responses 5xx"),
    MEMBER("last_request", "LastRequest", TIME, last_request, NULL,
           "when the last request was sent to it, rounded to a second"),
    MEMBER("last_session_request", "LastSessionRequest", TIME, last_session_request, NULL,
           "when the last request with a session of this member was sent to it"),
    MEMBER("time_down", "TimeDown", SECONDS, time_down, NULL,
           "total time during which it was not up"),
    MEMBER("max_connections", "MaxConnections", NUMBER, max_connections, "max_connections",
           "Highest number of requests in flight that the member may have, 0 when there is no limit"),
    MEMBER("reported_max_connections", "ReportedMaxConnections", NUMBER, reported_max_connections, NULL,
           "the limit that its agent reports, 0 when it reports none"),
    MEMBER("found_limit", "FoundLimit", NUMBER, found_limit, "found_limit",
           "Limit of the member's requests in flight that WLMConcurrency has found, 0 without WLMConcurrency"),
    MEMBER("usual_time", "UsualTime", SECONDS, usual_time, NULL,
           "usual time of a response while no request waits inside the member (WLMConcurrency); 0: not known"),
    MEMBER("idle", "Idle", NUMBER, idle, "idle_connections", "Connections to the member that are open and idle"),
    MEMBER("open", "Open", NUMBER, open, "open_connections",
           "Connections to the member that are open, in use or idle"),
    WLM_COUNTERS(COUNTER)
    MEMBER("p50", "P50", SECONDS, p50, NULL,
           "time within which half of the responses of the last minutes were complete"),
    MEMBER("p95", "P95", SECONDS, p95, NULL, "the same for 95 of 100 responses"),
    MEMBER("p99", "P99", SECONDS, p99, NULL, "the same for 99 of 100 responses"),
    MEMBER("response_average", "ResponseAverage", SECONDS, response_average, "response_average_seconds",
           "Average time to the head of a response as WLMPolicy PeakEWMA uses it, 0 when nothing is known"),
    MEMBER("tls", "TLS", TEXT, tls, NULL,
           "version that was negotiated last with its https transport: TLSv1.2 or TLSv1.3"),
    MEMBER("tls_expires", "TLSExpires", TIME, tls_expires, "tls_expires_timestamp_seconds",
           "When the member's certificate expires"),
    MEMBER("tls_own_expires", "TLSOwnExpires", TIME, tls_own_expires, "tls_own_expires_timestamp_seconds",
           "When the certificate expires that the module presents to the member"),
    MEMBER("last_error", "LastError", TEXT, last_error, NULL, "the last fault"),
    MEMBER("last_error_at", "LastErrorAt", TIME, last_error_at, NULL, "when that was"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

/* What a cluster does, and all of them together */
#define LOAD(OF, limit_metric, left_metric) \
    OF("in_flight", "InFlight", NUMBER, load.in_flight, NULL, "requests in flight on members"), \
    OF("requests_per_second", "RequestsPerSecond", RATE, load.requests, NULL, \
       "requests to members; as the next three, average of the last 10 s"), \
    OF("failures_per_second", "FailuresPerSecond", RATE, load.failures, NULL, \
       "attempts that ended with a member's fault"), \
    OF("errors_per_second", "ErrorsPerSecond", RATE, load.errors, NULL, "responses 5xx of members"), \
    OF("unserved_per_second", "UnservedPerSecond", RATE, load.unserved, NULL, "requests that no member served"), \
    OF("limit", "Limit", OPTIONAL, load.limit, limit_metric, \
       "Highest number of requests in flight that the members that are up may have together, none where one of them " \
       "has no limit"), \
    OF("capacity_left", "CapacityLeft", OPTIONAL, load.left, left_metric, \
       "Further requests that the members that are up may get at this moment, none where one of them has no limit"),

#define CLUSTER(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_cluster_t, field), metric, help }

const wlm_field_t wlm_fields_cluster[] = {
    CLUSTER("name", "Name", TEXT, name, NULL, "as in plugin-cfg.xml"),
    CLUSTER("file", "File", TEXT, file, NULL, "the plugin-cfg.xml that defines it"),
    CLUSTER("policy", "LoadBalance", TEXT, policy, NULL, "the policy for requests without a session"),
    CLUSTER("balanced", "Balanced", PERCENT, balanced, NULL,
            "percent of the requests for which the policy chose the member; the others went to their session's member"),
    CLUSTER("recent_free", "RecentFree", NUMBER, recent_free, "recent_free_requests",
            "Requests of the last quarter of an hour for which the policy chose the member"),
    CLUSTER("recent_bound", "RecentBound", NUMBER, recent_bound, "recent_bound_requests",
            "Requests of the last quarter of an hour that went to their session's member: no policy can move them"),
    CLUSTER("settings", "Settings", TEXT, settings, NULL,
            "its settings of the directives that WLMDefaults affects"),
    CLUSTER("serving", "Serving", TEXT, serving, NULL,
            "which members get new sessions now: primary, backup, full, last-resort or none"),
    CLUSTER("usable", "Usable", NUMBER, usable, "usable_members", "Members that get new sessions now"),
    CLUSTER("on_backup", "OnBackup", NUMBER, on_backup, "on_backup",
            "1 when a backup gets new sessions because no primary does"),
    CLUSTER("full", "Full", NUMBER, full, "full_members",
            "Members that have reached their limit of requests in flight"),
    LOAD(CLUSTER, "limit", "capacity_left")
    CLUSTER("retrying", "Retrying", NUMBER, retrying, "retrying_requests", "Repeated requests in flight"),
    CLUSTER("retries", "Retries", COUNT, retries, "retries",
            "Attempts beyond the first one of a request, since the last start or restart of httpd"),
    CLUSTER("retries_refused", "RetriesRefused", COUNT, retries_refused, "retries_refused",
            "Requests that got no further attempt because of WLMRetryBudget, since the last start or restart of httpd"),
    CLUSTER("hedge_after", "HedgeAfter", SECONDS, hedge_after, "hedge_after_seconds",
            "Seconds after which a second member gets a request (WLMHedge), 0 when none does"),
    CLUSTER("hedges_refused", "HedgesRefused", COUNT, hedges_refused, "hedges_refused",
            "Requests that got no second member because of the budget of WLMHedge, since the last start or restart "
            "of httpd"),
    CLUSTER("queued", "Queued", COUNT, queued, "queued_requests",
            "Requests that have waited in the queue, since the last start or restart of httpd"),
    CLUSTER("queue_time", "QueueTime", SECONDS, queue_time, NULL, "total time that they have waited"),
    CLUSTER("waiting", "Waiting", NUMBER, waiting, "waiting_requests", "Requests that wait in the queue"),
    CLUSTER("waiting_max", "WaitingMax", NUMBER, waiting_max, "waiting_requests_max",
            "Requests that may wait at a time, 0 when none may"),
    CLUSTER("unserved", "Unserved", COUNT, unserved, "unserved_requests",
            "Requests that no member served and that got 502, 503 or 504, since the last start or restart of httpd"),
    CLUSTER("refused_no_place", "RefusedNoPlace", COUNT, refused[WLM_REFUSED_NO_PLACE], NULL,
            "requests among these that were refused because the queue was full, or there is none"),
    CLUSTER("refused_waited", "RefusedWaited", COUNT, refused[WLM_REFUSED_WAITED], NULL,
            "requests among these that were refused because they had waited for the longest time allowed"),
    CLUSTER("refused_overload", "RefusedOverload", COUNT, refused[WLM_REFUSED_OVERLOAD], NULL,
            "requests among these that were refused earlier because of an overload"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define ALL(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_t, field), metric, help }

const wlm_field_t wlm_fields_all[] = {
    LOAD(ALL, NULL, NULL)
    ALL("waiting", "Waiting", NUMBER, waiting, NULL, "requests that wait in a queue"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define ENGINE(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_engine_t, field), metric, help }

const wlm_field_t wlm_fields_engine[] = {
    ENGINE("driver", "Driver", TEXT, driver, NULL,
           "engine: requests that wait are parked, and hold no thread; threads: each holds one"),
    ENGINE("why", "Why", TEXT, why, NULL, "why the engine is not in use"),
    ENGINE("parked", "Parked", NUMBER, parked, "parked_requests",
           "Parked requests, including tunnels"),
    ENGINE("parked_earlier", "ParkedEarlier", NUMBER, parked_earlier, "parked_earlier_requests",
           "Parked requests in processes of an earlier configuration"),
    ENGINE("tunnels", "Tunnels", NUMBER, tunnels, "tunnels",
           "Open tunnels (connections after an upgrade), including those that hold a thread"),
    ENGINE("owned", "Owned", NUMBER, owned, "owned_connections",
           "Client connections of the engine: with a parked request, idle or closing"),
    ENGINE("kept", "Kept", NUMBER, kept, "kept_connections",
           "Client connections of the engine that wait for their next request"),
    ENGINE("connections", "Connections", NUMBER, connections, "connections",
           "Client connections that count towards the limit of connections, 0 where the engine is not in use"),
    ENGINE("connections_max", "ConnectionsMax", NUMBER, connections_max, "connections_max",
           "Client connections that httpd accepts, by AsyncRequestWorkerFactor, while its threads are idle"),
    ENGINE("worker_factor", "WorkerFactor", NUMBER, worker_factor, NULL, "AsyncRequestWorkerFactor as httpd uses it"),
    ENGINE("ending", "Ending", NUMBER, ending, "ending_processes",
           "Child processes that are ending, and still have requests"),
    ENGINE("process_slots", "ProcessSlots", NUMBER, process_slots, NULL,
           "ServerLimit: the highest number of processes, including those that are ending"),
    ENGINE("threads", "Threads", NUMBER, threads, "threads", "Threads of the engine in all processes"),
    ENGINE("threads_busy", "ThreadsBusy", NUMBER, threads_busy, "busy_threads",
           "Threads of the engine that are busy"),
    ENGINE("descriptors", "Descriptors", NUMBER, descriptors, "descriptors",
           "Open file descriptors of the process that has the most of them, 0 when this is not known"),
    ENGINE("descriptors_max", "DescriptorsMax", NUMBER, descriptors_max, "descriptors_max",
           "File descriptors that a process may open, 0 when there is no limit"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define MEMORY(name, key, field, metric, help) \
    { name, key, WLM_FIELD_NUMBER, offsetof(wlm_view_memory_t, field), metric, help }

const wlm_field_t wlm_fields_memory[] = {
    MEMORY("records", "Records", records, "records_bytes",
           "Shared memory for members, clusters, processes and queues, in bytes (WLMSlots)"),
    MEMORY("texts", "Texts", texts, "texts_bytes",
           "Address space reserved for the texts of files, in bytes; only its written part uses memory"),
    MEMORY("learned", "Learned", learned, "learned_bytes",
           "Shared memory for learned sessions (WLMAffinityTable), in bytes, 0 when nothing is learned"),
    MEMORY("learned_sessions", "LearnedSessions", learned_sessions, "learned_sessions",
           "Learned sessions, approximately"),
    MEMORY("learned_sessions_max", "LearnedSessionsMax", learned_sessions_max, "learned_sessions_max",
           "Highest number of learned sessions"),
    { NULL, NULL, WLM_FIELD_TEXT, 0, NULL, NULL }
};

#define STORE(name, key, kind, field, metric, help) \
    { name, key, WLM_FIELD_##kind, offsetof(wlm_view_store_t, field), metric, help }

const wlm_field_t wlm_fields_store[] = {
    STORE("store", "Store", TEXT, name, NULL, "WLMAffinityStore; null: there is none"),
    STORE("pausing", "Pausing", NUMBER, pausing, "pausing",
          "1 while the store is not used because it has failed or not answered in time"),
    STORE("pauses", "Pauses", COUNT, pauses, "pauses",
          "Pauses in the use of the store because it had failed or not answered in time"),
    STORE("asked", "Asked", COUNT, asked, "asked",
          "Look-ups in the store, of values that this web server did not know"),
    STORE("found", "Found", COUNT, found, "found", "Look-ups that found a binding in the store"),
    STORE("unknown", "Unknown", COUNT, unknown, "unknown", "Look-ups that found no binding in the store"),
    STORE("failed", "Failed", COUNT, failed, "failed", "Look-ups for which the store failed"),
    STORE("timed_out", "TimedOut", COUNT, timed_out, "timed_out",
          "Requests that continued without an answer of the store because it took too long"),
    STORE("not_asked", "NotAsked", COUNT, not_asked, "not_asked",
          "Values that were not looked up because of a pause"),
    STORE("not_asked_full", "NotAskedFull", COUNT, not_asked_full, "not_asked_full",
          "Values that were not looked up because too many others were waiting"),
    STORE("stored", "Stored", COUNT, stored, "stored", "Bindings that the store has stored"),
    STORE("not_stored", "NotStored", COUNT, not_stored, "not_stored", "Bindings that the store failed to store"),
    STORE("dropped", "Dropped", COUNT, dropped, "dropped",
          "Bindings that were not stored because too many others were waiting"),
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

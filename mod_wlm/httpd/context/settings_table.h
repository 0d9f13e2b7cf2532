/* httpd/context/settings_table.h: the directives that set a value of httpd as a whole, of a server, or of a location, a
 * row each, as base/settings.h explains it. The row makes the field of the record in httpd/context/config.h and the
 * directive; docs/directives.md explains each to users. Read in the parent, while httpd reads its configuration.
 *
 * A new one is a row, the statement that uses the field, and its entry in docs/directives.md. Each takes one word, a
 * LIST or, for httpd as a whole and for servers, two; LINES take two, for httpd as a whole.
 */
#ifndef WLM_HTTPD_CONTEXT_SETTINGS_TABLE_H
#define WLM_HTTPD_CONTEXT_SETTINGS_TABLE_H

/* The values of choices, in the order of their names in the rows */
typedef enum { WLM_FORWARDED_OFF, WLM_FORWARDED_ON, WLM_FORWARDED_RFC7239, WLM_FORWARDED_BOTH } wlm_forwarded_t;
typedef enum { WLM_VIA_OFF, WLM_VIA_ON, WLM_VIA_FULL, WLM_VIA_BLOCK } wlm_via_t;
typedef enum { WLM_TRACEPARENT_OFF, WLM_TRACEPARENT_ON, WLM_TRACEPARENT_UNSAMPLED } wlm_traceparent_t;
typedef enum { WLM_ADMIN_OFF, WLM_ADMIN_ON, WLM_ADMIN_UNAUTHENTICATED } wlm_admin_t;
typedef enum { WLM_STRICT_OFF, WLM_STRICT_ON, WLM_STRICT_404, WLM_STRICT_410 } wlm_strict_t;
typedef enum { WLM_CLIENT_GONE_ABORT, WLM_CLIENT_GONE_FINISH } wlm_client_gone_t;

/* server config: fields of wlm_global_conf_t */
#define WLM_GLOBAL_SETTINGS(ROW) \
    ROW(defaults, "WLMDefaults", CHOICE(wlm_defaults_t, "Robust", "Original"), WLM_DEFAULTS_ROBUST, \
        "what holds for clusters where no directive says otherwise: Robust (default): nothing is executed twice, " \
        "bodies are kept; Original: as the original plug-in does") \
    ROW(log, "WLMLog", WORDS(const char *, 1, 1, wlm_values_log, NULL), NULL, \
        "a file, or |program, that gets the module's messages, too; PluginCfg: what the element Log of " \
        "plugin-cfg.xml says; default Off") \
    ROW(slots, "WLMSlots", WORDS(wlm_slots_setting_t, 1, 2, wlm_values_slots, NULL), WLM_VALUES(0, 0), \
        "how many members, and clusters, there can be in shared memory, also after changes of the files") \
    ROW(affinity_table, "WLMAffinityTable", \
        WORDS(wlm_affinity_table_setting_t, 1, 2, wlm_values_affinity_table, NULL), \
        WLM_VALUES(WLM_MIB(4), apr_time_from_sec(4 * 3600)), "the shared memory for sessions that WLMAffinity Learn " \
        "has learned, and how long one lasts without use; default 4M and 4h") \
    ROW(affinity_store, "WLMAffinityStore", \
        WORDS(wlm_affinity_store_setting_t, 1, 2, wlm_values_affinity_store, NULL), \
        WLM_VALUES(NULL, NULL, apr_time_from_msec(20)), "redis:HOST:PORT or memcache:HOST:PORT, by which several web " \
        "servers share what WLMAffinity Learn has learned, and how long a request waits for it; default Off and 20ms") \
    ROW(engine, "WLMEngine", FLAG, 1, \
        "On: under the event MPM a request that waits holds no thread; default On") \
    ROW(graceful_timeout, "WLMGracefulTimeout", TIME("a time, or 0 for no limit"), 0, \
        "how long a process that ends gracefully goes on with tunnels and parked requests; default 0: no limit") \
    ROW(refuse_empty, "WLMRefuseEmpty", FLAG, 1, \
        "On: a changed file that would leave no route where there was one is refused; default On") \
    ROW(members, "WLMMembers", LINES(apr_array_header_t *, 2, 2, wlm_values_members, NULL), NULL, \
        "a cluster, and a name whose addresses (a:NAME, a:NAME:PORT) or SRV records (srv:NAME) are members of it, as " \
        "the name service has them") \
    ROW(registry, "WLMRegistry", WORDS(const char *, 1, 1, wlm_values_registry, NULL), NULL, \
        "the file for what members have registered, which WLMConfig behind it can name; relative to ServerRoot") \
    ROW(registry_routes, "WLMRegistryRoutes", LIST(apr_array_header_t *, wlm_values_patterns), NULL, \
        "patterns of the JVMRoutes that may register; without: any") \
    ROW(registry_hosts, "WLMRegistryHosts", LIST(apr_array_header_t *, wlm_values_patterns), NULL, \
        "patterns of the hosts that a node may say it is at; without: any") \
    ROW(registry_contexts, "WLMRegistryContexts", LIST(apr_array_header_t *, wlm_values_patterns), NULL, \
        "patterns of the contexts that nodes may register; without: any") \
    ROW(registry_aliases, "WLMRegistryAliases", LIST(apr_array_header_t *, wlm_values_patterns), NULL, \
        "patterns of the aliases that count, and are the hosts of routes; without: routes are for any host") \
    ROW(registry_static, "WLMRegistryStatic", WORDS(const char *, 1, 1, wlm_values_registry_static, NULL), NULL, \
        "a plugin-cfg.xml whose members and routes stand beside those that have registered; relative to ServerRoot") \
    ROW(registry_silence, "WLMRegistrySilence", WORDS(wlm_heartbeat_rule_t, 1, 2, wlm_values_silence, NULL), \
        WLM_VALUES(apr_time_from_sec(15), apr_time_from_sec(300)), "after what time without STATUS, at the least and " \
        "at the most, a node is asked whether it is there: Off, or two times; default 15 300") \
    ROW(state_file, "WLMStateFile", WORDS(const char *, 1, 1, wlm_values_state_file, "a valid path"), NULL, \
        "keeps what is known of members over a stop and start of httpd; relative to ServerRoot")

/* server config, virtual host: fields of wlm_server_conf_t */
#define WLM_SERVER_SETTINGS(ROW) \
    ROW(file, "WLMConfig", WORDS(struct wlm_file_t *, 1, 1, wlm_values_file, NULL), NULL, \
        "the plugin-cfg.xml file; relative to ServerRoot") \
    ROW(trusted, "WLMTrustedProxies", LIST(wlm_trusted_peers_t *, wlm_values_trusted_proxy), NULL, \
        "addresses, networks and names of the proxies before this server whose word on the client is taken") \
    ROW(stay, "WLMStay", WORDS(apr_interval_time_t, 1, 1, wlm_values_stay, "Off, or a time from 1ms to 1s"), \
        apr_time_from_msec(10), "how long a worker waits for a client's next request where such requests come " \
        "quickly; default 10ms; Off") \
    ROW(strict_affinity, "WLMStrictAffinity", CHOICE(wlm_strict_t, "Off", "On", "404", "410"), WLM_STRICT_OFF, \
        "On: a request whose session's member is not usable is answered with 503 instead of being sent to another " \
        "member; 404, 410: with that status; default Off") \
    ROW(separators, "WLMCloneSeparators", WORDS(const char *, 1, 1, wlm_values_separators, NULL), NULL, \
        "the characters that separate session id and clone ids; default \":.\", with CloneSeparatorChange=\"true\" " \
        "\"+.\"") \
    ROW(via, "WLMVia", CHOICE(wlm_via_t, "Off", "On", "Full", "Block"), WLM_VIA_OFF, \
        "On or Full: add a Via field to requests and responses; Block: remove it; default Off") \
    ROW(cache_control, "WLMCacheControl", LIST(apr_array_header_t *, wlm_values_cache_control), NULL, \
        "response fields that mod_cache goes by, in place of Cache-Control and Expires, the first that is there: " \
        "CDN-Cache-Control, for example; default Off") \
    ROW(traceparent, "WLMTraceparent", CHOICE(wlm_traceparent_t, "Off", "On", "Unsampled"), WLM_TRACEPARENT_OFF, \
        "On: requests to members get a W3C trace context where the client's has none; Unsampled: one that asks for " \
        "no recording; default Off") \
    ROW(spans, "WLMSpans", WORDS(wlm_spans_t *, 1, 2, wlm_values_spans, NULL), NULL, \
        "a file, or |program, that gets a span of OpenTelemetry for each request, and perhaps the percentage of the " \
        "traces that begin here; default Off") \
    ROW(forwarded_headers, "WLMForwardedHeaders", CHOICE(wlm_forwarded_t, "Off", "On", "RFC7239", "Both"), \
        WLM_FORWARDED_ON, "On: X-Forwarded-For, -Host and -Proto are set in requests to members; RFC7239: Forwarded " \
        "is; Both, Off; default On")

/* directory, location: fields of wlm_dir_conf_t */
#define WLM_DIRECTORY_SETTINGS(ROW) \
    ROW(registration, "WLMRegistration", FLAG, 0, \
        "On: who httpd lets pass may register members by the handler wlm-mcmp; default Off") \
    ROW(admin, "WLMAdmin", CHOICE(wlm_admin_t, "Off", "On", "Unauthenticated"), WLM_ADMIN_OFF, \
        "who may steer members by POST on the handler wlm-status: On: authenticated users that httpd lets pass; " \
        "Unauthenticated: all clients that httpd lets pass; default Off")

/* server config, virtual host, directory, location: fields of wlm_dir_conf_t */
#define WLM_ANYWHERE_SETTINGS(ROW) \
    ROW(enabled, "WLMEnable", FLAG, 1, \
        "Off: requests for this location are never routed to a cluster; default On") \
    ROW(client_gone, "WLMClientGone", CHOICE(wlm_client_gone_t, "Abort", "Finish"), WLM_CLIENT_GONE_ABORT, \
        "Abort: when a client leaves, its request to the member ends; Finish: the member's response is read to its " \
        "end; default Abort")

#endif

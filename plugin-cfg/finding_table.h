/* plugin-cfg/finding_table.h: every finding, a row each. From this table are made: the enum that a call names, the
 * severity that the call does not name, and what `wlmcfg check --explain` prints; `make check-docs` holds the table of
 * docs/plugin-cfg.md to it. Constants, for any thread.
 *
 *     FINDING(name, id, severity, meaning, remedy)
 *
 *   name      PLUGIN_CFG_FINDING_<name> in the code: the id in capitals
 *   id        for users: never changes, and is not used again when its finding goes
 *   severity  NOTE, WARNING or ERROR (plugin_cfg_severity_t); or two, of which the call says which one it is:
 *             WARNING_OR_NOTE, ERROR_OR_WARNING (plugin_cfg_add_graded_finding())
 *   meaning   what it is about, and when it is a finding
 *   remedy    what to do
 */
#ifndef PLUGIN_CFG_FINDING_TABLE_H
#define PLUGIN_CFG_FINDING_TABLE_H

#define PLUGIN_CFG_FINDINGS(FINDING) \
    FINDING(ATTRIBUTE_TWICE, "attribute-twice", WARNING, \
        "An element has one attribute in two spellings, such as CloneID and CloneId; the second has no effect.", \
        "Remove one.") \
    FINDING(BACKUPS_WITHOUT_WEIGHT, "backups-without-weight", WARNING, \
        "All backup servers of a cluster have weight 0, so none of them takes over while the primaries are down: " \
        "they serve only sessions that they have.", \
        "Give at least one a weight; it does not share the load while a primary is up.") \
    FINDING(BAD_BOOLEAN, "bad-boolean", ERROR_OR_WARNING, \
        "A value is neither true nor false.", \
        "Write one of the two.") \
    FINDING(BAD_CHOICE, "bad-choice", ERROR_OR_WARNING, \
        "A value is not in the attribute's list.", \
        "Take one of the list in the message.") \
    FINDING(BAD_HOST, "bad-host", ERROR, \
        "A VirtualHost has no host, or its port is neither a number from 1 to 65535 nor `*`.", \
        "Write `host:port`; each of them may be `*`.") \
    FINDING(BAD_NUMBER, "bad-number", ERROR_OR_WARNING, \
        "A value is no whole number, or out of range.", \
        "Write a number of the range in the message.") \
    FINDING(BAD_SOCKET, "bad-socket", ERROR_OR_WARNING, \
        "A Hostname begins with `unix:`, but what follows is no absolute path of at most 107 bytes, or the Protocol " \
        "is https. A warning when the path can be used, and there is a Port.", \
        "Write `Hostname=\"unix:/run/app.sock\" Protocol=\"http\"`, without a Port. Who may connect to a socket is " \
        "said by its file's permissions.") \
    FINDING(BLANK_BEFORE_DECLARATION, "blank-before-declaration", WARNING, \
        "White space stands before the XML declaration. Other readers refuse such a file.", \
        "Remove it.") \
    FINDING(CLUSTER_ADDRESS, "cluster-address", NOTE, \
        "ClusterAddress has no effect: requests are balanced over the servers themselves.", \
        "Nothing, unless a balancer must stand between; then make it the only Server.") \
    FINDING(CLUSTER_WITHOUT_MEMBER, "cluster-without-member", WARNING, \
        "A cluster has no server that can be a member; routes to it have no effect, as those to a cluster that is " \
        "not in the file.", \
        "Give it a Server with a Transport, and see what the other findings say about its servers.") \
    FINDING(DANGLING_ROUTE, "dangling-route", WARNING, \
        "A route names something that is not in the file, and is left out. Liberty writes such routes when it has " \
        "no HTTP endpoint.", \
        "Correct the name, or generate the file anew while the server's endpoint is there.") \
    FINDING(DOCTYPE, "doctype", ERROR, \
        "The file has a DOCTYPE.", \
        "Remove it.") \
    FINDING(DUPLICATE_CLONE_ID, "duplicate-clone-id", WARNING, \
        "Two servers of a cluster have one clone id; sessions of both go to the first.", \
        "Give each server its own, in the server's configuration.") \
    FINDING(DUPLICATE_CLUSTER, "duplicate-cluster", ERROR, \
        "Two clusters have one name.", \
        "Rename or remove one.") \
    FINDING(DUPLICATE_GROUP, "duplicate-group", WARNING, \
        "Two groups have one name; the first is used.", \
        "Rename one, and its routes, or put both into one.") \
    FINDING(DUPLICATE_HOST, "duplicate-host", NOTE, \
        "A VirtualHost is in its group twice.", \
        "Remove one.") \
    FINDING(DUPLICATE_SERVER, "duplicate-server", ERROR, \
        "Two servers of a cluster have one name.", \
        "Rename or remove one.") \
    FINDING(DUPLICATE_URI, "duplicate-uri", WARNING, \
        "A Uri is in its group twice; the cookie names of the second have no effect.", \
        "Remove one.") \
    FINDING(ELEMENT_TWICE, "element-twice", WARNING, \
        "An element that may be there once is there again; the second has no effect.", \
        "Put both into one.") \
    FINDING(EMPTY, "empty", ERROR, \
        "The file has no content; perhaps it was just being written.", \
        "Generate it anew.") \
    FINDING(EMPTY_GROUP, "empty-group", WARNING, \
        "A route names a group with nothing in it, so it matches no request.", \
        "Fill the group, or remove the route.") \
    FINDING(EMPTY_TIER, "empty-tier", WARNING, \
        "PrimaryServers or BackupServers name no server; taken as absent.", \
        "Remove the element, or name servers in it.") \
    FINDING(EMPTY_VALUE, "empty-value", ERROR_OR_WARNING, \
        "An attribute that needs a value has none.", \
        "Give it one, or remove it.") \
    FINDING(HOST_WILDCARD, "host-wildcard", WARNING, \
        "A VirtualHost such as `*.example.com:80` matches nothing: `*` stands for a whole host or port only.", \
        "Name each host, or write `*`.") \
    FINDING(HOST_WITHOUT_BRACKETS, "host-without-brackets", WARNING, \
        "An IPv6 address stands without brackets; what follows the last colon is taken as the port.", \
        "Write `[2001:db8::1]:80`.") \
    FINDING(HOST_WITHOUT_PORT, "host-without-port", WARNING, \
        "A VirtualHost has no port, and is taken for every port.", \
        "Write the port, or `:*`.") \
    FINDING(HTTPS_WITHOUT_KEYRING, "https-without-keyring", NOTE, \
        "https transports name no keyring. Once for a file.", \
        "Say by WLMTLSTrust whose certificates are trusted, if it is not those that the operating system trusts.") \
    FINDING(INTELLIGENT_MANAGEMENT, "intelligent-management", WARNING, \
        "IntelligentManagement has no effect: only the clusters and routes in the file count.", \
        "Have a file generated that has them.") \
    FINDING(INVISIBLE_CHARACTER, "invisible-character", WARNING, \
        "A value has a character that cannot be seen, such as a blank of another kind or a mark of direction. It " \
        "came along when the value was copied from a document or a web page, and makes the value another one. " \
        "Messages show it as <U+200B>.", \
        "Delete the value and type it anew.") \
    FINDING(KEYRING_KDB, "keyring-kdb", NOTE, \
        "A keyring is a key file of GSKit (.kdb), which OpenSSL cannot read. The module reads the file beside it of " \
        "the same name with the ending .pem or .p12; without one, and without WLMTLSTrust, it does not use the " \
        "transport (WLM0080). Which files there are is not looked at here. Once for a file.", \
        "Convert it to PEM once, and lay that beside it with the ending .pem; docs/operations.md tells how.") \
    FINDING(LINE_BREAK, "line-break", WARNING, \
        "A value has a line break in its middle, which XML makes a blank.", \
        "Write it on one line.") \
    FINDING(LITTLE_WEIGHT, "little-weight", WARNING, \
        "A server's weight is less than a thousandth of another one's in the same cluster, so it gets next to no " \
        "new sessions. Often a typing error, or a weight that is counted in another unit.", \
        "Give it a weight near those of the others, or 0 if it is to keep only the sessions that it has.") \
    FINDING(METRICS_WILDCARD, "metrics-wildcard", WARNING, \
        "A filter value of RequestMetrics has characters behind a `*`. They are not looked at.", \
        "End the value with the `*`.") \
    FINDING(MISPLACED, "misplaced", WARNING, \
        "An element, attribute or Property is known, but belongs to another element, and has no effect where it " \
        "stands. The original passes over it without a word, too, so a time-out or a weight is not what the file " \
        "seems to say.", \
        "Move it to the element that the message names, or remove it.") \
    FINDING(MISSING_ATTRIBUTE, "missing-attribute", ERROR_OR_WARNING, \
        "A required attribute is not there.", \
        "Add it.") \
    FINDING(MIXED_SESSION_NAMES, "mixed-session-names", NOTE, \
        "URIs that lead to one cluster have different AffinityCookies or AffinityURLIdentifiers. That is right " \
        "when they are applications of their own. A session of one application that answers both kinds of URIs is " \
        "found by one of them only, and moves to another member with the other. Once for a cluster.", \
        "Give all URIs of one application the names that the application uses.") \
    FINDING(NAME_CASE, "name-case", NOTE, \
        "A name is in another case than in the format, and taken as meant. Other readers may not. Once for each " \
        "such name.", \
        "Write it as the message says.") \
    FINDING(NAMED_TWICE, "named-twice", WARNING, \
        "A server is listed twice; the first place counts, and PrimaryServers before BackupServers.", \
        "Remove one.") \
    FINDING(NO_CLONE_IDS, "no-clone-ids", NOTE, \
        "No server of a cluster of several has a clone id: sessions do not stay on a server.", \
        "Give each one, if the applications have sessions, or bind these by WLMAffinity.") \
    FINDING(NO_CONNECT_TIMEOUT, "no-connect-timeout", NOTE, \
        "ConnectTimeout is 0 or absent on members of clusters with several: when a host is gone and nothing " \
        "refuses the connection, a request waits as long as the operating system tries, on Linux about two " \
        "minutes, before it goes to another member. Once for a file.", \
        "Set ConnectTimeout; generators write 5.") \
    FINDING(NO_EFFECT, "no-effect", WARNING, \
        "A value other than the default, for something that is not done yet. Once for each attribute.", \
        "See the reason in the table below.") \
    FINDING(NO_ROUTES, "no-routes", WARNING_OR_NOTE, \
        "The file has no route: no request goes to a member. Liberty writes such a file before an application is " \
        "there. A warning when the file has IntelligentManagement, from which its routes were to come.", \
        "Nothing, or generate it anew when the applications are installed; with IntelligentManagement have a file " \
        "generated that has routes.") \
    FINDING(NO_WEIGHT, "no-weight", WARNING, \
        "All primaries of a cluster have weight 0: none of them gets new sessions.", \
        "Give at least one a weight.") \
    FINDING(NOT_A_PLUGIN_CFG, "not-a-plugin-cfg", ERROR, \
        "The root element is not Config, or the file is an HTML page.", \
        "Check the path, and where the file came from.") \
    FINDING(NOT_WELL_FORMED, "not-well-formed", ERROR, \
        "The file is not XML. The message says what is wrong and how to write it, as far as that can be known; " \
        "otherwise it has the XML parser's words.", \
        "Correct the line, or generate the file anew.") \
    FINDING(ODD_CLONE_ID, "odd-clone-id", WARNING, \
        "A clone id has a character that ends a clone id in a session id, so it is never found there.", \
        "Use letters, digits, `-` and `_`.") \
    FINDING(ODD_HOST, "odd-host", WARNING, \
        "A host has a character that no host name has, or a port in it, or is a URL.", \
        "Write the name or address, without scheme, path, blanks, and for a Transport without port.") \
    FINDING(OVERLAPPING_ROUTES, "overlapping-routes", WARNING, \
        "A pair of URI and VirtualHost is in routes to different clusters. The one that stands first in the file " \
        "wins; the other one gets what comes to its other URIs and hosts only. Files that were merged look so when " \
        "two servers have the same application.", \
        "Take the URI or the host out of one of the routes, or merge the clusters.") \
    FINDING(RANDOM_COUNTS_MORE, "random-counts-more", NOTE, \
        "LoadBalance is Random, and there are different weights, or IgnoreAffinityRequests is false. The original " \
        "ignores both with Random, here they count: shares are others than they were there.", \
        "Nothing, if the file's weights are meant; otherwise give all primaries one weight, and remove " \
        "IgnoreAffinityRequests.") \
    FINDING(REQUEST_METRICS, "request-metrics", NOTE, \
        "RequestMetrics is on and logs no request, for the reason in the message.", \
        "Give traceLevel another value than NONE, or enable a value of the filter; or set rmEnabled to false.") \
    FINDING(RETRY_BEFORE_TIMEOUT, "retry-before-timeout", WARNING, \
        "ConnectTimeout is longer than RetryInterval, in a cluster of several. While such a server is down, each " \
        "RetryInterval one more request is sent to try it, though the one before is still waiting: several clients " \
        "wait at the same time for a server that is not there.", \
        "Make RetryInterval at least as long as the longest ConnectTimeout of the cluster.") \
    FINDING(RETRY_WITHOUT_TIMEOUT, "retry-without-timeout", WARNING, \
        "ServerIOTimeoutRetry limits what is done after a ServerIOTimeout, but no server of the cluster has one, " \
        "so nothing ever times out.", \
        "Give the servers a ServerIOTimeout, or remove ServerIOTimeoutRetry.") \
    FINDING(ROUTE_WITHOUT_EFFECT, "route-without-effect", WARNING_OR_NOTE, \
        "No request gets to a route: for each of its URIs and hosts another route wins, by a longer URI or because " \
        "it stands first. A note when that makes no difference, because the winners lead to the same cluster and " \
        "the same session names. `wlmcfg explain` shows for one request which routes match, and why one of them " \
        "wins.", \
        "Remove the route, or change the URIs or hosts of one of the two.") \
    FINDING(SECOND_TRANSPORT, "second-transport", WARNING, \
        "A server has two transports of one protocol; the second has no effect.", \
        "Make a Server of its own for it.") \
    FINDING(SERVER_WITHOUT_TIER, "server-without-tier", WARNING, \
        "PrimaryServers is there and names others, and BackupServers does not name this server either: it is no " \
        "member.", \
        "Name it in one of the two.") \
    FINDING(SERVER_WITHOUT_TRANSPORT, "server-without-transport", WARNING, \
        "A server has no Transport: it is no member.", \
        "Add one.") \
    FINDING(SHARED_ADDRESS, "shared-address", WARNING, \
        "Two servers of a cluster have the same address, so one server gets the requests of both. Its faults are " \
        "found twice, and sessions of both clone ids go to it. Once for a cluster.", \
        "Give each server its own address, or remove one.") \
    FINDING(SHARED_CLONE_ID, "shared-clone-id", NOTE, \
        "One clone id means servers at different addresses in different clusters, and routes of both clusters have " \
        "a host in common and the same AffinityCookie. A browser that sends its cookie to both clusters is then " \
        "sent to a server that does not know the session, whatever the weights; that server may answer with a " \
        "session of its own in the same cookie. Once for a file.", \
        "Give each server its own clone id, or the applications of each cluster a cookie name or cookie path of " \
        "their own.") \
    FINDING(SHARED_SERVER_NAME, "shared-server-name", NOTE, \
        "One server name means servers at different addresses in different clusters. They are different members " \
        "here, but who names one to `wlmctl` without its cluster means all of them. Once for a file.", \
        "Name the cluster, too, or give each server its own name.") \
    FINDING(SIZE_IN_BYTES, "size-in-bytes", NOTE, \
        "PostSizeLimit is so large that bytes may have been meant. It counts KiB.", \
        "Divide by 1024, if so.") \
    FINDING(SOME_CLONE_IDS, "some-clone-ids", WARNING, \
        "Some servers of a cluster have a clone id and some have none: sessions do not stay on the latter.", \
        "Give each one.") \
    FINDING(SOME_WEIGHTS, "some-weights", NOTE, \
        "Some servers of a cluster have no LoadBalanceWeight; theirs is 2, which is little beside the 20 of " \
        "generated files.", \
        "Give each one.") \
    FINDING(TEXT, "text", WARNING, \
        "There is text between elements, where nothing reads it.", \
        "Remove it, or make it a comment.") \
    FINDING(TOO_DEEP, "too-deep", ERROR, \
        "Elements are nested deeper than 32.", \
        "Check the path.") \
    FINDING(TOO_LARGE, "too-large", ERROR, \
        "The file is larger than 16 MiB.", \
        "Check the path.") \
    FINDING(UNKNOWN_ATTRIBUTE, "unknown-attribute", WARNING, \
        "An attribute is known nowhere, and has no effect.", \
        "Look for a typing error; otherwise nothing.") \
    FINDING(UNKNOWN_ELEMENT, "unknown-element", WARNING, \
        "An element is known nowhere, and has no effect, nor has what is in it.", \
        "Look for a typing error; otherwise nothing.") \
    FINDING(UNKNOWN_PROPERTY, "unknown-property", WARNING, \
        "A Property is known nowhere, and has no effect.", \
        "Look for a typing error; otherwise nothing.") \
    FINDING(UNKNOWN_SERVER, "unknown-server", WARNING, \
        "PrimaryServers or BackupServers name a server that the cluster does not have.", \
        "Correct the name.") \
    FINDING(UNREADABLE, "unreadable", ERROR, \
        "The file cannot be opened or read; the message has the reason.", \
        "Check the path, and the rights of the file and of all directories above it.") \
    FINDING(UNRESOLVED_VARIABLE, "unresolved-variable", WARNING, \
        "A host contains `${...}`, which nothing replaces.", \
        "Write the host's name.") \
    FINDING(UNUSED, "unused", NOTE, \
        "No route names this cluster or group.", \
        "Add a route, or remove it.") \
    FINDING(URI_AS_REGEX, "uri-as-regex", WARNING, \
        "A Uri looks like a regular expression. It is compared as it stands, with `*` as the only wildcard.", \
        "Write a pattern with `*`; the message has it where it can be known.") \
    FINDING(URI_WITH_QUERY, "uri-with-query", WARNING, \
        "A Uri contains `?`; URIs are compared with the path, which has no query.", \
        "Remove the `?` and what follows.") \
    FINDING(URI_WITHOUT_EFFECT, "uri-without-effect", WARNING_OR_NOTE, \
        "No request gets to a route by this URI: on each of the route's hosts another URI wins, of the same route " \
        "or of another one, because it is longer or stands first. A note when that makes no difference, because it " \
        "leads to the same cluster and the same session names. Once for all URIs that a route loses to another " \
        "one.", \
        "Remove the URI from one of the two groups, or make it longer.") \
    FINDING(URI_WITHOUT_SLASH, "uri-without-slash", WARNING, \
        "A Uri begins neither with `/` nor with `*`, and matches nothing.", \
        "Write the path alone; the message says how. Hosts are named by VirtualHosts.")

#define PLUGIN_CFG_FINDING_ID(name, id, severity, meaning, remedy) PLUGIN_CFG_FINDING_##name,
typedef enum {
    PLUGIN_CFG_FINDINGS(PLUGIN_CFG_FINDING_ID)
    PLUGIN_CFG_FINDINGS_COUNT
} plugin_cfg_finding_id_t;
#undef PLUGIN_CFG_FINDING_ID

#endif

/* `wlmcfg check --explain`: what each finding means. docs/plugin-cfg.md has the same table; `make check-docs` compares
 * them with each other, and with the ids that the reader uses. */
#include <string.h>
#include "tools/wlmcfg/wlmcfg.h"

static const struct {
    const char *id, *grades, *meaning, *remedy;
} findings[] = {
    { "attribute-twice", "warning",
      "An element has one attribute in two spellings, such as CloneID and CloneId; the second has no effect.",
      "Remove one." },
    { "backups-without-weight", "warning",
      "All backup servers of a cluster have weight 0, so none of them takes over while the primaries are down: they"
      " serve only sessions that they have.",
      "Give at least one a weight; it does not share the load while a primary is up." },
    { "bad-boolean", "error, warning",
      "A value is neither true nor false.",
      "Write one of the two." },
    { "bad-choice", "error, warning",
      "A value is not in the attribute's list.",
      "Take one of the list in the message." },
    { "bad-host", "error",
      "A VirtualHost has no host, or its port is neither a number from 1 to 65535 nor `*`.",
      "Write `host:port`; each of them may be `*`." },
    { "bad-number", "error, warning",
      "A value is no whole number, or out of range.",
      "Write a number of the range in the message." },
    { "blank-before-declaration", "warning",
      "White space stands before the XML declaration. Other readers refuse such a file.",
      "Remove it." },
    { "cluster-address", "note",
      "ClusterAddress has no effect: requests are balanced over the servers themselves.",
      "Nothing, unless a balancer must stand between; then make it the only Server." },
    { "cluster-without-member", "warning",
      "A cluster has no server that can be a member; routes to it have no effect, as those to a cluster that is not "
      "in the file.", "Give it a Server with a Transport, and see what the other findings say about its servers." },
    { "dangling-route", "warning",
      "A route names something that is not in the file, and is left out. Liberty writes such routes when it has no "
      "HTTP endpoint.",
      "Correct the name, or generate the file anew while the server's endpoint is there." },
    { "doctype", "error",
      "The file has a DOCTYPE.",
      "Remove it." },
    { "duplicate-clone-id", "warning",
      "Two servers of a cluster have one clone id; sessions of both go to the first.",
      "Give each server its own, in the server's configuration." },
    { "duplicate-cluster", "error",
      "Two clusters have one name.",
      "Rename or remove one." },
    { "duplicate-group", "warning",
      "Two groups have one name; the first is used.",
      "Rename one, and its routes, or put both into one." },
    { "duplicate-host", "note",
      "A VirtualHost is in its group twice.",
      "Remove one." },
    { "duplicate-server", "error",
      "Two servers of a cluster have one name.",
      "Rename or remove one." },
    { "duplicate-uri", "warning",
      "A Uri is in its group twice; the cookie names of the second have no effect.",
      "Remove one." },
    { "element-twice", "warning",
      "An element that may be there once is there again; the second has no effect.",
      "Put both into one." },
    { "empty", "error",
      "The file has no content; perhaps it was just being written.",
      "Generate it anew." },
    { "empty-group", "warning",
      "A route names a group with nothing in it, so it matches no request.",
      "Fill the group, or remove the route." },
    { "empty-tier", "warning",
      "PrimaryServers or BackupServers name no server; taken as absent.",
      "Remove the element, or name servers in it." },
    { "empty-value", "error, warning",
      "An attribute that needs a value has none.",
      "Give it one, or remove it." },
    { "host-wildcard", "warning",
      "A VirtualHost such as `*.example.com:80` matches nothing: `*` stands for a whole host or port only.",
      "Name each host, or write `*`." },
    { "host-without-brackets", "warning",
      "An IPv6 address stands without brackets; what follows the last colon is taken as the port.",
      "Write `[2001:db8::1]:80`." },
    { "host-without-port", "warning",
      "A VirtualHost has no port, and is taken for every port.",
      "Write the port, or `:*`." },
    { "https-without-keyring", "note",
      "https transports name no keyring. Once for a file.",
      "Say by WLMTLSTrust whose certificates are trusted, if it is not who the operating system trusts." },
    { "intelligent-management", "warning",
      "IntelligentManagement has no effect: only the clusters and routes in the file count.",
      "Have a file generated that has them." },
    { "invisible-character", "warning",
      "A value has a character that cannot be seen, such as a blank of another kind or a mark of direction. It "
      "came along when the value was copied from a document or a web page, and makes the value another one. Messages "
      "show it as <U+200B>.", "Delete the value and type it anew." },
    { "keyring-kdb", "warning",
      "A keyring is a key file of GSKit (.kdb), which OpenSSL cannot read: without WLMTLSTrust the transport is not "
      "used. Once for a file.", "Convert it to PEM, and lay that beside it with the ending .pem; "
      "docs/operations.md tells how." },
    { "line-break", "warning",
      "A value has a line break in its middle, which XML makes a blank.",
      "Write it on one line." },
    { "little-weight", "warning",
      "A server's weight is less than a thousandth of another one's in the same cluster, so it gets next to no new "
      "sessions. Often a typing error, or a weight that is counted in another unit.",
      "Give it a weight near those of the others, or 0 if it is to keep only the sessions that it has." },
    { "metrics-wildcard", "warning",
      "A filter value of RequestMetrics has characters behind a `*`. They are not looked at.",
      "End the value with the `*`." },
    { "misplaced", "warning",
      "An element, attribute or Property is known, but belongs to another element, and has no effect where it "
      "stands. The original passes over it without a word, too, so a time-out or a weight is not what the file "
      "seems to say.", "Move it to the element that the message names, or remove it." },
    { "missing-attribute", "error, warning",
      "A required attribute is not there.",
      "Add it." },
    { "mixed-session-names", "note",
      "URIs that lead to one cluster have different AffinityCookies or AffinityURLIdentifiers. That is right when "
      "they are applications of their own. A session of one application that answers both kinds of URIs is found by"
      " one of them only, and moves to another member with the other. Once for a cluster.",
      "Give all URIs of one application the names that the application uses." },
    { "name-case", "note",
      "A name is in another case than in the format, and taken as meant. Other readers may not. Once for "
      "each such name.", "Write it as the message says." },
    { "named-twice", "warning",
      "A server is listed twice; the first place counts, and PrimaryServers before BackupServers.",
      "Remove one." },
    { "no-clone-ids", "note",
      "No server of a cluster of several has a clone id: sessions do not stay on a server.",
      "Give each one, if the applications have sessions." },
    { "no-connect-timeout", "note",
      "ConnectTimeout is 0 or absent on members of clusters with several: when a host is gone and nothing refuses "
      "the connection, a request waits as long as the operating system tries, on Linux about two minutes, before it"
      " goes to another member. Once for a file.",
      "Set ConnectTimeout; generators write 5." },
    { "no-effect", "warning",
      "A value other than the default, for something that is not done yet. Once for each attribute.",
      "See the reason in the table below." },
    { "no-routes", "note, warning",
      "The file has no route: no request goes to a member. Liberty writes such a file before an application is "
      "there. A warning when the file has IntelligentManagement, from which its routes were to come.",
      "Nothing, or generate it anew when the applications are installed; with IntelligentManagement have a file "
      "generated that has routes." },
    { "no-weight", "warning",
      "All primaries of a cluster have weight 0: none of them gets new sessions.",
      "Give at least one a weight." },
    { "not-a-plugin-cfg", "error",
      "The root element is not Config, or the file is an HTML page.",
      "Check the path, and where the file came from." },
    { "not-well-formed", "error",
      "The file is not XML. The message says what is wrong and how to write it, as far as that can be known; "
      "otherwise it has the XML parser's words.",
      "Correct the line, or generate the file anew." },
    { "odd-clone-id", "warning",
      "A clone id has a character that ends a clone id in a session id, so it is never found there.",
      "Use letters, digits, `-` and `_`." },
    { "odd-host", "warning",
      "A host has a character that no host name has, or a port in it, or is a URL.",
      "Write the name or address, without scheme, path, blanks, and for a Transport without port." },
    { "overlapping-routes", "warning",
      "A pair of URI and VirtualHost is in routes to different clusters. The one that stands first in the file "
      "wins; the other one gets what comes to its other URIs and hosts only. Files that were merged look so when "
      "two servers have the same application.",
      "Take the URI or the host out of one of the routes, or merge the clusters." },
    { "random-counts-more", "note",
      "LoadBalance is Random, and there are different weights, or IgnoreAffinityRequests is false. The original "
      "ignores both with Random, here they count: shares are others than they were there.",
      "Nothing, if the file's weights are meant; otherwise give all primaries one weight, and remove "
      "IgnoreAffinityRequests." },
    { "request-metrics", "note",
      "RequestMetrics is on and logs no request, for the reason in the message.",
      "Give traceLevel another value than NONE, or enable a value of the filter; or set rmEnabled to false." },
    { "retry-before-timeout", "warning",
      "ConnectTimeout is longer than RetryInterval, in a cluster of several. While such a server is down, each "
      "RetryInterval one more request is sent to try it, though the one before is still waiting: several clients "
      "wait at the same time for a server that is not there.",
      "Make RetryInterval at least as long as the longest ConnectTimeout of the cluster." },
    { "retry-without-timeout", "warning",
      "ServerIOTimeoutRetry limits what is done after a ServerIOTimeout, but no server of the cluster has one, so "
      "nothing ever times out.",
      "Give the servers a ServerIOTimeout, or remove ServerIOTimeoutRetry." },
    { "route-without-effect", "warning, note",
      "No request gets to a route: for each of its URIs and hosts another route wins, by a longer URI or because it"
      " stands first. A note when that makes no difference, because the winners lead to the same cluster and the "
      "same session names. `wlmcfg explain` shows for one request which routes match, and why one of them wins.",
      "Remove the route, or change the URIs or hosts of one of the two." },
    { "second-transport", "warning",
      "A server has two transports of one protocol; the second has no effect.",
      "Make a Server of its own for it." },
    { "server-without-tier", "warning",
      "PrimaryServers is there and names others, and BackupServers does not name this server either: it is no "
      "member.",
      "Name it in one of the two." },
    { "server-without-transport", "warning",
      "A server has no Transport: it is no member.",
      "Add one." },
    { "shared-address", "warning",
      "Two servers of a cluster have the same address, so one server gets the requests of both. Its faults are found "
      "twice, and sessions of both clone ids go to it. Once for a cluster.",
      "Give each server its own address, or remove one." },
    { "shared-clone-id", "note",
      "One clone id means servers at different addresses in different clusters, and routes of both clusters have a "
      "host in common and the same AffinityCookie. A browser that sends its cookie to both clusters is then sent to"
      " a server that does not know the session, whatever the weights; that server may answer with a session of its"
      " own in the same cookie. Once for a file.",
      "Give each server its own clone id, or the applications of each cluster a cookie name or cookie path of their"
      " own." },
    { "shared-server-name", "note",
      "One server name means servers at different addresses in different clusters. They are different "
      "members here, but who names one to `wlmctl` without its cluster means all of them. Once for a file.",
      "Name the cluster, too, or give each server its own name." },
    { "size-in-bytes", "note",
      "PostSizeLimit is so large that bytes may have been meant. It counts KiB.",
      "Divide by 1024, if so." },
    { "some-clone-ids", "warning",
      "Some servers of a cluster have a clone id and some have none: sessions do not stay on the latter.",
      "Give each one." },
    { "some-weights", "note",
      "Some servers of a cluster have no LoadBalanceWeight; theirs is 2, which is little beside the 20 of generated "
      "files.",
      "Give each one." },
    { "text", "warning",
      "There is text between elements, where nothing reads it.",
      "Remove it, or make it a comment." },
    { "too-deep", "error",
      "Elements are nested deeper than 32.",
      "Check the path." },
    { "too-large", "error",
      "The file is larger than 16 MiB.",
      "Check the path." },
    { "unknown-attribute", "warning",
      "An attribute is known nowhere, and has no effect.",
      "Look for a typing error; otherwise nothing." },
    { "unknown-element", "warning",
      "An element is known nowhere, and has no effect, nor has what is in it.",
      "Look for a typing error; otherwise nothing." },
    { "unknown-property", "warning",
      "A Property is known nowhere, and has no effect.",
      "Look for a typing error; otherwise nothing." },
    { "unknown-server", "warning",
      "PrimaryServers or BackupServers name a server that the cluster does not have.",
      "Correct the name." },
    { "unreadable", "error",
      "The file cannot be opened or read; the message has the reason.",
      "Check the path, and the rights of the file and of all directories above it." },
    { "unresolved-variable", "warning",
      "A host contains `${...}`, which nothing replaces.",
      "Write the host's name." },
    { "unused", "note",
      "No route names this cluster or group.",
      "Add a route, or remove it." },
    { "uri-as-regex", "warning",
      "A Uri looks like a regular expression. It is compared as it stands, with `*` as the only wildcard.",
      "Write a pattern with `*`; the message has it where it can be known." },
    { "uri-with-query", "warning",
      "A Uri contains `?`; URIs are compared with the path, which has no query.",
      "Remove the `?` and what follows." },
    { "uri-without-effect", "warning, note",
      "No request gets to a route by this URI: on each of the route's hosts another URI wins, of the same route or "
      "of another one, because it is longer or stands first. A note when that makes no difference, because it leads"
      " to the same cluster and the same session names. Once for all URIs that a route loses to another one.",
      "Remove the URI from one of the two groups, or make it longer." },
    { "uri-without-slash", "warning",
      "A Uri begins neither with `/` nor with `*`, and matches nothing.",
      "Write the path alone; the message says how. Hosts are named by VirtualHosts." },
};

int wlmcfg_explain_finding(const char *id)
{
    int all = strcmp(id, "all") == 0, found = 0;
    size_t i;

    for (i = 0; i < sizeof(findings) / sizeof(findings[0]); ++i) {
        if (all || strcmp(id, findings[i].id) == 0) {
            printf("%s%s: %s\n    %s\n    %s\n", found ? "\n" : "", findings[i].id, findings[i].grades,
                   findings[i].meaning, findings[i].remedy);
            found = 1;
        }
    }
    return found ? WLMCFG_FINE : tool_misuse(id, "no finding has this id; --explain all shows them all");
}

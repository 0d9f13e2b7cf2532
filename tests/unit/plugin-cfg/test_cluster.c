/* Who is a member, in which tier and in which order; which routes are left. */
#include "unit.h"
#include "plugin_cfg_unit.h"

/* -- tiers: servers a, b, c (ports 1, 2, 3, clone ids A, B, C) and what stands around them ------------- */

#define A "<Server Name='a' CloneID='A' LoadBalanceWeight='1'><Transport Hostname='h' Port='1'/></Server>\n"
#define B "<Server Name='b' CloneID='B' LoadBalanceWeight='1'><Transport Hostname='h' Port='2'/></Server>\n"
#define C "<Server Name='c' CloneID='C' LoadBalanceWeight='1'><Transport Hostname='h' Port='3'/></Server>\n"
#define ABC A B C
#define P(names) "<PrimaryServers>" names "</PrimaryServers>\n"
#define K(names) "<BackupServers>" names "</BackupServers>\n"
#define R(name) "<Server Name='" name "'/>"
#define a_ "a(A http h 1)"
#define b_ "b(B http h 2)"
#define c_ "c(C http h 3)"

static const struct {
    const char *name, *inside;     /* of ServerCluster, which begins on line 1; the servers are on lines 2, 3, 4 */
    const char *cluster, *findings;
} tiers[] = {
    { "no lists: all are primary, in the order of their definition", ABC, " " a_ " " b_ " " c_, "" },
    { "the order of PrimaryServers counts", ABC P(R("c") R("a") R("b")), " " c_ " " a_ " " b_, "" },
    { "the lists may come first", P(R("b") R("a")) K(R("c")) ABC, " " b_ " " a_ " | backup: " c_, "" },
    { "the order of BackupServers counts", ABC P(R("b")) K(R("c") R("a")), " " b_ " | backup: " c_ " " a_, "" },
    { "only BackupServers: the others are primary", ABC K(R("b")), " " a_ " " c_ " | backup: " b_, "" },
    { "all are backups", ABC K(R("c") R("b") R("a")), " | backup: " c_ " " b_ " " a_, "" },
    { "an empty PrimaryServers is none", ABC P("") K(R("a")), " " b_ " " c_ " | backup: " a_, "5 warning empty-tier" },
    { "empty lists are none", ABC P("") K(""), " " a_ " " b_ " " c_, "5 warning empty-tier, 6 warning empty-tier" },
    { "in both lists: primary", ABC P(R("a") R("b")) K(R("b") R("c")), " " a_ " " b_ " | backup: " c_,
      "6 warning named-twice" },
    { "in both lists, and the list of backups comes first", ABC K(R("b") R("c")) P(R("a") R("b")),
      " " a_ " " b_ " | backup: " c_, "5 warning named-twice" },
    { "in neither list: no member", ABC P(R("a")) K(R("c")), " " a_ " | backup: " c_, "3 warning server-without-tier" },
    { "a name that is not there", ABC P(R("a") R("x") R("b") R("c")), " " a_ " " b_ " " c_,
      "5 warning unknown-server" },
    { "names are compared with case", ABC P(R("A") R("b") R("c")), " " b_ " " c_,
      "2 warning server-without-tier, 5 warning unknown-server" },
    { "only names that are not there", ABC P(R("x")), "",
      "1 warning cluster-without-member, 2 warning server-without-tier, 3 warning server-without-tier, "
      "4 warning server-without-tier, 5 warning unknown-server" },
    { "a reference without a name", ABC P("<Server/>" R("a") R("b") R("c")), " " a_ " " b_ " " c_,
      "5 error missing-attribute" },
    { "a primary that cannot be reached is no member",
      A "<Server Name='b' CloneID='B' LoadBalanceWeight='1'/>\n" C P(R("b") R("a")) K(R("c")), " " a_ " | backup: " c_,
      "3 warning server-without-transport" },
    { "a backup that cannot be reached is no member",
      A "<Server Name='b' CloneID='B' LoadBalanceWeight='1'/>\n" C P(R("a") R("c")) K(R("b")), " " a_ " " c_,
      "3 warning server-without-transport" },
    { "no server can be reached", "<Server Name='a'/>\n<Server Name='b'></Server>\n", "",
      "1 warning cluster-without-member, 2 warning server-without-transport, 3 warning server-without-transport" },
    { "an error in the only transport is told once", "<Server Name='a'><Transport Hostname='h' Port='x'/></Server>", "",
      "2 error bad-number" },
    { "an error in the only server is told once", "<Server><Transport Hostname='h' Port='1'/></Server>", "",
      "2 error missing-attribute" },
    { "a second server of one name is told with what is wrong in it",
      A "<Server Name='a' CloneID='B' LoadBalanceWeight='x'><Transport Hostname='h' Port='2'/></Server>", " " a_,
      "3 error bad-number, 3 error duplicate-server" },
    { "a transport in ClusterAddress is not a server's",
      A "<ClusterAddress><Transport Hostname='x' Port='x'/></ClusterAddress>", " " a_, "3 note cluster-address" },
    { "weights: the backups' do not count",
      "<Server Name='a' CloneID='A' LoadBalanceWeight='0'><Transport Hostname='h' Port='1'/></Server>\n" B K(R("b")),
      " " a_ " | backup: " b_, "1 warning no-weight" },
    { "a weight of 0 beside others is a drain", "<Server Name='a' CloneID='A' LoadBalanceWeight='0'><Transport "
      "Hostname='h' Port='1'/></Server>\n" B, " " a_ " " b_, "" },
    { "the clone id of a server that is no member does not count", ABC "<Server Name='d' LoadBalanceWeight='1'/>",
      " " a_ " " b_ " " c_, "5 warning server-without-transport" },
    { "two https transports, then http",
      "<Server Name='a' CloneID='A'><Transport Hostname='h' Port='1' Protocol='https'>"
      "<Property Name='keyring' Value='k'/></Transport><Transport Hostname='h' Port='2'/></Server>",
      " a(A https h 1 http h 2)", "" },
};

START_TEST(members_and_their_tiers)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config><ServerCluster Name='x'>\n",
                                                        tiers[_i].inside,
                                                        "</ServerCluster><Route ServerCluster='x'/></Config>", NULL));
    const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *);
    int i;

    ck_assert_msg(strcmp(cfg_clusters(cfg) + 2, tiers[_i].cluster) == 0, "%s: %s", tiers[_i].name, cfg_clusters(cfg));
    ck_assert_msg(strcmp(cfg_findings(cfg), tiers[_i].findings) == 0, "%s: %s", tiers[_i].name, cfg_findings(cfg));
    for (i = 0; i < cluster->backups->nelts; ++i) {
        ck_assert_int_eq(APR_ARRAY_IDX(cluster->backups, i, plugin_cfg_server_t *)->tier, PLUGIN_CFG_BACKUP);
    }
    for (i = 0; i < cluster->primaries->nelts; ++i) {
        ck_assert_int_eq(APR_ARRAY_IDX(cluster->primaries, i, plugin_cfg_server_t *)->tier, PLUGIN_CFG_PRIMARY);
    }
}
END_TEST

/* -- clone ids ------------------------------------------------------------------------------------------- */

static const struct {
    const char *cluster, *clone_id, *findings;
} clone_ids[] = {
    { "", "v544d0o0", "" },
    { "", "e8ebbb47-a903-446b-ab79-7e22a5b15cbc", "" },
    { "", "tomcat.route.1", "" },
    { "", "a+b", "" },
    { "", "a:b", "1 warning odd-clone-id" },
    { "", "a;b", "1 warning odd-clone-id" },
    { "", "a,b", "1 warning odd-clone-id" },
    { "", "a b", "1 warning odd-clone-id" },
    { "CloneSeparatorChange='true'", "a:b", "" },
    { "CloneSeparatorChange='true'", "a+b", "1 warning odd-clone-id" },
};

START_TEST(a_clone_id_that_no_cookie_can_hold_is_told)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_psprintf(unit_pool,
        "<Config><ServerCluster Name='x' %s><Server Name='s' CloneID='%s'><Transport Hostname='h' Port='1'/></Server>"
        "</ServerCluster><Route ServerCluster='x'/></Config>", clone_ids[_i].cluster, clone_ids[_i].clone_id));

    ck_assert_msg(strcmp(cfg_findings(cfg), clone_ids[_i].findings) == 0, "%s: %s", clone_ids[_i].clone_id,
                  cfg_findings(cfg));
}
END_TEST

/* -- routes ------------------------------------------------------------------------------------------------ */

#define PARTS "<ServerCluster Name='x'>" A "</ServerCluster><UriGroup Name='u'><Uri Name='/u'/></UriGroup>" \
              "<VirtualHostGroup Name='v'><VirtualHost Name='*:80'/></VirtualHostGroup>" \
              "<Route ServerCluster='x' UriGroup='u' VirtualHostGroup='v'/>\n"
#define FIRST "* 80 / /u -> x"

static const struct {
    const char *more, *routes, *findings;
} routes[] = {
    { "", FIRST, "" },
    { "<Route ServerCluster='x'/>", FIRST "; all / all -> x", "" },
    { "<Route ServerCluster='x' UriGroup='u'/>", FIRST "; all / /u -> x", "" },
    { "<Route ServerCluster='x' VirtualHostGroup='v'/>", FIRST "; * 80 / all -> x", "" },
    /* never everything because of a name that is wrong */
    { "<Route ServerCluster='x' UriGroup='U'/>", FIRST, "3 warning dangling-route" },
    { "<Route ServerCluster='x' UriGroup=''/>", FIRST, "3 warning dangling-route" },
    { "<Route ServerCluster='x' UriGroup='v'/>", FIRST, "3 warning dangling-route" },
    { "<Route ServerCluster='x' VirtualHostGroup='w'/>", FIRST, "3 warning dangling-route" },
    { "<Route ServerCluster='x' VirtualHostGroup='  '/>", FIRST, "3 warning dangling-route" },
    { "<Route ServerCluster='y'/>", FIRST, "3 warning dangling-route" },
    { "<Route ServerCluster='y' UriGroup='w' VirtualHostGroup='w'/>", FIRST,
      "3 warning dangling-route, 3 warning dangling-route, 3 warning dangling-route" },
    { "<Route/>", FIRST, "3 error missing-attribute" },
    { "<Route ServerCluster=' '/>", FIRST, "3 error empty-value" },
    { "<VirtualHostGroup Name='w'/><Route ServerCluster='x' VirtualHostGroup='w'/>", FIRST "; / all -> x",
      "3 warning empty-group" },
};

START_TEST(a_route_leads_where_its_names_say_or_nowhere)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>" PARTS, routes[_i].more, "</Config>",
                                                        NULL));

    ck_assert_msg(strcmp(cfg_findings(cfg), routes[_i].findings) == 0, "%s: %s", routes[_i].more, cfg_findings(cfg));
    ck_assert_msg(strcmp(cfg_routes(cfg), routes[_i].routes) == 0, "%s: %s", routes[_i].more, cfg_routes(cfg));
}
END_TEST

/* -- virtual hosts ----------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *host;       /* host NULL: every host */
    int port;                      /* 0: every port; -1: not usable */
    const char *findings;
} hosts[] = {
    { "*:80", NULL, 80, "" },
    { "*:*", NULL, 0, "" },
    { "example.com:*", "example.com", 0, "" },
    { "Example.COM:65535", "example.com", 65535, "" },
    { " example.com:80 ", "example.com", 80, "" },
    { "192.0.2.1:80", "192.0.2.1", 80, "" },
    { "[2001:DB8::1]:80", "2001:db8::1", 80, "" },
    { "[::]:*", "::", 0, "" },
    { "[2001:db8:0::1]:80", "2001:db8::1", 80, "" },
    { "[2001:0DB8:0000:0000:0000:0000:0000:0001]:80", "2001:db8::1", 80, "" },
    { "[1:2:3:4:5:6:7:8:9]:80", "1:2:3:4:5:6:7:8:9", 80, "" },
    { "[::1]", "::1", 0, "1 warning host-without-port" },
    { "::1:80", "::1", 80, "1 warning host-without-brackets" },
    { "example.com", "example.com", 0, "1 warning host-without-port" },
    { "*", NULL, 0, "1 warning host-without-port" },
    { "*.example.com:80", "*.example.com", 80, "1 warning host-wildcard" },
    { "example.*:80", "example.*", 80, "1 warning host-wildcard" },
    { "${host}:80", "${host}", 80, "1 warning unresolved-variable" },
    { "http://example.com:80", "http://example.com", 80, "1 warning odd-host" },
    { "a b:80", "a b", 80, "1 warning odd-host" },
    { "[::1:80", "[::1", 80, "1 warning odd-host" },
    { "[::1]x:80", "[::1]x", 80, "1 warning odd-host" },
    { "", "", -1, "1 error empty-value" },
    { ":80", "", -1, "1 error bad-host" },
    { ":", "", -1, "1 error bad-host" },
    { "[]:80", "", -1, "1 error bad-host" },
    { "example.com:", "", -1, "1 error bad-host" },
    { "example.com:0", "", -1, "1 error bad-host" },
    { "example.com:65536", "", -1, "1 error bad-host" },
    { "example.com:99999999999999999999", "", -1, "1 error bad-host" },
    { "example.com:+80", "", -1, "1 error bad-host" },
    { "example.com: 80", "", -1, "1 error bad-host" },
    { "example.com:80/", "", -1, "1 error bad-host" },
    { "example.com:http", "", -1, "1 error bad-host" },
    { "*:8*", "", -1, "1 error bad-host" },
};

START_TEST(a_virtual_host_is_a_host_and_a_port)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_psprintf(unit_pool,
        "<Config><VirtualHostGroup Name='v'><VirtualHost Name='%s'/><VirtualHost Name='last:1'/></VirtualHostGroup>"
        "<ServerCluster Name='x'>" A "</ServerCluster><Route ServerCluster='x' VirtualHostGroup='v'/></Config>",
        hosts[_i].name));
    const plugin_cfg_virtual_host_group_t *group = APR_ARRAY_IDX(cfg->virtual_host_groups, 0,
                                                                 plugin_cfg_virtual_host_group_t *);
    const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(group->hosts, 0, plugin_cfg_virtual_host_t *);

    ck_assert_msg(strcmp(cfg_findings(cfg), hosts[_i].findings) == 0, "%s: %s", hosts[_i].name, cfg_findings(cfg));
    if (hosts[_i].port < 0) {
        ck_assert_int_eq(group->hosts->nelts, 1);
        return;
    }
    ck_assert_int_eq(group->hosts->nelts, 2);
    ck_assert_str_eq(host->host ? host->host : "*", hosts[_i].host ? hosts[_i].host : "*");
    ck_assert_int_eq(host->port, hosts[_i].port);
}
END_TEST

/* -- remedies for hosts and URIs: what was meant, as far as it can be known ---------------------------------- */

static const struct {
    const char *transport, *vhost, *uri, *findings, *told;
} remedies[] = {
    { "h:9080", "*:80", "/a", "1 warning odd-host",
      "has a port in it, so the server cannot be reached; write Hostname=\"h\", and the port as Port=\"9080\"" },
    { "http://h", "*:80", "/a", "1 warning odd-host",
      "is a URL, so the server cannot be reached; write Hostname=\"h\", and the port as Port=\"1\"" },
    { "https://u@h:443/x?y", "*:80", "/a", "1 warning odd-host", "write Hostname=\"h\", and the port as Port=\"443\"" },
    { "[::1]:9080", "*:80", "/a", "1 warning odd-host", "write Hostname=\"::1\", and the port as Port=\"9080\"" },
    { "h/app", "*:80", "/a", "1 warning odd-host", "write Hostname=\"h\"" },
    { "h, i", "*:80", "/a", "1 warning odd-host",
      "is no host name, so the server cannot be reached; write a name or an address" },
    { "h", "http://h/x", "/a", "1 error bad-host", "is a URL; write host and port, such as \"h:80\"" },
    { "h", "https://h", "/a", "1 error bad-host", "such as \"h:443\"" },
    { "h", "http://[::1]:81", "/a", "1 warning odd-host", "write \"[::1]:81\"" },
    { "h", "*:80", "^/shop/.*$", "1 warning uri-as-regex",
      "so it matches no path: the only wildcard is *, which stands for any characters; write \"/shop/*\"" },
    { "h", "*:80", "^/s\\.jsp", "1 warning uri-as-regex", "write \"/s.jsp\"" },
    { "h", "*:80", "/shop/.*", "1 warning uri-as-regex", "write \"/shop/*\"" },
    { "h", "*:80", "/(a|b)/(.*)", "1 warning uri-as-regex", "write it with *, such as \"/shop/*\"" },
    { "h", "*:80", "http://h/shop/*", "1 warning uri-without-slash",
      "write \"/shop/*\", and the host as a VirtualHost" },
    { "h", "*:80", "http://h", "1 warning uri-without-slash", "write \"/*\", and the host as a VirtualHost" },
    { "h", "*:80", "shop/*", "1 warning uri-without-slash", "write \"/shop/*\"" },
    { "h", "*:80", "index.jsp", "1 warning uri-without-slash", "write \"/index.jsp\"" },
    { "h", "*:80", ".do", "1 warning uri-without-slash", "write \"*.do\"" },
    /* nothing is wrong with these */
    { "::1", "*:80", "/file.*", "", NULL },
    { "fe80::1%eth0", "*:80", "*.jsp", "", NULL },
    { "::ffff:192.0.2.1", "*:80", "/a(1)/$b", "", NULL },
};

START_TEST(a_remedy_is_what_was_meant)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_psprintf(unit_pool,
        "<Config><VirtualHostGroup Name='v'><VirtualHost Name='%s'/></VirtualHostGroup><UriGroup Name='u'><Uri "
        "Name='%s'/></UriGroup>" "<ServerCluster Name='x'><Server Name='s'><Transport Hostname='%s' "
        "Port='1'/></Server></ServerCluster>" "<Route ServerCluster='x' VirtualHostGroup='v' UriGroup='u'/></Config>",
        remedies[_i].vhost, remedies[_i].uri, remedies[_i].transport));

    ck_assert_msg(strcmp(cfg_findings(cfg), remedies[_i].findings) == 0, "%d: %s", _i, cfg_findings(cfg));
    if (remedies[_i].told) {
        const char *message = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message;
        ck_assert_msg(strstr(message, remedies[_i].told) != NULL, "%s", message);
    }
}
END_TEST

/* -- what is told once ------------------------------------------------------------------------------------------ */

START_TEST(a_name_in_another_case_is_told_once_for_a_file)
{
    const plugin_cfg_t *cfg = cfg_read_text(
        "<Config>\n<ServerCluster Name='x'><server name='a'><Transport Hostname='h' Port='1'/></server>\n"
        "<server name='b'><Transport Hostname='h' Port='2'/></server>\n<SERVER Name='c'><Transport Hostname='h' "
        "Port='3'/></SERVER>" "</ServerCluster>\n<UriGroup name='u'><Uri Name='/a'/></UriGroup><Route "
        "ServerCluster='x' UriGroup='u'/></Config>");

    ck_assert_str_eq(cfg_findings(cfg), "2 note name-case, 2 note name-case, 2 note no-clone-ids, 4 note name-case, 5 "
                     "note name-case");
}
END_TEST

/* -- routes without effect: none is lost from the model -------------------------------------------------------- */

static const char *lost_routes(const plugin_cfg_t *cfg)
{
    const char *text = "";
    int i;

    for (i = 0; i < cfg->lost_routes->nelts; ++i) {
        const plugin_cfg_lost_route_t *lost = APR_ARRAY_IDX(cfg->lost_routes, i, plugin_cfg_lost_route_t *);
        text = apr_psprintf(unit_pool, "%s%s%d %s %s %s: %s", text, i ? "; " : "", lost->line,
                            lost->virtual_host_group ? "hosts" : lost->virtual_host_group_name ? "no hosts" : "all",
                            lost->uri_group ? "uris" : lost->uri_group_name ? "no uris" : "all", lost->cluster,
                            lost->why);
    }
    return text;
}

static const struct {
    const char *more, *lost;
} losses[] = {
    { "<Route ServerCluster='x'/>", "" },
    { "<Route ServerCluster='y' UriGroup='u' VirtualHostGroup='v'/>",
      "3 hosts uris y: ServerCluster \"y\" is not in the file" },
    { "<Route ServerCluster='x' UriGroup='w'/>", "3 all no uris x: UriGroup \"w\" is not in the file" },
    { "<Route ServerCluster='y' VirtualHostGroup='w'/>", "3 no hosts all y: ServerCluster \"y\" is not in the file" },
    { "<ServerCluster Name='e'/>\n<Route ServerCluster='e' UriGroup='u'/>",
      "4 all uris e: cluster \"e\" has no member that can be reached" },
};

START_TEST(a_route_without_effect_is_known_with_its_reason)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>" PARTS, losses[_i].more, "</Config>",
                                                        NULL));

    ck_assert_str_eq(lost_routes(cfg), losses[_i].lost);
}
END_TEST

/* One rule for a cluster that is not there and one that has no members: a warning, and the route has no effect */
START_TEST(a_cluster_without_member_is_as_one_that_is_missing)
{
    const plugin_cfg_t *cfg = cfg_read_text("<Config>" PARTS "<ServerCluster Name='e'/>\n<Route ServerCluster='e'/>\n"
                                            "<Route ServerCluster='e' UriGroup='u'/><Route "
                                            "ServerCluster='y'/></Config>");

    ck_assert_str_eq(cfg_findings(cfg), "3 warning cluster-without-member, 5 warning dangling-route");
    ck_assert_str_eq(APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message,
                     "cluster \"e\" has no member that can be reached, and Routes to it have no effect (line 4, 5); "
                     "add a Server with a Transport");
    ck_assert_str_eq(cfg_routes(cfg), FIRST);
}
END_TEST

/* -- sockets --------------------------------------------------------------------------------------------------- */

#define P10 "/234567890"
#define P100 P10 P10 P10 P10 P10 P10 P10 P10 P10 P10

static const struct {
    const char *attributes, *findings, *told;
} sockets[] = {
    { "Hostname='unix:/run/app.sock'", "", NULL },
    { "Hostname=' unix:/run/App 1:2.sock '", "", NULL },
    { "Protocol='http' HOSTNAME='unix:/run/app.sock'", "1 note name-case", NULL },
    { "Hostname='unix:" P100 "/234567'", "", NULL },
    { "Hostname='unix:" P100 "/2345678'", "1 error bad-socket",
      "has a path of 108 bytes, and the system takes 107 at most" },
    { "Hostname='unix:/run/app.sock' Port='80'", "1 warning bad-socket", "is a socket, so its Port has no effect" },
    { "Hostname='unix:/run/app.sock' Port=''", "1 error empty-value", NULL },
    { "Hostname='unix:/run/app.sock' Protocol='https'", "1 error bad-socket", "write Protocol=\"http\"" },
    { "Hostname='unix:run/app.sock' Port='1'", "1 error bad-socket", "has no absolute path" },
    { "Hostname='unix:run/app.sock'", "1 error bad-socket", "has no absolute path" },
    { "Hostname='unix:'", "1 error bad-socket", "has no absolute path" },
    { "Hostname='unix:/run/app.sock|http://localhost/'", "1 error bad-socket", "has the form of mod_proxy" },
    { "Hostname='unix:/run/${app}.sock'", "1 warning unresolved-variable", NULL },
    { "Hostname='unix:80' Port='1'", "1 warning odd-host", "write Hostname=\"unix\", and the port as Port=\"80\"" },
    { "Hostname='unix' Port='1'", "", NULL },
    { "Hostname='unix'", "1 error missing-attribute", NULL },
};

START_TEST(a_socket_has_a_path_and_no_port)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config><ServerCluster Name='x'><Server Name='a' "
                                                        "CloneID='A'><Transport ", sockets[_i].attributes, "/></Server>"
                                                        "</ServerCluster><Route ServerCluster='x'/></Config>", NULL));
    const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *);
    const plugin_cfg_transport_t *transport;

    ck_assert_msg(strcmp(cfg_findings(cfg), sockets[_i].findings) == 0, "%s: %s", sockets[_i].attributes,
                  cfg_findings(cfg));
    if (sockets[_i].told) {
        const char *told = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message;
        ck_assert_msg(strstr(told, sockets[_i].told) != NULL, "%s", told);
    }
    if (!strstr(sockets[_i].findings, "error") && strstr(sockets[_i].attributes, "unix:/")) {
        transport = APR_ARRAY_IDX(APR_ARRAY_IDX(cluster->members, 0, plugin_cfg_server_t *)->transports, 0,
                                  plugin_cfg_transport_t *);
        ck_assert_int_eq(transport->port, 0);
        ck_assert_int_eq(strncmp(transport->host, "unix:/", 6), 0);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/cluster");
    TCase *tc = unit_case(s, "cluster");

    tcase_add_loop_test(tc, members_and_their_tiers, 0, UNIT_COUNT(tiers));
    tcase_add_loop_test(tc, a_clone_id_that_no_cookie_can_hold_is_told, 0, UNIT_COUNT(clone_ids));
    tcase_add_loop_test(tc, a_socket_has_a_path_and_no_port, 0, UNIT_COUNT(sockets));
    tc = unit_case(s, "route");
    tcase_add_loop_test(tc, a_route_leads_where_its_names_say_or_nowhere, 0, UNIT_COUNT(routes));
    tcase_add_loop_test(tc, a_virtual_host_is_a_host_and_a_port, 0, UNIT_COUNT(hosts));
    tcase_add_loop_test(tc, a_route_without_effect_is_known_with_its_reason, 0, UNIT_COUNT(losses));
    tcase_add_test(tc, a_cluster_without_member_is_as_one_that_is_missing);
    tcase_add_loop_test(tc, a_remedy_is_what_was_meant, 0, UNIT_COUNT(remedies));
    tcase_add_test(tc, a_name_in_another_case_is_told_once_for_a_file);
    return s;
}

UNIT_MAIN(suite)

/* Which route wins: tables that read like plugin-cfg.xml, and the rule to compare with. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "route_rule.h"
#include "route/nearest.h"

/* -- tables ------------------------------------------------------------------------ */

static const char *const plain[] = { "*:80|/app/*,/hello>c", NULL };
static const char *const exact_and_prefix[] = { "*:80|/app/*>wild", "*:80|/app>exact", NULL };
static const char *const extension[] = { "*:80|/a/*>prefix", "*:80|*.jsp>jsp", NULL };
static const char *const last_is_root[] = {
    "*:80|/openapi/*,/openapi/ui/*,/javametrics/*,/javametrics-dash/*,/*>c", NULL
};
static const char *const seven[] = {
    "h:80|/*>c1", "h:80|/a/*>c2", "h:80|/a/b/*>c3", "h:80|/b/*>c4", "h:80|/c>c5", "h:80|/c/*>c6",
    "h:80|*.gif>c7", NULL
};
static const char *const hosts[] = {
    "|/*>nogroup", "*:*|/*>any", "*:80|/*>port", "h.example:*|/*>host", "h.example:80|/*>both", NULL
};
static const char *const uri_before_host[] = { "h:80|/a/*>h", "*:*|/a/b/*>star", NULL };
static const char *const ties[] = { "*:80|/a/*,/x>first", "*:80|/a/*,/x>second", NULL };
static const char *const no_uris[] = { "h:80|>all", "h:80|/*>root", "h:81|>other", NULL };
static const char *const ipv6[] = { "::1:80,fe80:0:0::a:80|/*>six", NULL };
static const char *const general[] = { "*:80|/app/*.do,/a*z,*,/x/*/y/*>c", "*:80|/app/*>app", NULL };

static const char *const without_slash[] = { "*:80|/x/*/y/*,*/admin/*,/app/**>c", NULL };
static const char *const same_length[] = {
    "*:80|/*jsp>general", "*:80|*.jsp>suffix", "*:80|/a/b*>prefix", NULL
};
static const char *const kinds_and_hosts[] = {
    "*:*|/a/b*>prefix", "*:80|*.jsp>suffix", "h:*|/*jsp>general", "h:81|/a/*p>general81", NULL
};
static const char *const never[] = { "|hello,hello/*,h*o>c", NULL };
static const char *const two_hosts[] = { "*:80,h:80,h:*|/*>c", NULL };

static const char *const pieces[] = {
    "*:80|/t/*/shop/*,/t/*/shop/*.jsp,/t/*.jsp,*/shop/*.jsp,*/shop/*/cart/*,/t/*/*>c", NULL
};
static const char *const overlap[] = { "*:80|/ab*ba,/ab*b*ba,/*aa*a,/x/*/x/*>c", NULL };
static const char *const crowded[] = { /* with 17, 18 and 16 stars */
    "*:80|/*a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q,/*1*2*3*4*5*6*7*8*9*0*1*2*3*4*5*6*7/*,"
    "/*A*B*C*D*E*F*G*H*I*J*K*L*M*N*O/*>c",
    NULL
};

static const struct {
    const char *name;
    const char *const *routes;
    const char *host;
    int port;
    const char *path;
    const char *cluster;           /* NULL: no route */
    const char *uri;               /* NULL: not checked */
} cases[] = {
    { "prefix",                          plain, "h", 80, "/app/x", "c", "/app/*" },
    { "prefix, empty rest",              plain, "h", 80, "/app/", "c", "/app/*" },
    { "prefix without its slash",        plain, "h", 80, "/app", "c", "/app/*" },
    { "a longer word is another",        plain, "h", 80, "/apple", NULL, NULL },
    { "exact",                           plain, "h", 80, "/hello", "c", "/hello" },
    { "exact is exact",                  plain, "h", 80, "/hello/", NULL, NULL },
    { "URIs are case sensitive",         plain, "h", 80, "/App/x", NULL, NULL },
    { "another port",                    plain, "h", 8080, "/app/x", NULL, NULL },
    { "no host at all",                  plain, NULL, 80, "/app/x", "c", NULL },
    { "root has no route",               plain, "h", 80, "/", NULL, NULL },
    { "exact beats the prefix",          exact_and_prefix, "h", 80, "/app", "exact", NULL },
    { "below it the prefix",             exact_and_prefix, "h", 80, "/app/", "wild", NULL },
    { "longer extension beats prefix",   extension, "h", 80, "/a/x.jsp", "jsp", NULL },
    { "extension anywhere",              extension, "h", 80, "/q/x.jsp", "jsp", NULL },
    { "extension only at the end",       extension, "h", 80, "/q/x.jspx", NULL, NULL },
    { "longest wins, the last is root",  last_is_root, "h", 80, "/openapi/ui/x", "c", "/openapi/ui/*" },
    { "shorter prefix",                  last_is_root, "h", 80, "/openapi/u", "c", "/openapi/*" },
    { "one name begins another",         last_is_root, "h", 80, "/javametrics-dash", "c",
      "/javametrics-dash/*" },
    { "root takes the rest",             last_is_root, "h", 80, "/javametricsX", "c", "/*" },
    { "seven groups: longest of all",    seven, "h", 80, "/a/b/x", "c3", NULL },
    { "seven groups: prefix",            seven, "h", 80, "/a/x", "c2", NULL },
    { "seven groups: exact",             seven, "h", 80, "/c", "c5", NULL },
    { "seven groups: below exact",       seven, "h", 80, "/c/", "c6", NULL },
    { "seven groups: extension",         seven, "h", 80, "/a/x.gif", "c7", NULL },
    { "seven groups: longer than extension", seven, "h", 80, "/a/b/x.gif", "c3", NULL },
    { "seven groups: root",              seven, "h", 80, "/", "c1", NULL },
    { "host and port",                   hosts, "h.example", 80, "/", "both", NULL },
    { "host without case",               hosts, "H.EXAMPLE", 80, "/", "both", NULL },
    { "host before port",                hosts, "h.example", 81, "/", "host", NULL },
    { "port",                            hosts, "other", 80, "/", "port", NULL },
    { "any",                             hosts, "other", 81, "/", "any", NULL },
    { "no group comes last",             &hosts[0], NULL, 81, "/", "any", NULL },
    { "URI before host",                 uri_before_host, "h", 80, "/a/b/c", "star", NULL },
    { "then host",                       uri_before_host, "h", 80, "/a/c", "h", NULL },
    { "the earlier route",               ties, "h", 80, "/a/c", "first", NULL },
    { "the earlier route, exact",        ties, "h", 80, "/x", "first", NULL },
    { "no URI group is every path",      no_uris, "h", 81, "/q", "other", NULL },
    { "no URI group is shorter than root", no_uris, "h", 80, "/q", "root", NULL },
    { "IPv6",                            ipv6, "::1", 80, "/", "six", NULL },
    { "star in the middle",              general, "h", 80, "/app/x/y.do", "c", "/app/*.do" },
    { "star in the middle, no match",    general, "h", 80, "/app/x/y.dox", "app", "/app/*" },
    { "two stars",                       general, "h", 80, "/x/1/y/2", "c", "/x/*/y/*" },
    { "two stars need both",             general, "h", 80, "/x/1/z/2", "c", "*" },
    { "star alone",                      general, "h", 80, "/", "c", "*" },
    { "a middle star without its slash", without_slash, "h", 80, "/x/1/y", "c", "/x/*/y/*" },
    { "a first star without its slash", without_slash, "h", 80, "/q/admin", "c", "*/admin/*" },
    { "a first star, a longer word",     without_slash, "h", 80, "/q/administrator", NULL, NULL },
    { "stars in a row",                  without_slash, "h", 80, "/app", "c", "/app/**" },
    { "one length, all kinds: file order", same_length, "h", 80, "/a/b.jsp", "general", NULL },
    { "one length, two kinds: file order", same_length, "h", 80, "a.jsp", "suffix", NULL },
    { "one length: exact host",          kinds_and_hosts, "h", 81, "/a/b.jsp", "general81", NULL },
    { "one length: host before port",    kinds_and_hosts, "h", 80, "/a/b.jsp", "general", NULL },
    { "one length: port",                kinds_and_hosts, "x", 80, "/a/b.jsp", "suffix", NULL },
    { "one length: any host",            kinds_and_hosts, "x", 82, "/a/b.jsp", "prefix", NULL },
    { "a pattern without slash",         never, "h", 80, "/hello", NULL, NULL },
    { "a pattern without slash, in a folder", never, "h", 80, "/x/hello", NULL, NULL },
    { "of a group any host may match",   two_hosts, "x", 80, "/", "c", NULL },
    { "of a group no host matches",      two_hosts, "x", 81, "/", NULL, NULL },
    { "IPv6, written in another way",     ipv6, "0:0::0:1", 80, "/", "six", NULL },
    { "IPv6, with all its zeros",        ipv6, "fe80:0000:0000::000A", 80, "/", "six", NULL },
    { "IPv6, with an IPv4 address",      ipv6, "::0.0.0.1", 80, "/", "six", NULL },
    { "IPv6, another address",           ipv6, "::2", 80, "/", NULL, NULL },
    { "IPv6, case",                      ipv6, "FE80::A", 80, "/", "six", NULL },
    { "an empty host is none",           hosts, "", 80, "/", "port", NULL },
    { "javametrics",                     last_is_root, "h", 80, "/javametrics/x", "c", "/javametrics/*" },
    { "two pieces",                      pieces, "h", 80, "/t/1/shop/x", "c", "/t/*/shop/*" },
    { "two pieces and an end",           pieces, "h", 80, "/t/1/shop/x.jsp", "c", "/t/*/shop/*.jsp" },
    { "two pieces, without the slash",   pieces, "h", 80, "/t/1/shop", "c", "/t/*/shop/*" },
    { "the second piece is another",     pieces, "h", 80, "/t/1/shoes/x.jsp", "c", "/t/*.jsp" },
    { "the first piece is another",      pieces, "h", 80, "/u/1/shop/x.jsp", "c", "*/shop/*.jsp" },
    { "inner pieces without a beginning", pieces, "h", 80, "/shop/x/cart/y", "c", "*/shop/*/cart/*" },
    { "their order counts",              pieces, "h", 80, "/cart/x/shop/y", NULL, NULL },
    { "a slash between two stars",       pieces, "h", 80, "/t/1/2", "c", "/t/*/*" },
    { "nothing between two stars",       pieces, "h", 80, "/t/", "c", "/t/*/*" },
    { "beginning and end do not overlap", overlap, "h", 80, "/aba", NULL, NULL },
    { "beginning and end touch",         overlap, "h", 80, "/abba", "c", "/ab*ba" },
    { "a piece between them",            overlap, "h", 80, "/abbba", "c", "/ab*b*ba" },
    { "a piece and the end do not overlap", overlap, "h", 80, "/aa", NULL, NULL },
    { "a piece and the end touch",       overlap, "h", 80, "/aaa", "c", "/*aa*a" },
    { "the first of two occurrences counts", overlap, "h", 80, "/x/y/x/", "c", "/x/*/x/*" },
    { "more stars than the tree takes",  crowded, "h", 80, "/xaxbcdefghijklmnopq", "c",
      "/*a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q" },
    { "more stars, and one is missing",  crowded, "h", 80, "/abcdefghijklmnop", NULL, NULL },
    { "more stars, with the slash",      crowded, "h", 80, "/x12345678901234567/x", "c",
      "/*1*2*3*4*5*6*7*8*9*0*1*2*3*4*5*6*7/*" },
    { "more stars, without the slash",   crowded, "h", 80, "/x12345678901234567", "c",
      "/*1*2*3*4*5*6*7*8*9*0*1*2*3*4*5*6*7/*" },
    { "as many stars as the tree takes", crowded, "h", 80, "/ABxCDEFGHIJKLMNO", "c",
      "/*A*B*C*D*E*F*G*H*I*J*K*L*M*N*O/*" },
    { "around a star",                   general, "h", 80, "/az", "c", "/a*z" },
};

static const char *cluster_of(const wlm_route_match_t *match)
{
    return match->route ? match->route->cluster->name : "-";
}

START_TEST(the_right_route_wins)
{
    const wlm_route_index_t *index = wlm_route_index_make(route_rule_cfg(cases[_i].routes, unit_pool), unit_pool);
    wlm_route_match_t match = { NULL, NULL, NULL };
    int found = wlm_route_find(&match, index, cases[_i].host, cases[_i].port, cases[_i].path);

    if (!cases[_i].cluster) {
        ck_assert_msg(!found, "%s: cluster %s", cases[_i].name, cluster_of(&match));
        return;
    }
    ck_assert_msg(found, "%s: no route", cases[_i].name);
    ck_assert_msg(strcmp(cluster_of(&match), cases[_i].cluster) == 0, "%s: cluster %s", cases[_i].name,
                  cluster_of(&match));
    if (cases[_i].uri) {
        ck_assert_str_eq(match.uri->name, cases[_i].uri);
    }
}
END_TEST

/* httpd takes request lines of any configured length */
START_TEST(a_long_path_is_survived)
{
    const wlm_route_index_t *index = wlm_route_index_make(route_rule_cfg(general, unit_pool), unit_pool);
    char *path = apr_palloc(unit_pool, 100001);
    wlm_route_match_t match;

    memset(path, 'x', 100000);
    memcpy(path, "/app/", 5);
    memcpy(path + 100000 - 3, ".do", 4);
    ck_assert(wlm_route_find(&match, index, "h", 80, path));
    ck_assert_str_eq(match.uri->name, "/app/*.do");
}
END_TEST

/* A path that repeats the pieces of many URIs: only the first occurrence of each may be followed, or this takes long */
START_TEST(a_path_with_many_pieces_takes_little_time)
{
    apr_array_header_t *uris = apr_array_make(unit_pool, 676, sizeof(char *));
    const char *routes[] = { NULL, NULL };
    char *path = apr_palloc(unit_pool, 200001);
    wlm_route_match_t match;
    int i;

    for (i = 0; i < 676; ++i) {
        APR_ARRAY_PUSH(uris, char *) = apr_psprintf(unit_pool, "/*%c*%c*!", 'a' + i / 26, 'a' + i % 26);
    }
    routes[0] = apr_pstrcat(unit_pool, "|", apr_array_pstrcat(unit_pool, uris, ','), ">c", NULL);
    for (i = 0; i < 200000; ++i) {
        path[i] = (char)(i ? 'a' + i % 26 : '/');
    }
    path[i] = '\0';
    ck_assert(!wlm_route_find(&match, wlm_route_index_make(route_rule_cfg(routes, unit_pool), unit_pool), "h", 80,
                              path));
}
END_TEST

/* A piece that comes late, and then often, is not searched for each time */
START_TEST(a_path_with_one_piece_takes_little_time)
{
    static const char *const routes[] = { "|/*/x*!>c", NULL };
    apr_size_t n = 4000000, i;
    char *path = apr_palloc(unit_pool, n + 1);
    wlm_route_match_t match;

    for (i = 0; i < n; ++i) {
        path[i] = i && (i < n / 2 || i % 2) ? 'x' : '/';
    }
    path[1] = 'y';
    path[n] = '\0';
    ck_assert(!wlm_route_find(&match, wlm_route_index_make(route_rule_cfg(routes, unit_pool), unit_pool), "h", 80,
                              path));
}
END_TEST

START_TEST(the_winning_virtual_host_is_told)
{
    const wlm_route_index_t *index = wlm_route_index_make(route_rule_cfg(two_hosts, unit_pool), unit_pool);
    wlm_route_match_t match;

    ck_assert(wlm_route_find(&match, index, "H", 80, "/"));
    ck_assert_str_eq(match.host->name, "h:80");
    ck_assert(wlm_route_find(&match, index, "H", 81, "/"));
    ck_assert_str_eq(match.host->name, "h:*");
    ck_assert(wlm_route_find(&match, index, NULL, 80, "/"));
    ck_assert_str_eq(match.host->name, "*:80");
    ck_assert(wlm_route_find(&match, wlm_route_index_make(route_rule_cfg(no_uris, unit_pool), unit_pool), "h", 81,
                             "/"));
    ck_assert_ptr_null(match.uri);
}
END_TEST

START_TEST(nothing_configured_matches_nothing)
{
    static const char *const none[] = { NULL };
    wlm_route_match_t match;

    ck_assert(!wlm_route_find(&match, wlm_route_index_make(route_rule_cfg(none, unit_pool), unit_pool), "h", 80, "/"));
}
END_TEST

START_TEST(a_host_name_of_any_length_is_survived)
{
    const wlm_route_index_t *index = wlm_route_index_make(route_rule_cfg(plain, unit_pool), unit_pool);
    char *host = apr_palloc(unit_pool, 10001);
    wlm_route_match_t match;

    memset(host, 'h', 10000);
    host[10000] = '\0';
    ck_assert(wlm_route_find(&match, index, host, 80, "/app"));
}
END_TEST

/* -- random routes, compared with the rule --------------------------------------------- */

static unsigned random_state = 7;
static unsigned below(unsigned n)
{
    random_state = random_state * 1103515245u + 12345u;
    return (random_state >> 16) % n;
}

/* few letters, so that things meet */
static char *random_text(const char *letters, unsigned max, const char *begin)
{
    char *text = apr_pcalloc(unit_pool, max + strlen(begin) + 1), *to = text + strlen(begin);
    unsigned n = below(max + 1);

    strcpy(text, begin);
    while (n--) {
        *to++ = letters[below((unsigned)strlen(letters))];
    }
    return text;
}

static const char *random_route(int i)
{
    static const char *const host_sets[] = {
        "", "a:80", "*:80", "a:*", "*:*", "b:80,*:81", "a:81,b:*,*:80", "a:80,a:80,*:*"
    };
    const char *text = apr_pstrcat(unit_pool, host_sets[below(8)], "|", NULL);
    unsigned n = below(5), k;

    for (k = 0; k < n; ++k) {
        const char *uri = random_text("ab//*.", below(2) ? 6 : 12, below(4) ? "/" : "*");

        text = apr_pstrcat(unit_pool, text, k ? "," : "", uri, NULL);
    }
    return apr_psprintf(unit_pool, "%s>c%d", text, i);
}

static void compare(const plugin_cfg_t *cfg, const wlm_route_index_t *index)
{
    static const char *const names[] = { "a", "b", "c" };
    const char *host = names[below(3)], *path = random_text("ab/.", below(2) ? 7 : 14, "/");
    int port = 80 + (int)below(3);
    wlm_route_match_t wanted = route_rule_find(cfg, host, port, path, unit_pool), match = { NULL, NULL, NULL };
    int found = wlm_route_find(&match, index, host, port, path);

    ck_assert_int_eq(found, wanted.route != NULL);
    ck_assert_msg(match.route == wanted.route, "%s:%d%s: %s instead of %s", host, port, path,
                  cluster_of(&match), cluster_of(&wanted));
    ck_assert_msg(match.uri == wanted.uri, "%s:%d%s: %s instead of %s", host, port, path,
                  match.uri ? match.uri->name : "-", wanted.uri ? wanted.uri->name : "-");
    ck_assert_msg(match.host == wanted.host, "%s:%d%s: %s instead of %s", host, port, path,
                  match.host ? match.host->name : "-", wanted.host ? wanted.host->name : "-");
}

START_TEST(the_index_agrees_with_the_rule)
{
    int round, i;

    for (round = 0; round < 2000; ++round) {
        const char *routes[9];
        const plugin_cfg_t *cfg;
        const wlm_route_index_t *index;

        for (i = 0; i < 8; ++i) {
            routes[i] = random_route(i);
        }
        routes[8] = NULL;
        cfg = route_rule_cfg(routes, unit_pool);
        index = wlm_route_index_make(cfg, unit_pool);
        for (i = 0; i < 20; ++i) {
            compare(cfg, index);
        }
        apr_pool_clear(unit_pool);
    }
}
END_TEST

static const struct {
    wlm_route_rank_t better, worse;
    wlm_route_reason_t reason;
} ranks[] = {
    { { 5, 0, 4, 9 }, { 4, 1, 0, 0 }, WLM_ROUTE_BY_LENGTH },
    { { 5, 1, 4, 9 }, { 5, 0, 0, 0 }, WLM_ROUTE_BY_EXACTNESS },
    { { 5, 1, 0, 9 }, { 5, 1, 1, 0 }, WLM_ROUTE_BY_HOST },
    { { 5, 1, 0, 0 }, { 5, 1, 0, 1 }, WLM_ROUTE_BY_FILE_ORDER },
};

START_TEST(the_reason_for_which_a_route_wins)
{
    wlm_route_reason_t reason;

    ck_assert_int_gt(wlm_route_compare(&reason, &ranks[_i].better, &ranks[_i].worse), 0);
    ck_assert_int_eq(reason, ranks[_i].reason);
    ck_assert_int_lt(wlm_route_compare(&reason, &ranks[_i].worse, &ranks[_i].better), 0);
    ck_assert_int_eq(reason, ranks[_i].reason);
    ck_assert_int_eq(wlm_route_compare(&reason, &ranks[_i].better, &ranks[_i].better), 0);
    ck_assert_int_eq(reason, WLM_ROUTE_EQUAL);
}
END_TEST

START_TEST(the_rank_of_the_winner_is_told)
{
    const wlm_route_index_t *index = wlm_route_index_make(route_rule_cfg(hosts, unit_pool), unit_pool);
    wlm_route_match_t match;
    wlm_route_rank_t rank;

    ck_assert(wlm_route_find_rank(&match, &rank, index, "h.example", 81, "/x"));
    ck_assert_str_eq(match.route->cluster->name, "host");
    ck_assert(rank.literal_len == 1 && !rank.is_exact && rank.host_rank == 1 && rank.order == 3);
}
END_TEST

static const char *const near[] = { "shop:80,shop:443|/shop/*,/shop/cart>shop", "*:*|/app/*,*.jsp,/Admin/x>app",
                                    "h:81|>all", NULL };
static const char *const many_hosts[] = { "a:1,b:1,c:1,d:1,e:1,f:1|/x/*>c", NULL };
static const char *const none[] = { NULL };

static const struct {
    const char *const *routes;
    const char *host;
    int port;
    const char *path;
    const char *nearest;
} strays[] = {
    { near, "h", 80, "/shop/x", "URI /shop/* (line 0) matches, but is for hosts shop:80 shop:443 only" },
    { near, "shop", 8080, "/shop/cart", "URI /shop/cart (line 0) matches, but is for hosts shop:80 shop:443 only" },
    { near, NULL, 80, "/shop", "URI /shop/* (line 0) matches, but is for hosts shop:80 shop:443 only" },
    { near, "h", 80, "/y", "every URI of the route in line 0 matches, but is for hosts h:81 only" },
    { near, "h", 80, "/APP/y", "every URI of the route in line 0 matches, but is for hosts h:81 only" },
    { many_hosts, "h", 80, "/x/y", "URI /x/* (line 0) matches, but is for hosts a:1 b:1 c:1 d:1 e:1 ... only" },
    { many_hosts, "B", 1, "/X/y", "URI /x/* (line 0) differs by upper and lower case" },
    { many_hosts, "b", 1, "/xy", "URI /x/* (line 0) has the longest beginning in common" },
    { many_hosts, "b", 1, "/y", "no URI is like it" },
    { many_hosts, "h", 2, "/y", "no URI is like it" },
    { exact_and_prefix, "h", 80, "/ap/x", "URI /app/* (line 0) has the longest beginning in common" },
    { none, "h", 80, "/", "the file has no routes" },
};

START_TEST(what_comes_nearest_is_told)
{
    plugin_cfg_t *cfg = route_rule_cfg(strays[_i].routes, unit_pool);
    const char *nearest = wlm_route_nearest(cfg, strays[_i].host, strays[_i].port, strays[_i].path, unit_pool);
    wlm_route_match_t match;

    ck_assert_str_eq(nearest, strays[_i].nearest);
    ck_assert(!wlm_route_find(&match, wlm_route_index_make(cfg, unit_pool), strays[_i].host, strays[_i].port,
                              strays[_i].path));
}
END_TEST

/* A route without effect comes nearest of all, where its groups match as far as they are known */
static const struct {
    const char *route, *host, *path, *nearest;
} lost[] = {
    { "<Route ServerCluster='c' UriGroup='u' VirtualHostGroup='v'/>", "2001:db8:0::1", "/a/x",
      "the route in line 2 would match, but has no effect: ServerCluster \"c\" is not in the file" },
    { "<Route ServerCluster='c' UriGroup='u' VirtualHostGroup='v'/>", "::2", "/a/x",
      "no route of the file has an effect" },
    { "<Route ServerCluster='c' UriGroup='u' VirtualHostGroup='v'/>", "2001:db8::1", "/b",
      "no route of the file has an effect" },
    { "<ServerCluster Name='c'/><Route ServerCluster='c' UriGroup='u'/>", "h", "/a",
      "the route in line 2 would match, but has no effect: cluster \"c\" has no member that can be reached" },
    { "<Route ServerCluster='c' UriGroup='w' VirtualHostGroup='v'/>", "2001:db8::1", "/b",
      "the route in line 2 would match, but has no effect: ServerCluster \"c\" is not in the file" },
};

START_TEST(a_route_without_effect_comes_nearest)
{
    const plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config><VirtualHostGroup Name='v'><VirtualHost "
                                                        "Name='[2001:db8::1]:80'/>"
        "</VirtualHostGroup><UriGroup Name='u'><Uri Name='/a/*'/></UriGroup>\n", lost[_i].route, "</Config>", NULL));

    ck_assert_str_eq(wlm_route_nearest(cfg, lost[_i].host, 80, lost[_i].path, unit_pool), lost[_i].nearest);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/route");
    TCase *tc = unit_case(s, "route");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_right_route_wins, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, a_long_path_is_survived);
    tcase_add_test(tc, a_path_with_many_pieces_takes_little_time);
    tcase_add_test(tc, a_path_with_one_piece_takes_little_time);
    tcase_add_loop_test(tc, the_reason_for_which_a_route_wins, 0, UNIT_COUNT(ranks));
    tcase_add_test(tc, the_rank_of_the_winner_is_told);
    tcase_add_test(tc, the_winning_virtual_host_is_told);
    tcase_add_test(tc, nothing_configured_matches_nothing);
    tcase_add_test(tc, a_host_name_of_any_length_is_survived);
    tcase_add_test(tc, the_index_agrees_with_the_rule);
    tcase_add_loop_test(tc, what_comes_nearest_is_told, 0, UNIT_COUNT(strays));
    tcase_add_loop_test(tc, a_route_without_effect_comes_nearest, 0, UNIT_COUNT(lost));
    return s;
}

UNIT_MAIN(suite)

/* tools/wlmcfg/import/httpd/httpd.h: what the files of `wlmcfg import mod_proxy_balancer` share.
 *
 * The way: files, lines, sections and variables (_httpd_read.c) -> directives (_httpd.c says whose) -> virtual hosts
 * (_httpd_hosts.c), balancers and their members (_httpd_members.c, _httpd_make.c, parameters _httpd_params.c), what is
 * passed to them (_httpd_pass.c). Much is known only at the end of all files, so parameters and passes are kept until
 * then.
 */
#ifndef WLMCFG_IMPORT_HTTPD_HTTPD_H
#define WLMCFG_IMPORT_HTTPD_HTTPD_H

#include "tools/wlmcfg/import/common/import.h"

/** "scheme://host:port/path" */
typedef struct httpd_url_t {
    const char *scheme, *host;     /* lower case; an IPv6 address without brackets */
    int port;                      /* 0: not given */
    const char *path;              /* "" or what begins with the slash */
} httpd_url_t;

typedef struct httpd_param_t {
    const char *name, *value;      /* value is "" when there is none */
    source_line_t at;
} httpd_param_t;

/** The main server, or a <VirtualHost>. */
typedef struct httpd_scope_t {
    plugin_cfg_virtual_host_group_t *hosts; /* NULL: the main server */
    apr_array_header_t *addresses; /* const char *: of the <VirtualHost> */
    apr_array_header_t *names;     /* const char *: ServerName first */
    apr_hash_t *balancers;         /* name in lower case -> httpd_balancer_t * */
    int timeout, proxy_timeout;    /* seconds, -1: not given */
    int has_condition;             /* a RewriteCond waits for its RewriteRule */
    source_line_t at;
} httpd_scope_t;

typedef struct httpd_balancer_t {
    import_cluster_t *cluster;
    httpd_scope_t *scope;
    apr_array_header_t *params;    /* httpd_param_t */
    apr_array_header_t *members;   /* httpd_member_t * */
} httpd_balancer_t;

/** A BalancerMember, or the one server of a ProxyPass. */
typedef struct httpd_member_t {
    httpd_url_t url;
    source_line_t at;
    apr_array_header_t *params;    /* httpd_param_t */
} httpd_member_t;

/** A member that is being made. */
typedef struct httpd_making_t {
    struct httpd_t *httpd;
    httpd_balancer_t *balancer;
    const httpd_member_t *source;
    import_member_t *made;
    int is_sticky, fails_on_timeout; /* of the balancer */
    const char *route;
    int timeout, connect_timeout;  /* seconds, -1: not given */
    int lbset, is_standby;
    char out;                      /* the status by which it is left out; 0: it is not */
} httpd_making_t;

/** A ProxyPass, ProxyPassMatch or RewriteRule with [P]. */
typedef struct httpd_pass_t {
    const char *from;              /* a path, or a regular expression */
    int is_regex;
    const char *to;                /* a URL, or "!" */
    httpd_scope_t *scope;
    apr_array_header_t *params;    /* httpd_param_t */
    source_line_t at;
    long order;                    /* in which httpd tries them; the least one first */
    int is_rewrite;
} httpd_pass_t;

typedef struct httpd_section_t {
    const char *name;              /* in lower case */
    apr_array_header_t *words;     /* const char * */
    const char *text;              /* as in the file, for messages */
    const char *obstacle;          /* why its directives are not carried over; NULL: they are */
    source_line_t at;
} httpd_section_t;

typedef struct httpd_t {
    import_t *import;
    apr_hash_t *defines;           /* name -> value */
    const char *server_root;
    const char *directory;         /* of the first file */
    httpd_scope_t *main, *scope;   /* the present one */
    apr_array_header_t *scopes;    /* httpd_scope_t *, main first */
    apr_array_header_t *balancers; /* httpd_balancer_t *, all */
    apr_hash_t *workers;           /* "scheme://host:port" -> httpd_balancer_t * of a ProxyPass to one server */
    apr_array_header_t *sets;      /* httpd_member_t: parameters of ProxySet for members of that URL */
    apr_array_header_t *passes;    /* httpd_pass_t * */
    apr_array_header_t *sections;  /* httpd_section_t, the open ones */
    long number;                   /* of passes so far */
} httpd_t;

typedef struct httpd_directive_t {
    const char *name;
    const char **words;            /* ends with NULL */
    int n;
    source_line_t at;
    const char *missing;           /* a variable in it that is not defined; NULL: none */
    const char *obstacle;          /* of the sections that it stands in */
} httpd_directive_t;

/* -- tools/wlmcfg/import/httpd/model.c -- */

/** The innermost open section of this name. @return NULL: none */
const httpd_section_t *wlmcfg_httpd_section(const httpd_t *httpd, const char *name);

/* -- tools/wlmcfg/import/httpd/read.c -- */

/** Read a file, and what it includes. */
void wlmcfg_httpd_read(httpd_t *httpd, const char *file, int depth);

/* -- tools/wlmcfg/import/httpd/directives.c -- */

/** Any directive but those of the reader itself. */
void wlmcfg_httpd_parse_directive(httpd_t *httpd, const httpd_directive_t *directive);

/* -- tools/wlmcfg/import/httpd/hosts.c -- */

void wlmcfg_httpd_open_host(httpd_t *httpd, const httpd_section_t *section);
void wlmcfg_httpd_parse_names(httpd_t *httpd, const httpd_directive_t *directive);
/** Names and ports become virtual hosts. */
void wlmcfg_httpd_settle_hosts(httpd_t *httpd);

/* -- tools/wlmcfg/import/httpd/members.c -- */

/** @return 0 when it is no such URL */
int wlmcfg_httpd_parse_url(httpd_url_t *url, const char *text, apr_pool_t *p);
/** The balancer of a URL in the present scope; made when it is not there. */
httpd_balancer_t *wlmcfg_httpd_balancer(httpd_t *httpd, source_line_t at, const char *name);
/** For a pass, at the end: its balancer, or the cluster of its one server. @return NULL: told why not */
httpd_balancer_t *wlmcfg_httpd_destination(httpd_t *httpd, const httpd_pass_t *pass, const httpd_url_t *url);
void wlmcfg_httpd_parse_member(httpd_t *httpd, const httpd_directive_t *directive);
void wlmcfg_httpd_parse_set(httpd_t *httpd, const httpd_directive_t *directive);
/** "key=value" words. */
void wlmcfg_httpd_add_params(httpd_t *httpd, apr_array_header_t *params, const char *const *words, source_line_t at);

/* -- tools/wlmcfg/import/httpd/params.c -- */

/** "loadfactor=2 ...": into ->made, and what is not an attribute of it into the rest of making. */
void wlmcfg_httpd_parse_member_params(httpd_making_t *making, const apr_array_header_t *params);
/** Those of ->balancer. */
void wlmcfg_httpd_parse_balancer_params(httpd_making_t *making);

/* -- tools/wlmcfg/import/httpd/make.c -- */

/** Make the members of all balancers. */
void wlmcfg_httpd_settle_members(httpd_t *httpd);

/* -- tools/wlmcfg/import/httpd/pass.c -- */

void wlmcfg_httpd_parse_pass(httpd_t *httpd, const httpd_directive_t *directive);
/** Has a RewriteRule's "[L,P]" a flag? @param letter, name  its two spellings */
int wlmcfg_httpd_has_flag(const char *flags, const char *letter, const char *name);
void wlmcfg_httpd_parse_rewrite(httpd_t *httpd, const httpd_directive_t *directive);
/** First: find or make what is passed to. @return httpd_balancer_t * for each pass; NULL: none */
httpd_balancer_t **wlmcfg_httpd_settle_destinations(httpd_t *httpd);
/** Last, when all members are there: rules. */
void wlmcfg_httpd_settle_passes(httpd_t *httpd, httpd_balancer_t **destinations);

/* -- tools/wlmcfg/import/httpd/regex.c -- */

#define IMPORT_GROUPS 10

/**
 * A regular expression as a pattern of plugin-cfg.xml, where * is the only wildcard.
 * @param groups  out: what ( ) have in them, [0] all; NULL where there is none
 * @return NULL when there is no pattern that matches the same
 */
const char *wlmcfg_import_pattern(const char *regex, const char *groups[IMPORT_GROUPS], apr_pool_t *p);

#endif

/* tools/wlmcfg/import/httpd/model.h: what `wlmcfg import` has read of httpd's files. Much is known only at the end
 * of all files, so parameters and passes are kept until then. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_MODEL_H
#define WLMCFG_IMPORT_HTTPD_MODEL_H

#include "tools/wlmcfg/import/common/model.h"

/** "scheme://host:port/path", or "unix:/run/app.sock|scheme://host:port/path" */
typedef struct httpd_url_t {
    const char *scheme, *host;     /* lower case; an IPv6 address without brackets */
    int port;                      /* 0: not given */
    const char *socket;            /* "unix:/run/app.sock"; NULL: it is reached by host and port */
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
    int has_passes;
    int has_condition;             /* a RewriteCond that belongs to the next RewriteRule was read */
    source_line_t at;
} httpd_scope_t;

typedef struct httpd_balancer_t {
    import_cluster_t *cluster;
    httpd_scope_t *scope;
    apr_array_header_t *params;    /* httpd_param_t */
    apr_array_header_t *members;   /* httpd_member_t * */
    apr_array_header_t *prefixes;  /* const char *: paths of their URLs; equal ones in a row once */
} httpd_balancer_t;

/** A BalancerMember, or the one server of a ProxyPass. */
typedef struct httpd_member_t {
    httpd_url_t url;
    source_line_t at;
    apr_array_header_t *params;    /* httpd_param_t */
} httpd_member_t;

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

struct httpd_directive_t;

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
    /* parses any directive but those of the reader itself (Include, Define, ServerRoot) */
    void (*parse)(struct httpd_t *httpd, const struct httpd_directive_t *directive);
} httpd_t;

#endif

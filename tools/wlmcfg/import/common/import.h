/* tools/wlmcfg/import/common/import.h: what the files of `wlmcfg import` share.
 *
 * The way: a reader of one format (_jk*.c, _httpd*.c, _tomcat*.c) makes clusters, members and rules, and finds what
 * cannot be carried over; then tiers and weights are settled (_members.c), rules become URI groups and Routes
 * (_rules.c), and the whole is written (_xml.c). What is made is the reader's own model, so that the schema tells how
 * it is written.
 */
#ifndef WLMCFG_IMPORT_COMMON_IMPORT_H
#define WLMCFG_IMPORT_COMMON_IMPORT_H

#include <apr_hash.h>
#include "plugin-cfg/plugin_cfg.h"
#include "tools/wlmcfg/wlmcfg.h"

/** Where something stands that is imported. */
typedef struct source_line_t {
    const char *file;
    int line;
} source_line_t;

/** A member to be: the server, and what decides about its place in the cluster. */
typedef struct import_member_t {
    plugin_cfg_server_t *server;
    plugin_cfg_transport_t *transport; /* its first one */
    int load;                      /* hundredths of the weight that the source gives it; 0: no new sessions */
    int tier;                      /* the least one is primary; the others are backups in this order */
    int retry_interval;            /* seconds, -1: not given */
    source_line_t at;
} import_member_t;

typedef struct import_cluster_t {
    plugin_cfg_cluster_t *cluster;
    apr_array_header_t *members;   /* import_member_t * */
    const char *cookie, *url_identifier; /* of its sessions; NULL: the usual ones */
    source_line_t at;
} import_cluster_t;

/** "Requests for this pattern go to that cluster", or, without a cluster, to none. */
typedef struct import_rule_t {
    const char *pattern;           /* as in a Uri */
    import_cluster_t *cluster;
    plugin_cfg_virtual_host_group_t *hosts; /* NULL: every host */
    const char *cookie, *url_identifier; /* of its sessions; NULL: those of the cluster */
    source_line_t at;
} import_rule_t;

typedef struct import_t {
    plugin_cfg_t *cfg;             /* what will be written; ->findings: what is told */
    apr_array_header_t *clusters;  /* import_cluster_t * */
    apr_array_header_t *rules;     /* import_rule_t *, the one that the source tries first is first */
    apr_hash_t *reported;          /* findings, to tell each once: a template is read for every worker that has it */
    apr_hash_t *comments;          /* a part of cfg -> const char *, which will stand before it */
    /* from the command line */
    apr_array_header_t *ports;     /* const char *: "AJP=HTTP" or "HOST:AJP=HTTP" */
    apr_array_header_t *uris;      /* const char * */
    apr_hash_t *defines;           /* name -> value */
    const char *cluster_name;      /* NULL: as the source has it */
    apr_pool_t *p;
} import_t;

/* -- the formats: words are the files. @return 0 when the call is wrong, which has been said -- */

int wlmcfg_import_jk(import_t *import, char **words, int n);
int wlmcfg_import_httpd(import_t *import, char **words, int n);
int wlmcfg_import_tomcat(import_t *import, char **words, int n);

/* -- tools/wlmcfg/import/tell.c: findings and values -- */

/** @param id  one of the table in docs/migration.md */
void wlmcfg_import_add_finding(import_t *import, plugin_cfg_severity_t severity, source_line_t at, const char *id,
                               const char *format, ...) __attribute__((format(printf, 5, 6)));
/** Let a comment stand before a part of the output. @param part  of import->cfg */
void wlmcfg_import_comment(import_t *import, const void *part, const char *text);
/** Findings by file, in the order in which the files were first spoken of, and by line. */
void wlmcfg_import_sort(import_t *import);

/** What is said of a directive or property that is known, but not carried over. */
typedef struct unsupported_setting_t {
    const char *name;         /* the last one of a table is NULL; "Proxy*": whatever begins so, compared without case */
    plugin_cfg_severity_t severity;
    const char *id;
    const char *what;              /* what becomes of it, and what to do instead */
} unsupported_setting_t;

/** Tell it. @param value  NULL: none to be shown  @return 0 when the name is not in the table */
int wlmcfg_import_add_unsupported(import_t *import, source_line_t at, const unsupported_setting_t *unsupported,
                                  const char *name, const char *value);

/** A whole number without sign. @return 0 when it is none or out of range, which is told as an error */
int wlmcfg_import_number(import_t *import, source_line_t at, const char *name, const char *text, int min, int max,
                         int *pvalue);
/**
 * A time as seconds; fractions are rounded up, and told.
 * @param units  "ms": milliseconds, "s": seconds, "ms?" and "s?": so unless a unit of httpd follows (ms, s, mi, min, h)
 * @return 0 when it is none, which is told as an error
 */
int wlmcfg_import_seconds(import_t *import, source_line_t at, const char *name, const char *text, const char *units,
                          int *pvalue);
/** on, off and what goes for them. @return 0 when it is neither, which is told as an error */
int wlmcfg_import_boolean(import_t *import, source_line_t at, const char *name, const char *text, int *pvalue);
/** Can it stand in an XML file? If not, that is told as an error. */
int wlmcfg_import_is_text(import_t *import, source_line_t at, const char *text);

/* -- tools/wlmcfg/import/text.c: files of lines -- */

char *wlmcfg_import_lower(const char *text, apr_pool_t *p);
/** The first characters of a text, without blanks around them. */
char *wlmcfg_import_trim(const char *text, size_t len, apr_pool_t *p);

/** Open a file or pipe to be read. @return NULL when it cannot be, or is too large, which is told as an error */
FILE *wlmcfg_import_open(import_t *import, const char *file);

typedef struct import_line_t {
    const char *text;              /* without blanks around it */
    source_line_t at;              /* where it begins */
    int is_joined;                 /* of several */
} import_line_t;

/** All lines that are not empty. Lines that end in a backslash are joined with the next one.
 *  @param comment  what begins a comment anywhere in a line; 0: nothing does
 *  @return import_line_t; NULL when the file cannot be read, which is told as an error */
apr_array_header_t *wlmcfg_import_lines(import_t *import, const char *file, char comment);

/**
 * Replace variables, $(name) or ${name}, in braces also ${name:-default}.
 * @param own  name -> value, of the file; those of --define go before them; NULL: none
 * @param pmissing  out: the first name that has no value and was left as it was, or NULL
 * @return NULL when it would be too long
 */
const char *wlmcfg_import_expand(import_t *import, const char *text, char bracket, apr_hash_t *own,
                                 const char **pmissing);
/** The same, where what is wrong is told as an error. @return NULL then */
const char *wlmcfg_import_resolve(import_t *import, source_line_t at, const char *text, char bracket, apr_hash_t *own);

/* -- tools/wlmcfg/import/members.c: clusters and their members -- */

/** @param name  gets a number when there is one of that name already */
import_cluster_t *wlmcfg_import_add_cluster(import_t *import, source_line_t at, const char *name);
/** With one transport, whose host and port are to be set. */
import_member_t *wlmcfg_import_add_member(import_t *import, import_cluster_t *cluster, source_line_t at,
                                          const char *name);
plugin_cfg_transport_t *wlmcfg_import_add_transport(import_t *import, import_member_t *member);
plugin_cfg_virtual_host_group_t *wlmcfg_import_make_hosts(import_t *import, const char *name);
/** Once each. @param name  "host:port" */
void wlmcfg_import_add_host(import_t *import, plugin_cfg_virtual_host_group_t *hosts, const char *name);

/** Host and port of a member that was reached by AJP: the port is --port's, or it is told that it must be given. */
void wlmcfg_import_set_ajp(import_t *import, import_member_t *member, const char *host, int port);
/** Tiers, weights and RetryInterval of all clusters. */
void wlmcfg_import_settle(import_t *import);

/* -- tools/wlmcfg/import/rules.c: URI groups and Routes -- */

import_rule_t *wlmcfg_import_add_rule(import_t *import, source_line_t at, const char *pattern,
                                      import_cluster_t *cluster, plugin_cfg_virtual_host_group_t *hosts);
/** "do this for what must not be routed": the lines for a pattern, with ", " between them, because a message is one
 *  line */
const char *wlmcfg_import_exclusion(import_t *import, const char *pattern);
/** Make groups and Routes out of the rules. */
void wlmcfg_import_route(import_t *import);

/* -- tools/wlmcfg/import/xml.c -- */

/** @param title  a comment at the top  @param plen  how many bytes  @return NULL when memory ran out */
const char *wlmcfg_import_bytes(import_t *import, const char *title, apr_size_t *plen);
/** The defaults of an element. */
void wlmcfg_import_set_defaults(const char *element, void *model);

#endif

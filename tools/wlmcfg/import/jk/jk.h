/* tools/wlmcfg/import/jk/jk.h: what the files of `wlmcfg import mod_jk` share. On main()'s thread. */
#ifndef WLMCFG_IMPORT_JK_JK_H
#define WLMCFG_IMPORT_JK_JK_H

#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"

/** A line worker.WORKER.NAME=VALUE; the first one, when several add up to a list. */
typedef struct jk_property_t {
    const char *worker, *name;     /* worker is "" for worker.list and worker.maintain */
    const char *value;             /* of a list the last one */
    apr_array_header_t *values;    /* const char *: all */
    source_line_t at;
    int is_used;                   /* by a worker that is carried over */
} jk_property_t;

/** A worker that requests can be sent to: one of worker.list. */
typedef struct jk_target_t {
    const char *name;
    import_cluster_t *cluster;     /* NULL: a status worker, or one that is not carried over */
} jk_target_t;

typedef struct jk_t {
    import_t *import;
    apr_array_header_t *properties; /* jk_property_t *, as in the file */
    apr_hash_t *by_key;            /* "worker.name" -> jk_property_t * */
    apr_hash_t *workers;           /* those that have any property -> array of jk_property_t *, as in the file */
    apr_hash_t *templates;         /* those that workers refer to which are carried over */
    apr_hash_t *targets;           /* name -> jk_target_t * */
    apr_array_header_t *mounts;    /* import_rule_t *, in the order of the files */
} jk_t;

/** @param words  workers.properties, perhaps uriworkermap.properties
 *  @return 0 when the call is wrong; the reason is on standard error */
int wlmcfg_import_jk(import_t *import, char **words, int n);

/* -- tools/wlmcfg/import/jk/properties.c -- */

/** Read workers.properties into jk->properties and jk->by_key. What cannot be read is a finding. */
void wlmcfg_jk_read_properties(jk_t *jk, const char *file);
/** What a worker has, itself or by reference. @return NULL: nothing */
jk_property_t *wlmcfg_jk_get(jk_t *jk, const char *worker, const char *name);
/** All that a worker has. @return jk_property_t *; which of two of a name counts, comes first and the other not */
apr_array_header_t *wlmcfg_jk_all(jk_t *jk, const char *worker);
/** The words of a list, which blanks and commas separate. @param property  NULL: none  @return const char * */
apr_array_header_t *wlmcfg_jk_words(jk_t *jk, const jk_property_t *property);

/** Report the properties of a worker that are not carried over. @param carried  names that are; ends with NULL */
void wlmcfg_jk_report_rest(jk_t *jk, const char *worker, const char *const *carried,
                           const unsupported_setting_t *unsupported);

/* -- tools/wlmcfg/import/jk/workers.c -- */

/** Make a cluster of each worker of worker.list. */
void wlmcfg_jk_make_clusters(jk_t *jk);

/* -- tools/wlmcfg/import/jk/members.c -- */

/** Add a worker to a cluster. @param balancer  the lb worker that it belongs to; NULL: it is in worker.list itself */
void wlmcfg_jk_add_member(jk_t *jk, import_cluster_t *cluster, const char *balancer, const char *worker);
/** A disabled worker that others name by redirect becomes a backup. */
void wlmcfg_jk_set_redirects(jk_t *jk, import_cluster_t *cluster, const apr_array_header_t *workers);

/* -- tools/wlmcfg/import/jk/uris.c -- */

/** Add the rules of a "mount" property. */
void wlmcfg_jk_mount(jk_t *jk, const jk_target_t *target);
/** @param file  uriworkermap.properties; NULL: none */
void wlmcfg_jk_read_rules(jk_t *jk, const char *file);

#endif

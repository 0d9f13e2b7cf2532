/* httpd/runtime/segment.h: the shared memory, for the files that give its records to members. */
#ifndef WLM_HTTPD_RUNTIME_SEGMENT_H
#define WLM_HTTPD_RUNTIME_SEGMENT_H

#include "httpd/mod_wlm.h"
#include "shared/children.h"
#include "shared/file_text.h"

/* Where things are; the same in all processes, but for `own` */
typedef struct wlm_segment_t {
    wlm_shared_work_t *work;
    wlm_shared_file_t *files;      /* by wlm_file_t.number */
    char *texts;                   /* ... wlm_file_text_t, wlm_segment_text() */
    wlm_slots_t clusters, members; /* wlm_shared_cluster_t, wlm_shared_member_t */
    int max_clusters, max_members;
    wlm_children_t children;       /* their rows; and the queues */
    pid_t parent;                  /* who made all this */
    wlm_shared_child_t *own;       /* this process' row, NULL in the parent */
    int queue_length;              /* places in each queue; 0: there are none */
    int doubt;                     /* in the parent: a child died in the middle of a change, and a tally may be too large */
    unsigned char secret[16];      /* of this run of httpd: what the status page's forms are known by. Not in shared memory, which
                                      other users could read with APR before 1.7.5 (CVE-2023-49582) */
} wlm_segment_t;

extern wlm_segment_t wlm_segment;

/** A count of this process. NULL in the parent. */
_Atomic uint32_t *wlm_segment_own(wlm_own_t what, int slot);
/** Those of all processes. */
wlm_rows_t wlm_segment_rows(wlm_own_t what, int slot);

wlm_queue_t *wlm_segment_queue(int cluster_slot);

/** The text of a file that all processes shall have taken up. */
wlm_file_text_t *wlm_segment_text(const wlm_file_t *file);

/** The parent's version goes on in a child: with the child's own part of the counts. */
void wlm_version_bind(wlm_version_t *version);

/* -- httpd/runtime/endpoints.c: connections and addresses outlive the configuration they were made for ---------- */

/** In the parent: room for the links of so many member slots. */
void wlm_endpoints_init(int max_members, apr_pool_t *pconf);
/**
 * The link of a member, in this process: the one that is there, or a new one when it has another transport.
 * @param tls   what wlm_certificates_take() gave; NULL: without TLS. The link has a reference of its own
 * @param name  that the member's certificate must have
 */
wlm_endpoint_t *wlm_endpoints_take(int slot, const plugin_cfg_transport_t *transport, struct wlm_certificates_use_t *tls, const char *name);
/** Use it no more; who is the last closes its connections. */
void wlm_endpoints_give(wlm_endpoint_t *link);
/** One user more, of a link that is in use. */
void wlm_endpoints_hold(wlm_endpoint_t *link);

/* -- httpd/runtime/certificates.c: certificates and keys, for https to members --------------------------------------------- */

/** What files say (net/tls.h); members with equal settings share it. It lives as long as somebody uses it, over changes of the
 *  configuration. */
typedef struct wlm_certificates_use_t {
    wlm_tls_t *tls;
    apr_pool_t *pool;
    int users;
    apr_time_t warn_at;            /* about our own certificate, that it expires: not before */
    struct wlm_certificates_use_t *next;
} wlm_certificates_use_t;

/** In the parent. */
void wlm_certificates_init(apr_pool_t *pconf);
/**
 * For an https transport: what there is already, or what its files say.
 * @param pwhy  what is wrong, in p
 * @return NULL: the transport cannot be used
 */
wlm_certificates_use_t *wlm_certificates_take(const wlm_options_t *options, const plugin_cfg_transport_t *transport, const char **pwhy,
                            apr_pool_t *p);
/** One more user. */
void wlm_certificates_share(wlm_certificates_use_t *use);
/** Use it no more. */
void wlm_certificates_give(wlm_certificates_use_t *use);
/** Once a second in each process: changed files, expiry.
 *  @param tells  this process tells what is found; it is the same in all */
void wlm_certificates_tidy(const wlm_member_t *member, const wlm_member_transport_t *way, int tells, server_rec *s, apr_time_t now, apr_pool_t *ptemp);
/** Warn of what is set to be unsafe. */
void wlm_certificates_log_findings(server_rec *s);

#endif

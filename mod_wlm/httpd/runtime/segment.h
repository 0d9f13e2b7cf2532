/* httpd/runtime/segment.h: the layout of the shared memory of one configuration. Made in the parent, inherited by
 * all children; what is atomic in it may be used by any thread. */
#ifndef WLM_HTTPD_RUNTIME_SEGMENT_H
#define WLM_HTTPD_RUNTIME_SEGMENT_H

#include <httpd.h>
#include "httpd/context/files.h"
#include "shared/children.h"
#include "shared/file_text.h"
#include "shared/lease.h"

/* Addresses; the same in all processes, except `row` */
typedef struct wlm_segment_t {
    wlm_shared_work_t *work;
    wlm_shared_file_t *files;      /* by wlm_file_t.number */
    wlm_remote_record_t *remote;   /* of WLMAffinityStore */
    char *texts;                   /* ... wlm_file_text_t, wlm_segment_text() */
    wlm_slots_t clusters, members; /* wlm_shared_cluster_t, wlm_shared_member_t */
    int max_clusters, max_members;
    apr_size_t size, texts_size;   /* bytes: of all but the texts; of the texts, most of which are never written */
    wlm_children_t children;       /* the rows of the child processes; and the queues */
    pid_t parent;                  /* the process that made the segment */
    wlm_shared_child_t *row;       /* of this process; NULL in the parent */
    int queue_length;              /* slots of each queue; 0: there are no queues */
    int needs_recount;             /* in the parent: a child died during a change, so a tally may be too large */
    unsigned char secret[16];      /* of this run of httpd; signs the status page's forms. Not in shared memory, which
                                      other users could read with APR before 1.7.5 (CVE-2023-49582) */
} wlm_segment_t;

extern wlm_segment_t wlm_segment;

/** A count in the row of this process. NULL in the parent. */
_Atomic uint32_t *wlm_segment_count(wlm_child_count_t what, int slot);
/** The same count in the rows of all processes. */
wlm_process_counts_t wlm_segment_counts(wlm_child_count_t what, int slot);

/** The queue of a cluster; only where queue_length is not 0. */
wlm_queue_t *wlm_segment_queue(int cluster_slot);

/** The published text of a file, which all processes adopt. */
wlm_file_text_t *wlm_segment_text(const wlm_file_t *file);

/** When a configuration is checked, also by `httpd -t`: is there a provider of shared memory? Logs its absence. */
apr_status_t wlm_segment_check(server_rec *s);
/** Once per configuration, in the parent, before children are made. It ends with pconf. */
apr_status_t wlm_segment_create(apr_pool_t *pconf, server_rec *s);
/** The key by which a member is known, also in other configurations. */
uint64_t wlm_segment_key(const wlm_shared_member_t *member);
/** The lease of the process that does the health checks. */
wlm_lease_t *wlm_segment_check_lease(void);

#endif

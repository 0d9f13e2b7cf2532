/* mod_wlm_state.h: the shared memory, for the files that give its records to members. */
#ifndef MOD_WLM_STATE_H
#define MOD_WLM_STATE_H

#include "mod_wlm.h"
#include "wlm_slots.h"
#include "wlm_text.h"

/* Where things are; the same in all processes, but for `own` */
typedef struct wlm_state_t {
    wlm_shared_work_t *work;
    wlm_shared_file_t *files;      /* by wlm_file_t.number */
    char *texts;                   /* ... wlm_text_t, wlm_state_text() */
    wlm_slots_t clusters, members; /* wlm_shared_cluster_t, wlm_shared_member_t */
    int max_clusters, max_members;
    char *children;                /* rows of wlm_shared_child_t, `row_size` bytes each */
    apr_size_t row_size;
    int nrows;
    pid_t parent;                  /* who made all this */
    wlm_shared_child_t *own;       /* this process' row, NULL in the parent */
    char *queues;                  /* one for each cluster slot */
    int queue_length;              /* places in each; 0: there are none */
} wlm_state_t;

extern wlm_state_t wlm_state;

/* what a row counts for its process, by slot */
typedef enum { WLM_OWN_IN_FLIGHT, WLM_OWN_RETRYING, WLM_OWN_MEMBERS, WLM_OWN_CLUSTERS, WLM_OWN_IDLE } wlm_own_t;

/** NULL where there is no row. */
_Atomic uint32_t *wlm_state_own(wlm_own_t what, int slot);

/** How many connections to a member idle, in all processes; as of a second ago. */
uint64_t wlm_state_idle(int member_slot);

wlm_queue_t *wlm_state_queue(int cluster_slot);

/** The text of a file that all processes shall have taken up. */
wlm_text_t *wlm_state_text(const wlm_file_t *file);

/** The parent's version goes on in a child: with the child's own part of the counts. */
void wlm_version_bind(wlm_version_t *version);

/* -- mod_wlm_links.c: connections and addresses outlive the configuration they were made for ---------- */

/** In the parent: room for the links of so many member slots. */
void wlm_links_init(int max_members, apr_pool_t *pconf);
/** The link of a member, in this process: the one that is there, or a new one when it has another transport. */
wlm_link_t *wlm_links_take(int slot, const plugin_cfg_transport_t *transport);
/** Use it no more; who is the last closes its connections. */
void wlm_links_give(int slot, wlm_link_t *link);

#endif

/* httpd/runtime/records.h: the records of a version's clusters and members in shared memory.
 * On the thread that makes the version, in any process. */
#ifndef WLM_HTTPD_RUNTIME_RECORDS_H
#define WLM_HTTPD_RUNTIME_RECORDS_H

#include "httpd/context/files.h"
#include "shared/slots.h"

/** What a new version of a file needs: a wish for each of its clusters and members, in the order of the file. */
typedef struct wlm_records_plan_t {
    wlm_slot_wish_t *wishes[WLM_SLOT_KINDS];
    int nwishes[WLM_SLOT_KINDS];
} wlm_records_plan_t;

/** Why a plan has no slots. */
typedef struct wlm_records_shortage_t {
    wlm_slot_kind_t kind;          /* of this there are too few */
    int needed, free, published, most; /* new ones; free now; those of the versions in use; all */
} wlm_records_shortage_t;

/**
 * Find what is whose successor: members that have the name, or an address and the clone id, of one of the version
 * before (compare/pairs.h) go on with its record.
 * @param before  a version that this process uses; NULL: the first one
 */
wlm_records_plan_t *wlm_records_plan(const wlm_file_t *file, const plugin_cfg_t *cfg, const wlm_version_t *before,
                                     apr_pool_t *p);
/**
 * Find or make the records; sets cluster_slots and member_slots of a version that has none yet.
 * @return 0: there are too few slots, and nothing has changed
 */
int wlm_records_acquire(wlm_version_t *version, wlm_records_plan_t *plan, wlm_records_shortage_t *shortage,
                        apr_pool_t *ptemp);
/** Can versions before, when their last requests end, free what is needed? */
static inline int wlm_records_may_be_freed(const wlm_records_shortage_t *shortage)
{
    return shortage->needed <= shortage->most - shortage->published;
}
/** The shortage for people: what there is, and what makes room. */
const char *wlm_records_shortage_text(const wlm_records_shortage_t *shortage, apr_pool_t *p);

/** Has a version as many clusters and members as what is published has slots? So it is when it was read from that. */
int wlm_records_fit(const wlm_version_t *version, const wlm_published_t *published);
/**
 * Use the records of a published version, in a child process: one that this process has loaded from the text, or that
 * it has inherited from the parent. Sets its slots.
 * @return 0: another version has been published since
 */
int wlm_records_adopt(wlm_version_t *version, const wlm_published_t *published);
/** Publish a version, in place of the one with the generation that it has. Its slots have the names of the plan then.
 *  @return 0: another one has been published since */
int wlm_records_publish(wlm_version_t *version, const wlm_records_plan_t *plan, apr_pool_t *ptemp);

/** Release the records of a version that counts in the row of this process. */
void wlm_records_release(wlm_version_t *version);
/** In the process that uses the version: let its clusters and members count in the row of this process. */
void wlm_records_bind(wlm_version_t *version);

#endif

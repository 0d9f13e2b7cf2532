/* view/page_attention.h: members, clusters and files that need attention.
 * Runs on the thread that answers the request. */
#ifndef WLM_VIEW_PAGE_ATTENTION_H
#define WLM_VIEW_PAGE_ATTENTION_H

#include "view/page.h"

typedef struct wlm_page_attention_t {
    int clusters, members;
    int attention;                 /* members that are out or failing */
    int steered;                   /* members */
    int refused;                   /* files */
    int expiring;                  /* members with a certificate that expires soon, theirs or the one shown to them */
    int served_otherwise;          /* clusters whose new sessions no primary gets */
} wlm_page_attention_t;

/** Count them in all clusters and files. */
wlm_page_attention_t wlm_page_attention_sum(const wlm_view_t *view);
/** The number of members, clusters and files that need attention. */
int wlm_page_attention_count(const wlm_page_attention_t *sums);
/** Write the section that lists them, or says that there are none. */
void wlm_page_attention_print(const wlm_page_t *page, const wlm_page_attention_t *sums);

#endif

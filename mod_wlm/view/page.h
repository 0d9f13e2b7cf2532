/* view/page.h: the view as a page for the person on call: first what needs attention, and why; then the clusters, with
 * the members that need attention first; then the files. It is complete without scripts, and has none.
 * Runs on the thread that answers the request.
 *
 *   view/page.c          the frame of the page; the files
 *   view/page_attention.c  members, clusters and files that need attention
 *   view/page_engine.c   requests that wait, and what httpd allows
 *   view/page_cluster.c  a cluster and its members, a row for each
 *   view/page_member.c   a page for one member, with its events
 *   view/page_events.c   what happened to files, clusters and members
 *   view/page_forms.c    forms for administrative actions
 *   view/page_state.c    a member's state: badges, since when, why
 *   view/page_chart.c    a member's last minutes as a chart
 *   view/page_text.c     texts, numbers and times
 *   view/page_links.c    links
 *   view/page_fold.c     which clusters the user has opened and closed
 *   view/page_section.c    the section in mod_status' page
 *   view/page.css        its style sheet, also for small and for dark screens
 *
 * The output is valid as HTML and as XML. All texts are escaped. Its functions return HTML, in page->out->p.
 */
#ifndef WLM_VIEW_PAGE_H
#define WLM_VIEW_PAGE_H

#include "view/out.h"
#include "view/view.h"

#define WLM_PAGE_SINCE "1h"       /* the events that are listed when nothing else is requested */

typedef struct wlm_page_folds_t wlm_page_folds_t;

/** A page, and its parameters. Texts are not escaped yet; NULL: there is none. */
typedef struct wlm_page_t {
    const wlm_out_t *out;
    const wlm_view_t *view;        /* with the events that are listed */
    const char *host;              /* of the server, for the title */
    const char *nonce;             /* of the style element, as the Content-Security-Policy has it */
    const char *token;             /* for forms; NULL: the user may not administer members, so there are no forms */
    int comment_max;               /* bytes of a comment that are kept */
    const char *result;            /* of the previous action */
    const char *cluster, *member;  /* show only this cluster; only this member of it */
    const char *find;              /* show only members with this in one of their texts */
    const char *since;             /* the events that are listed; NULL: of WLM_PAGE_SINCE */
    const wlm_page_folds_t *folds; /* which clusters were opened and closed (view/page_fold.h); NULL: none */
    int refresh;                   /* s between automatic reloads of the page; 0: none */
} wlm_page_t;

/** Do the cluster and the member exist that the page was requested for? */
int wlm_page_exists(const wlm_page_t *page);

/** Write the page. */
void wlm_page_write(const wlm_page_t *page);

#endif

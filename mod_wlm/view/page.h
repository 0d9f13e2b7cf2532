/* view/page.h: the view as a page for the person on call: first what needs attention, and why; then the clusters, with
 * the members that need attention first; then the files. It is complete without scripts, and has none.
 *
 *   view/page.c          the page around it all; the files
 *   view/page_attention.c  what needs attention
 *   view/page_cluster.c  a cluster and its members, a row for each
 *   view/page_member.c   a page for one member, with its events
 *   view/page_forms.c    what can be done
 *   view/page_state.c    a member's state: badges, since when, why
 *   view/page_chart.c    ... and its last minutes as a chart
 *   view/page_text.c     texts, numbers and times
 *   view/page_links.c    links
 *   view/page_section.c    the section in mod_status' page
 *   view/page.css        its style sheet, also for small and for dark screens
 *
 * What it writes is HTML and XML at the same time. All texts are escaped. What its functions return is HTML, in
 * page->out->p.
 */
#ifndef WLM_VIEW_PAGE_H
#define WLM_VIEW_PAGE_H

#include "view/out.h"
#include "view/view.h"

/** A page, and its parameters. Texts are not escaped yet; NULL: there is none. */
typedef struct wlm_page_t {
    const wlm_out_t *out;
    const wlm_view_t *view;        /* with events, when it is for a member */
    const char *host;              /* of the server, for the title */
    const char *nonce;             /* of the style element, as the Content-Security-Policy has it */
    const char *token;             /* for forms; NULL: the user may not steer, so there are none */
    const char *result;              /* what an action has done */
    const char *cluster, *member;  /* only this cluster; only this member of it */
    const char *find;              /* only members of whose texts this is a part */
    int refresh;                   /* s, how often the page is to be loaded again; 0: not by itself */
} wlm_page_t;

/** Are the cluster and the member there that the page is to be for? */
int wlm_page_exists(const wlm_page_t *page);

/** Write the page. */
void wlm_page_write(const wlm_page_t *page);

#endif

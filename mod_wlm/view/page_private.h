/* view/page_private.h: what the files of the page share. What is returned is HTML, in page->out->p. */
#ifndef WLM_VIEW_PAGE_PRIVATE_H
#define WLM_VIEW_PAGE_PRIVATE_H

#include "view/page.h"

/* -- parts: texts in HTML ---------------------------------------------------------------------------- */

/** @return the text, escaped for elements and for attributes in double quotes; NULL is "" */
const char *wlm_page_text(const wlm_page_page_t *page, const char *text);
/** @return "1,234,567" */
const char *wlm_page_count(const wlm_page_page_t *page, uint64_t n);
/** @return "12 ms", or a dash for 0: it is not known */
const char *wlm_page_seconds(const wlm_page_page_t *page, double seconds);
/** @return "1.2M" */
const char *wlm_page_bytes(const wlm_page_page_t *page, uint64_t bytes);
/** @return "10:15:00 (3 min ago)"; the day, too, when it is not today. @param ms  not 0 */
const char *wlm_page_time(const wlm_page_page_t *page, uint64_t ms);
/** @return when the page was made, with the day and the time zone, by which its other times are meant */
const char *wlm_page_now(const wlm_page_page_t *page);
/** @return a field's value in words, "" when there is none */
const char *wlm_page_field(const wlm_page_page_t *page, const wlm_field_t *field, const void *of);
/** @return "3 not-connected, 1 timed-out", "" when there were none */
const char *wlm_page_failures(const wlm_page_page_t *page, const wlm_view_member_t *member);

/** The page itself, but for some of what it was asked for. @return "cluster=a&amp;member=b", "" for everything */
const char *wlm_page_query(const wlm_page_page_t *page, const char *cluster, const char *member, const char *find,
                           int refresh);
/** @param text  escaped @return a link to a member's page */
const char *wlm_page_member_link(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster,
                                 const wlm_view_member_t *member, const char *text);
/** @return the class of what is shown of a member */
const char *wlm_page_look(wlm_attention_t care);
/** @return the states of a member in words that stand out: "up", "down", "draining" */
const char *wlm_page_state(const wlm_page_page_t *page, const wlm_view_member_t *member);

/** Write what a member did in the last quarter of an hour, as a picture and in words. */
void wlm_page_chart(const wlm_page_page_t *page, const wlm_view_member_t *member);
/** Write since when a member is in its state, why, and until when. */
void wlm_page_story(const wlm_page_page_t *page, const wlm_view_member_t *member);

/* -- what needs attention ------------------------------------------------------------------------------ */

typedef struct wlm_page_sums_t {
    int clusters, members, ill, steered; /* ill: they need attention */
    int refused;                   /* files */
    int stopped;                   /* clusters of which no member gets new sessions */
} wlm_page_sums_t;

wlm_page_sums_t wlm_page_sum_up(const wlm_view_t *view);
/** How many things need attention? */
int wlm_page_count_wrong(const wlm_page_sums_t *sums);
/** Write them. */
void wlm_page_verdict(const wlm_page_page_t *page, const wlm_page_sums_t *sums);

/* -- members ---------------------------------------------------------------------------------------- */

/** Does the page show this member? */
int wlm_page_shows(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** Write a cluster with those of its members that the page shows; nothing when there are none.
 *  @param forms  each row has its forms; otherwise a link to the member's page: a browser takes its time for many forms */
void wlm_page_cluster(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster, int forms);
/** Write everything that is known of a member. */
void wlm_page_member(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);

/* -- forms: nothing is written when the person may not steer -------------------------------------------- */

/** Take a member out, or all of a cluster (member NULL), and put it back. */
void wlm_page_steer(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** ... the other actions, too: on a page of its own. */
void wlm_page_steer_more(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster, const wlm_view_member_t *member);
/** Take out all members of a host; load the files again. */
void wlm_page_steer_host(const wlm_page_page_t *page);
void wlm_page_reload(const wlm_page_page_t *page);

#endif

/* route/rank.h: the criteria by which one of two routes wins. Pure, any thread. */
#ifndef WLM_ROUTE_RANK_H
#define WLM_ROUTE_RANK_H

/** The criteria between two routes, in the order in which they decide. */
typedef struct wlm_route_rank_t {
    int literal_len;                       /* of the URI, as it matched; more is better */
    int is_exact;                          /* the URI has no wildcard */
    int host_rank;                         /* 0 host:port .. 4 no virtual host group; less is better */
    int order;                             /* position in the file; less is better */
} wlm_route_rank_t;

typedef enum {
    WLM_ROUTE_EQUAL,
    WLM_ROUTE_BY_LENGTH,
    WLM_ROUTE_BY_EXACTNESS,
    WLM_ROUTE_BY_HOST,
    WLM_ROUTE_BY_FILE_ORDER
} wlm_route_reason_t;

/** Which of two routes wins? @param preason  why  @return > 0: a, < 0: b, 0: they are equal */
int wlm_route_compare(wlm_route_reason_t *preason, const wlm_route_rank_t *a, const wlm_route_rank_t *b);

#endif

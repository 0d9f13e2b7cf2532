/* `wlmcfg import`: the rules that a source tries before a rule, as tries of their patterns. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "route/rank.h"
#include "tools/wlmcfg/import/common/earlier.h"
#include "tools/wlmcfg/import/common/model.h"

typedef struct entry_t {
    const import_rule_t *rule;
    int number;                    /* in the order in which they were added */
    struct entry_t *next;          /* with the same pattern, for other hosts or later */
} entry_t;

/* The patterns that begin in one way */
typedef struct node_t {
    struct node_t *next, *child;
    entry_t *entries;              /* of the pattern that ends here, the latest first */
    const import_cluster_t *cluster; /* of those that begin so and have one; NULL: none has */
    int has_others;                /* not all have that one */
    int literals;                  /* characters other than stars, of what it stands for */
    char c;                        /* its last character */
} node_t;

struct import_earlier_t {
    apr_hash_t *by_hosts;          /* plugin_cfg_virtual_host_group_t *, also NULL -> node_t * */
    node_t with_hosts;             /* all that have a group of hosts */
    int n;
    apr_pool_t *p;
};

/* -- adding ------------------------------------------------------------------------------------ */

import_earlier_t *wlmcfg_import_earlier_make(apr_pool_t *p)
{
    import_earlier_t *made = apr_pcalloc(p, sizeof(*made));

    made->by_hosts = apr_hash_make(p);
    made->p = p;
    return made;
}

static node_t *child_of(node_t *node, char c, apr_pool_t *p)
{
    node_t *child;

    for (child = node->child; child && child->c != c; child = child->next) {
    }
    if (!child) {
        child = apr_pcalloc(p, sizeof(*child));
        child->c = c;
        child->literals = node->literals + (c != '*');
        child->next = node->child;
        node->child = child;
    }
    return child;
}

static void note_cluster(node_t *node, const import_cluster_t *cluster)
{
    node->has_others |= cluster && node->cluster && node->cluster != cluster;
    node->cluster = cluster ? cluster : node->cluster;
}

static void add_entry(import_earlier_t *earlier, node_t *root, const import_rule_t *rule)
{
    entry_t *entry = apr_palloc(earlier->p, sizeof(*entry));
    node_t *node = root;
    const char *c;

    note_cluster(root, rule->cluster);
    for (c = rule->pattern; *c; ++c) {
        node = child_of(node, *c, earlier->p);
        note_cluster(node, rule->cluster);
    }
    *entry = (entry_t){ rule, earlier->n, node->entries };
    node->entries = entry;
}

static const node_t *root_for(const import_earlier_t *earlier, const plugin_cfg_virtual_host_group_t *hosts)
{
    return apr_hash_get(earlier->by_hosts, &hosts, sizeof(hosts));
}

void wlmcfg_import_earlier_add(import_earlier_t *earlier, const import_rule_t *rule)
{
    node_t *root = apr_hash_get(earlier->by_hosts, &rule->hosts, sizeof(rule->hosts));

    if (!root) {
        root = apr_pcalloc(earlier->p, sizeof(*root));
        apr_hash_set(earlier->by_hosts, &rule->hosts, sizeof(rule->hosts), root);
    }
    add_entry(earlier, root, rule);
    if (rule->hosts) {
        add_entry(earlier, &earlier->with_hosts, rule);
    }
    ++earlier->n;
}

/* -- searching --------------------------------------------------------------------------------- */

/* How far a search has come in both */
typedef struct state_t {
    const node_t *node;
    const char *at;                /* in the pattern that it is for */
} state_t;

typedef struct search_t {
    const import_rule_t *rule;
    wlm_route_rank_t rank;         /* of the rule */
    int is_cover;                  /* what matches all of its paths is looked for, not what it overtakes */
    apr_array_header_t *states;    /* state_t: to be looked at */
    apr_hash_t *known;             /* these, and those that were: with several stars many steps lead to one */
    apr_array_header_t *found;     /* const entry_t * */
    apr_pool_t *p;
} search_t;

static void rank(wlm_route_rank_t *made, const import_rule_t *rule)
{
    const char *c;

    memset(made, 0, sizeof(*made));
    for (c = rule->pattern; *c; ++c) {
        made->literal_len += *c != '*';
    }
    made->is_exact = strchr(rule->pattern, '*') == NULL;
    made->host_rank = rule->hosts ? 0 : 4;
}

static int is_overtaken(const search_t *search, const import_rule_t *found)
{
    wlm_route_rank_t other;
    wlm_route_reason_t reason;

    rank(&other, found);
    return found->cluster && found->cluster != search->rule->cluster
           && wlm_route_compare(&reason, &search->rank, &other) >= 0;
}

/* Can anything that begins as this node says be what is searched for? */
static int is_of_use(const search_t *search, const node_t *node)
{
    return search->is_cover || (node->literals <= search->rank.literal_len && node->cluster
                                && (node->has_others || node->cluster != search->rule->cluster));
}

static int is_enough(const search_t *search)
{
    return !search->is_cover && search->found->nelts == IMPORT_OVERTAKEN_MOST;
}

static void push(search_t *search, const node_t *node, const char *at)
{
    state_t state = { node, at };

    if (is_of_use(search, node) && !apr_hash_get(search->known, &state, sizeof(state))) {
        apr_hash_set(search->known, apr_pmemdup(search->p, &state, sizeof(state)), sizeof(state), node);
        APR_ARRAY_PUSH(search->states, state_t) = state;
    }
}

static void step(search_t *search, state_t state)
{
    int is_star = *state.at == '*' && !search->is_cover; /* for a cover it is a character that only a star matches */
    const node_t *child;
    const entry_t *entry;

    for (child = state.node->child; child; child = child->next) {
        if (child->c == '*' || is_star) {
            push(search, child, state.at);
        }
        else if (child->c == *state.at) {
            push(search, child, state.at + 1);
        }
    }
    if (*state.at && (is_star || state.node->c == '*')) {
        push(search, state.node, state.at + 1);
    }
    for (entry = *state.at ? NULL : state.node->entries; entry && !is_enough(search); entry = entry->next) {
        if (search->is_cover || is_overtaken(search, entry->rule)) {
            APR_ARRAY_PUSH(search->found, const entry_t *) = entry;
        }
    }
}

/* @param root  NULL: there are no such rules */
static void search_in(search_t *search, const node_t *root)
{
    if (root) {
        push(search, root, search->rule->pattern);
    }
    while (search->states->nelts && !is_enough(search)) {
        step(search, *(const state_t *)apr_array_pop(search->states));
    }
}

static search_t make_search(const import_rule_t *rule, int is_cover, apr_pool_t *p)
{
    search_t search = { .rule = rule, .is_cover = is_cover, .p = p };

    rank(&search.rank, rule);
    search.states = apr_array_make(p, 64, sizeof(state_t));
    search.known = apr_hash_make(p);
    search.found = apr_array_make(p, 4, sizeof(const entry_t *));
    return search;
}

const import_rule_t *wlmcfg_import_earlier_cover(const import_earlier_t *earlier, const import_rule_t *rule)
{
    const entry_t *first = NULL;
    const import_rule_t *cover;
    search_t search;
    apr_pool_t *p;
    int i;

    apr_pool_create(&p, earlier->p);
    search = make_search(rule, 1, p);
    search_in(&search, root_for(earlier, NULL));
    if (rule->hosts) {
        search_in(&search, root_for(earlier, rule->hosts));
    }
    for (i = 0; i < search.found->nelts; ++i) {
        const entry_t *entry = APR_ARRAY_IDX(search.found, i, const entry_t *);
        first = first && first->number < entry->number ? first : entry;
    }
    cover = first ? first->rule : NULL;
    apr_pool_destroy(p);
    return cover;
}

static int by_number(const void *a, const void *b)
{
    return (*(const entry_t *const *)a)->number - (*(const entry_t *const *)b)->number;
}

apr_array_header_t *wlmcfg_import_earlier_overtaken(const import_earlier_t *earlier, const import_rule_t *rule,
                                                    apr_pool_t *p)
{
    apr_array_header_t *overtaken = apr_array_make(p, 4, sizeof(const import_rule_t *));
    search_t search = make_search(rule, 0, p);
    int i;

    search_in(&search, root_for(earlier, NULL));
    search_in(&search, rule->hosts ? root_for(earlier, rule->hosts) : &earlier->with_hosts);
    qsort(search.found->elts, (size_t)search.found->nelts, sizeof(const entry_t *), by_number);
    for (i = 0; i < search.found->nelts; ++i) {
        APR_ARRAY_PUSH(overtaken, const import_rule_t *) = APR_ARRAY_IDX(search.found, i, const entry_t *)->rule;
    }
    return overtaken;
}

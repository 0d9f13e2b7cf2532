/* What wlm-discover reads: answers of Consul and Kubernetes, and those of a httpd. Input: a byte for the kind and the
 * options; a line, which is a field (X-Consul-Index) or a port; an answer, or the lines of a watch, which are cut into
 * pieces. What is taken gives members that a registry takes, each name and address once; those of Consul are the same
 * in whatever order they came; and a httpd that has been told of them needs to be told nothing more. */
#include <string.h>
#include <jansson.h>
#include "base/host.h"
#include "fuzz.h"
#include "registry/message.h"
#include "tools/discover/consul.h"
#include "tools/discover/known.h"
#include "tools/discover/plan.h"
#include "tools/discover/received.h"
#include "tools/discover/slices.h"

#define MARK "mark"

char tool_name[] = "fuzz";         /* stands in a main()'s file */
static const char *const contexts[] = { "/a", "/b" };

typedef struct watch_t {
    discover_slices_t slices;
    const char *port;
    int by_address;
    apr_pool_t *p;
} watch_t;

static const discover_member_t *at(const apr_array_header_t *members, int i)
{
    return &APR_ARRAY_IDX(members, i, discover_member_t);
}

/* -- members ------------------------------------------------------------------------------------------------------- */

static void check_member(const discover_member_t *member)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-";

    FUZZ_ASSERT(*member->name && strlen(member->name) <= WLM_MCMP_NAME_MAX);
    FUZZ_ASSERT(member->name[strspn(member->name, letters)] == '\0');
    FUZZ_ASSERT(*member->host && strlen(member->host) <= WLM_MCMP_VALUE_MAX);
    FUZZ_ASSERT(member->port >= 1 && member->port <= 65535);
    FUZZ_ASSERT(member->weight >= 0 && member->weight <= DISCOVER_WEIGHT_MAX);
    FUZZ_ASSERT(member->weight || member->is_drained);
}

static void check_members(const apr_array_header_t *members)
{
    int i, k;

    FUZZ_ASSERT(members->nelts <= DISCOVER_MEMBERS_MAX);
    for (i = 0; i < members->nelts; ++i) {
        check_member(at(members, i));
        for (k = 0; k < i; ++k) {
            FUZZ_ASSERT(strcmp(at(members, k)->name, at(members, i)->name) < 0);
            FUZZ_ASSERT(at(members, k)->port != at(members, i)->port
                        || !wlm_host_same(at(members, k)->host, at(members, i)->host));
        }
    }
}

static void check_same(const apr_array_header_t *one, const apr_array_header_t *other)
{
    int i;

    FUZZ_ASSERT(one->nelts == other->nelts);
    for (i = 0; i < one->nelts; ++i) {
        const discover_member_t *a = at(one, i), *b = at(other, i);

        FUZZ_ASSERT(strcmp(a->name, b->name) == 0 && strcmp(a->host, b->host) == 0 && a->port == b->port);
        FUZZ_ASSERT(a->weight == b->weight && a->is_drained == b->is_drained);
    }
}

/* -- what a httpd is told ------------------------------------------------------------------------------------------ */

static discover_site_t site_of(apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 2, sizeof(const char *));

    APR_ARRAY_PUSH(all, const char *) = contexts[0];
    APR_ARRAY_PUSH(all, const char *) = contexts[1];
    return (discover_site_t){ .balancer = "b", .contexts = all, .min = 0 };
}

static json_t *registry_of(const apr_array_header_t *members)
{
    json_t *nodes = json_array();
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const discover_member_t *m = at(members, i);

        json_array_append_new(nodes, json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}]}",
                                               "name", m->name, "host", m->host, "port", m->port, "protocol", "http",
                                               "balancer", "b", "note", "user: " MARK, "contexts", "context",
                                               contexts[0], "cluster", "c0", "context", contexts[1], "cluster", "c1"));
    }
    return json_pack("{s:o}", "nodes", nodes);
}

static json_t *state_of(const apr_array_header_t *members)
{
    json_t *clusters = json_array();
    int c, i;

    for (c = 0; c < 2; ++c) {
        json_t *all = json_array();

        for (i = 0; i < members->nelts; ++i) {
            const discover_member_t *m = at(members, i);

            json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:i, s:i}", "name", m->name, "comment", MARK,
                                                 "admin_state", m->is_drained ? "draining" : "enabled", "weight",
                                                 m->weight, "configured_weight", DISCOVER_WEIGHT));
        }
        json_array_append_new(clusters, json_pack("{s:s, s:o}", "name", c ? "c1" : "c0", "members", all));
    }
    return json_pack("{s:o}", "clusters", clusters);
}

static void check_plan(const apr_array_header_t *members, apr_pool_t *p)
{
    const discover_site_t site = site_of(p);
    json_t *registry = registry_of(members), *state = state_of(members), *none = json_pack("{s:[]}", "nodes");
    const discover_plan_t *plan = discover_plan_make(members, discover_known_nodes(none, MARK, p), apr_hash_make(p),
                                                     &site, p);

    FUZZ_ASSERT(plan->actions->nelts == members->nelts);
    plan = discover_plan_make(members, discover_known_nodes(registry, MARK, p),
                              discover_known_decisions(state, MARK, p), &site, p);
    FUZZ_ASSERT(!plan->actions->nelts && !plan->nheld && !plan->foreign && !plan->is_awaited);
    json_decref(registry);
    json_decref(state);
    json_decref(none);
}

/* A httpd may send whatever it likes: what is removed are its nodes, each once at the most */
static void check_known(const json_t *root, apr_pool_t *p)
{
    const discover_site_t site = site_of(p);
    apr_array_header_t *nodes = discover_known_nodes(root, MARK, p);
    apr_hash_t *decisions = discover_known_decisions(root, MARK, p);
    int i;

    if (nodes) {
        const apr_array_header_t *no_members = apr_array_make(p, 1, sizeof(discover_member_t));
        const discover_plan_t *plan = discover_plan_make(no_members, nodes, decisions, &site, p);

        for (i = 0; i < plan->actions->nelts; ++i) {
            FUZZ_ASSERT(APR_ARRAY_IDX(plan->actions, i, discover_action_t).what == DISCOVER_REMOVE);
        }
        FUZZ_ASSERT(plan->actions->nelts <= nodes->nelts);
    }
}

/* -- answers ------------------------------------------------------------------------------------------------------- */

static json_t *reversed(const json_t *list)
{
    json_t *other = json_array(), *value;
    size_t i;

    json_array_foreach(list, i, value) {
        json_array_insert(other, 0, value);
    }
    return other;
}

static void check_consul(const json_t *root, const char *field, int by_address, apr_pool_t *p)
{
    discover_answer_t *answer, *other;

    FUZZ_ASSERT(discover_consul_index(5, field) == 0 || discover_consul_index(5, field) >= 5);
    if (!discover_consul_read(&answer, root, by_address, p)) {
        json_t *back = reversed(root);

        check_members(answer->members);
        FUZZ_ASSERT(!discover_consul_read(&other, back, by_address, p));
        check_same(answer->members, other->members);
        check_plan(answer->members, p);
        json_decref(back);
    }
}

static void check_slices(const watch_t *watch)
{
    discover_answer_t *answer;

    if (!discover_slices_members(&answer, &watch->slices, watch->port, watch->by_address, watch->p)) {
        check_members(answer->members);
        check_plan(answer->members, watch->p);
    }
}

/* A line of a watch, or a list */
static int take_line(void *data, const char *line, size_t length)
{
    watch_t *watch = data;
    json_t *root = json_loadb(line, length, 0, NULL);
    const char *why;
    discover_event_t event;

    if (json_object_get(root, "items")) {
        discover_slices_list(&watch->slices, root, watch->p);
        event = DISCOVER_EVENT_CHANGE;
    }
    else {
        event = discover_slices_event(&watch->slices, root, &why, watch->p);
        FUZZ_ASSERT((event > DISCOVER_EVENT_BOOKMARK) == (why != NULL));
    }
    json_decref(root);
    check_slices(watch);
    return event <= DISCOVER_EVENT_BOOKMARK;
}

static void check_watch(fuzz_input_t *input, const char *port, int by_address, apr_pool_t *p)
{
    watch_t watch = { .port = *port ? port : NULL, .by_address = by_address, .p = p };
    discover_received_t received = { .most = 2000, .line = take_line, .data = &watch };
    unsigned state = (unsigned)input->size;

    discover_slices_init(&watch.slices);
    while (input->size) {
        size_t n = fuzz_piece(&state, input->size);

        if (!discover_received_take(&received, fuzz_copy(input->data, n, p), n)) {
            FUZZ_ASSERT(received.is_too_long || received.is_enough);
            break;
        }
        input->data += n;
        input->size -= n;
    }
    discover_received_free(&received);
    discover_slices_destroy(&watch.slices);
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    unsigned kind = fuzz_byte(&input);
    const char *line = fuzz_line(&input, p);
    json_t *root;

    if (kind % 4 >= 2) {
        check_watch(&input, line, kind % 4 == 3, p);
        return;
    }
    root = json_loadb(input.data, input.size, 0, NULL);
    if (root) {
        check_consul(root, line, kind % 4 == 1, p);
        check_known(root, p);
    }
    json_decref(root);
}

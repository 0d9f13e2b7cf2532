/* `wlmcfg diff --json`. The keys and their order are part of the interface: docs/man/wlmcfg.1. On main()'s thread. */
#include "tools/wlmcfg/common/json.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/print.h"
#include "tools/wlmcfg/diff/settings.h"

#define SHARE_DIGITS 6

/* `make(element)` for each element that lies in an array. NULL when memory ran out: half a list would be a lie */
static json_t *list(const apr_array_header_t *elements, json_t *(*make)(const void *element))
{
    json_t *array = json_array();
    int i;

    for (i = 0; i < elements->nelts; ++i) {
        if (json_array_append_new(array, make(elements->elts + i * elements->elt_size)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *text(const void *element)
{
    return wlmcfg_json_text(*(const char *const *)element);
}

static json_t *value(const value_t *v)
{
    switch (v->kind) {
    case VALUE_TEXT:
        return wlmcfg_json_text(v->text);
    case VALUE_NUMBER:
        return json_integer((json_int_t)v->number);
    case VALUE_TRUTH:
        return json_boolean(v->number != 0);
    case VALUE_PERCENT:
        return json_real(v->number);
    case VALUE_NAMES:
        return list(v->names, text);
    case VALUE_NONE:
        break;
    }
    return json_null();
}

static json_t *change(const void *element)
{
    const change_t *c = element;

    return json_pack("{s:s, s:o, s:o}", "name", c->name, "from", value(&c->from), "to", value(&c->to));
}

static json_t *item(const void *element)
{
    static const char *const statuses[] = {
        [ITEM_CHANGED] = "changed", [ITEM_RENAMED] = "renamed", [ITEM_ADDED] = "added", [ITEM_REMOVED] = "removed"
    };
    const item_t *i = element;
    json_t *json = json_pack("{s:o, s:o, s:s, s:o}", "name", wlmcfg_json_text(i->name), "was", wlmcfg_json_text(i->was),
                             "status", statuses[i->status], "changes", list(i->changes, change));

    if (i->members && json_object_set_new(json, "members", list(i->members, item)) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static json_t *cluster_name(const plugin_cfg_cluster_t *cluster)
{
    return wlmcfg_json_text(cluster ? cluster->name : NULL);
}

static json_t *route(const void *element)
{
    const route_change_t *r = element;

    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "uri", wlmcfg_json_text(r->uri),
                     "hosts", r->hosts ? list(r->hosts, text) : json_null(), "from", cluster_name(r->from.cluster),
                     "to", cluster_name(r->to.cluster), "changes", list(r->names, change));
}

static json_t *member_name(const plugin_cfg_server_t *server)
{
    return wlmcfg_json_text(server ? server->name : NULL);
}

static json_t *session(const void *element)
{
    static const char *const losses[] = {
        [SESSION_SEPARATOR] = "separator", [SESSION_CLUSTER] = "cluster", [SESSION_GONE] = "gone",
        [SESSION_ELSEWHERE] = "elsewhere", [SESSION_KEPT] = "kept"
    };
    const session_change_t *s = element;

    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "loss", losses[s->loss],
                     "by", s->is_bound ? "WLMAffinity" : "clone_id", "from", cluster_name(s->clusters.from),
                     "to", cluster_name(s->clusters.to), "clone_id", wlmcfg_json_text(s->clone_id),
                     "from_member", member_name(s->was), "to_member", member_name(s->is));
}

int wlmcfg_diff_json(const diff_t *diff)
{
    return wlmcfg_json_print(json_pack("{s:b, s:o, s:o, s:o, s:o}", "changed", !wlmcfg_diff_is_empty(diff),
                                       "settings", list(diff->settings, change), "clusters", list(diff->clusters, item),
                                       "routes", list(diff->routes, route), "sessions", list(diff->sessions, session)),
                             JSON_REAL_PRECISION(SHARE_DIGITS));
}

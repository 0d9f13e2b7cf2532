/* wlmctl registry: what has registered, as a table, JSON, or a plugin-cfg.xml. On main()'s thread. */
#include <stdio.h>
#include <string.h>
#include <apr_strings.h>
#include "base/count.h"
#include "tools/wlmctl/http.h"
#include "tools/wlmctl/state.h"
#include "tools/wlmctl/table.h"
#include "tools/wlmctl/wlmctl.h"

static const wlmctl_column_t columns[] = {
    { "NODE", 0, 0 }, { "ADDRESS", 0, 2 }, { "NODE STATE", 0, 4 }, { "CONTEXT", 0, 0 }, { "STATE", 0, 0 },
    { "CLUSTER", 0, 5 }, { "HOSTS", 0, 6 }, { "UNTIL", 0, 3 }, { "BY HAND", 0, 1 }, { NULL, 0, 0 }
};

static const char *or_nothing(const char *text)
{
    return *text ? text : "-";
}

static const char *hosts_of(const json_t *app, apr_pool_t *p)
{
    const json_t *aliases = json_object_get(app, "aliases");
    const char *text = "";
    size_t i;

    for (i = 0; i < json_array_size(aliases); ++i) {
        text = apr_pstrcat(p, text, i ? "," : "", json_string_value(json_array_get(aliases, i)), NULL);
    }
    return text;
}

/* @param app  NULL: the node has no context */
static void add_row(wlmctl_table_t *table, const json_t *node, const json_t *app, apr_pool_t *p)
{
    const char *host = wlmctl_text(node, "host"), *state = app ? wlmctl_text(app, "state") : "";
    const char *address = apr_psprintf(p, strchr(host, ':') ? "%s://[%s]:%.0f" : "%s://%s:%.0f",
                                       wlmctl_text(node, "protocol"), host, wlmctl_number(node, "port"));
    const char *cells[] = {
        wlmctl_text(node, "name"), address, wlmctl_text(node, "state"),
        or_nothing(app ? wlmctl_text(app, "context") : ""), or_nothing(state),
        or_nothing(app ? wlmctl_text(app, "cluster") : ""), or_nothing(app ? hosts_of(app, p) : ""),
        or_nothing(wlmctl_text(node, "until")), or_nothing(wlmctl_text(node, "note"))
    };

    wlmctl_table_add(table, cells, 0);
}

static void print_registry(const json_t *registry, apr_pool_t *p)
{
    const json_t *nodes = json_object_get(registry, "nodes");
    wlmctl_table_t *table = wlmctl_table_make(columns, p);
    size_t i, k;

    printf("%s: %s\n", wlmctl_text(registry, "file"), wlm_count_text((apr_int64_t)json_array_size(nodes), "node", p));
    for (i = 0; i < json_array_size(nodes); ++i) {
        const json_t *node = json_array_get(nodes, i), *apps = json_object_get(node, "contexts");

        for (k = 0; k < json_array_size(apps); ++k) {
            add_row(table, node, json_array_get(apps, k), p);
        }
        if (!k) {
            add_row(table, node, NULL, p);
        }
    }
    if (i) {
        wlmctl_table_print(table, 0, 0);
    }
}

int wlmctl_run_registry(int argc, char **argv, wlmctl_endpoint_t *endpoint, apr_pool_t *p)
{
    int json = 0, text = 0, n, code;
    const tool_option_t options[] = {
        { .name = "json", .flag = &json }, { .name = "xml", .flag = &text }, WLMCTL_ENDPOINT_OPTIONS(endpoint),
        { .name = NULL }
    };
    json_t *registry;
    char **words;

    n = tool_read_call(argc, argv, options, &words);
    if (n || (json && text)) {
        return n < 0 ? WLMCTL_MISUSE
               : tool_misuse("registry", n ? "it takes no more words" : "--json or --xml, not both");
    }
    if (json || text) {
        return wlmctl_print(json ? "registry" : "plugin-cfg", endpoint, p);
    }
    code = wlmctl_get_registry(&registry, endpoint, p);
    if (code == WLMCTL_OK) {
        print_registry(registry, p);
        json_decref(registry);
    }
    return code;
}

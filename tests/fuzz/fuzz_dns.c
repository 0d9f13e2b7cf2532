/* Answers of the name service. Input: a byte for the type, then a message. What is read becomes members that a file
 * takes, and that are found again in it; their names and clone ids have no other characters than they may. */
#include <string.h>
#include "dns/members.h"
#include "fuzz.h"
#include "plugin-cfg/join.h"

static const char file[] = "<Config><ServerCluster Name=\"c\"/><UriGroup Name=\"u\"><Uri Name=\"/*\"/></UriGroup>"
                           "<Route ServerCluster=\"c\" UriGroup=\"u\"/></Config>";

static void check_server(const plugin_cfg_given_server_t *server)
{
    FUZZ_ASSERT(!server->clone_id
                || strspn(server->clone_id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(server->clone_id));
    FUZZ_ASSERT(*server->host && !strpbrk(server->name, "<>&\"' \t\r\n?*"));
    FUZZ_ASSERT(server->weight >= -1 && server->weight <= 65535 && server->port >= 0 && server->port <= 65535);
}

static void check_file(const wlm_dns_source_t *source, const apr_array_header_t *servers, apr_pool_t *p)
{
    plugin_cfg_given_t its = { source->cluster, source->text, source->name, servers };
    apr_array_header_t *given = apr_array_make(p, 1, sizeof(plugin_cfg_given_t *));
    apr_array_header_t *clashes = apr_array_make(p, 1, sizeof(plugin_cfg_clash_t)), *found;
    const char *text;
    plugin_cfg_t *cfg;

    APR_ARRAY_PUSH(given, plugin_cfg_given_t *) = &its;
    text = plugin_cfg_give(clashes, file, given, p);
    FUZZ_ASSERT(text && !clashes->nelts);
    FUZZ_ASSERT(plugin_cfg_read_memory(&cfg, text, strlen(text), "dns", p) == APR_SUCCESS);
    FUZZ_ASSERT(cfg->routes->nelts == 1);
    found = wlm_dns_as_known(source, plugin_cfg_given_servers(plugin_cfg_find_cluster(cfg, "c"), source->text, p), p);
    FUZZ_ASSERT(strcmp(wlm_dns_text(found, p), wlm_dns_text(servers, p)) == 0);
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    wlm_dns_type_t type = (wlm_dns_type_t)(fuzz_byte(&input) % WLM_DNS_TYPES);
    const wlm_dns_source_t source = { "c", type == WLM_DNS_SRV ? "srv:shop" : "a:shop:8080", "shop",
                                      type == WLM_DNS_SRV, type == WLM_DNS_SRV ? 0 : 8080 };
    wlm_dns_answer_t answer = { .n = 0 };
    wlm_dns_left_out_t left_out;
    apr_array_header_t *servers;
    int i;

    wlm_dns_read(&answer, (const unsigned char *)fuzz_copy(input.data, input.size, p), input.size, type);
    FUZZ_ASSERT(answer.results[type] != WLM_DNS_NOT_ASKED && (answer.n > 0) == (answer.results[type] == WLM_DNS_FOUND));
    servers = wlm_dns_members(&left_out, &source, &answer, NULL, p);
    FUZZ_ASSERT(servers->nelts + left_out.n <= answer.n || left_out.too_many);
    for (i = 0; i < servers->nelts; ++i) {
        check_server(APR_ARRAY_IDX(servers, i, const plugin_cfg_given_server_t *));
    }
    check_file(&source, servers, p);
    wlm_dns_clear(&answer);
}

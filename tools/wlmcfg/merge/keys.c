/* `wlmcfg merge`, the keys of pairs: small numbers for URIs and hosts, which many pairs have in common.
 * On main()'s thread. */
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/merge/pairs.h"

static int find_number(const apr_hash_t *numbers, const char *text)
{
    const int *number = apr_hash_get((apr_hash_t *)numbers, text, APR_HASH_KEY_STRING);

    return number ? *number : MERGE_NO_NUMBER;
}

int wlmcfg_merge_number(apr_hash_t *numbers, const char *text)
{
    int found = find_number(numbers, text), *number;

    if (found != MERGE_NO_NUMBER) {
        return found;
    }
    number = apr_palloc(apr_hash_pool_get(numbers), sizeof(*number));
    *number = (int)apr_hash_count(numbers);
    apr_hash_set(numbers, text, APR_HASH_KEY_STRING, number);
    return *number;
}

int wlmcfg_merge_uri_number(merge_t *m, const plugin_cfg_uri_t *uri)
{
    return wlmcfg_merge_number(m->uri_numbers, uri ? wlm_route_pattern_text(uri->name, m->p) : "*");
}

static const char *host_text(const char *host, int port, apr_pool_t *p)
{
    return apr_psprintf(p, "%s %d", host ? host : "*", port);
}

/* @return int: of the hosts of a group */
static apr_array_header_t *number_hosts(merge_t *m, const apr_array_header_t *hosts)
{
    apr_array_header_t *numbers = apr_array_make(m->p, hosts->nelts, sizeof(int));
    int i;

    for (i = 0; i < hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(hosts, i, plugin_cfg_virtual_host_t *);
        APR_ARRAY_PUSH(numbers, int) = wlmcfg_merge_number(m->host_numbers, host_text(host->host, host->port, m->p));
    }
    return numbers;
}

const apr_array_header_t *wlmcfg_merge_host_numbers(merge_t *m, const plugin_cfg_virtual_host_group_t *group)
{
    apr_array_header_t *numbers = apr_hash_get(m->group_hosts, &group, sizeof(group));

    if (!numbers) {
        numbers = number_hosts(m, group->hosts);
        apr_hash_set(m->group_hosts, apr_pmemdup(m->p, &group, sizeof(group)), sizeof(group), numbers);
    }
    return numbers;
}

int wlmcfg_merge_every_host_number(merge_t *m)
{
    return wlmcfg_merge_number(m->host_numbers, "* -1");
}

void wlmcfg_merge_wider_numbers(int numbers[MERGE_WIDER_HOSTS], const merge_t *m, const char *host, int port)
{
    numbers[0] = find_number(m->host_numbers, host_text(host, 0, m->p));
    numbers[1] = find_number(m->host_numbers, host_text(NULL, port, m->p));
    numbers[2] = find_number(m->host_numbers, host_text(NULL, 0, m->p));
    numbers[3] = find_number(m->host_numbers, host_text(NULL, -1, m->p));
}

/* How this process reaches its members: kept connections and addresses. They belong to the member's slot, so that they
 * outlive a change of the configuration that does not touch the member's transport. */
#include <apr_strings.h>
#include "mod_wlm_state.h"

static wlm_link_t **links;         /* by member slot: the newest; NULL: none */
static apr_thread_mutex_t *lock;

void wlm_links_init(int max_members, apr_pool_t *pconf)
{
    links = apr_pcalloc(pconf, sizeof(*links) * (apr_size_t)max_members);
    apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, pconf);
}

static wlm_link_t *make_link(const plugin_cfg_transport_t *transport)
{
    wlm_link_t *link;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    link = apr_pcalloc(p, sizeof(*link));
    link->pool = p;
    link->host = apr_pstrdup(p, transport->host);
    link->port = transport->port;
    wlm_connpool_make(&link->connections, p);
    return link;
}

wlm_link_t *wlm_links_take(int slot, const plugin_cfg_transport_t *transport)
{
    wlm_link_t *link;

    apr_thread_mutex_lock(lock);
    link = links[slot];
    if (!link || link->port != transport->port || strcmp(link->host, transport->host) != 0) {
        link = links[slot] = make_link(transport);
    }
    link->users++;
    apr_thread_mutex_unlock(lock);
    return link;
}

void wlm_links_give(int slot, wlm_link_t *link)
{
    wlm_address_t *address;
    int users;

    apr_thread_mutex_lock(lock);
    users = --link->users;
    if (!users && links[slot] == link) {
        links[slot] = NULL;
    }
    apr_thread_mutex_unlock(lock);
    if (!users) {
        address = atomic_load(&link->address);
        if (address && address->pool) {
            apr_pool_destroy(address->pool);
        }
        apr_pool_destroy(link->pool); /* closes the connections */
    }
}

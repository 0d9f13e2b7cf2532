/* How this process reaches its members: kept connections and addresses. They belong to the member's slot and the protocol, so
 * that they outlive a change of the configuration that does not touch the member's transport. */
#include <apr_strings.h>
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/segment.h"
#include "net/conn.h"
#include "net/lookup.h"

static wlm_endpoint_t **links;         /* by member slot and protocol: the newest; NULL: none */
static int nlinks;
static apr_thread_mutex_t *lock;
static _Atomic unsigned next_to_close;

void wlm_endpoints_init(int max_members, apr_pool_t *pconf)
{
    nlinks = WLM_TRANSPORTS * max_members;
    links = apr_pcalloc(pconf, sizeof(*links) * (apr_size_t)nlinks);
    apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    wlm_certificates_init(pconf);
}

static wlm_endpoint_t **place_of(int slot, plugin_cfg_protocol_t protocol)
{
    return &links[WLM_TRANSPORTS * slot + (int)protocol];
}

static wlm_endpoint_t *make_link(int slot, const plugin_cfg_transport_t *transport, wlm_certificates_t *tls, const char *name)
{
    wlm_endpoint_t *link;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    link = apr_pcalloc(p, sizeof(*link));
    link->pool = p;
    link->slot = slot;
    link->protocol = (int)transport->protocol;
    link->host = apr_pstrdup(p, transport->host);
    link->port = transport->port;
    link->name = apr_pstrdup(p, name);
    link->tls = tls;
    if (!wlm_address_read(&link->known.address, link->host, link->port)) {
        link->known.key = wlm_slots_key(link->host);
    }
    if (tls) {
        wlm_certificates_add_user(tls);
        link->peer = wlm_tls_peer_make(tls->tls, name, p);
        link->tls_generation = wlm_tls_generation(tls->tls);
    }
    link->connections = wlm_conn_pool_make(p);
    return link;
}

static int fits(const wlm_endpoint_t *link, const plugin_cfg_transport_t *transport, const wlm_certificates_t *tls, const char *name)
{
    return link->port == transport->port && strcmp(link->host, transport->host) == 0 && link->tls == tls
           && (!tls || strcmp(link->name, name) == 0);
}

wlm_endpoint_t *wlm_endpoints_acquire(int slot, const plugin_cfg_transport_t *transport, wlm_certificates_t *tls, const char *name)
{
    wlm_endpoint_t **place = place_of(slot, transport->protocol), *link;

    apr_thread_mutex_lock(lock);
    link = *place;
    if (!link || !fits(link, transport, tls, name)) {
        link = *place = make_link(slot, transport, tls, name);
    }
    link->users++;
    apr_thread_mutex_unlock(lock);
    return link;
}

void wlm_endpoints_add_user(wlm_endpoint_t *link)
{
    apr_thread_mutex_lock(lock);
    link->users++;
    apr_thread_mutex_unlock(lock);
}

void wlm_endpoints_release(wlm_endpoint_t *link)
{
    wlm_endpoint_t **place = place_of(link->slot, (plugin_cfg_protocol_t)link->protocol);
    wlm_certificates_t *tls = link->tls;
    int users;

    apr_thread_mutex_lock(lock);
    users = --link->users;
    if (!users && *place == link) {
        *place = NULL;
    }
    apr_thread_mutex_unlock(lock);
    if (!users) {
        wlm_lookup_end(link->known.lookup);
        apr_pool_destroy(link->pool); /* closes the connections */
        if (tls) {
            wlm_certificates_release(tls);
        }
    }
}

/* The lock keeps the link there meanwhile. A close under it is a system call, but then nothing else goes on anyway. */
int wlm_endpoints_close_idle(void)
{
    int i, closed = 0;

    apr_thread_mutex_lock(lock);
    for (i = 0; i < nlinks && !closed; ++i) {
        wlm_endpoint_t *link = links[atomic_fetch_add(&next_to_close, 1) % (unsigned)nlinks];

        closed = link && wlm_conn_pool_close_one(link->connections);
    }
    apr_thread_mutex_unlock(lock);
    return closed;
}

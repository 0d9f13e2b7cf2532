/* The endpoints of this process: kept connections and addresses. They belong to the member's slot and the protocol, so
 * that they outlive a change of the configuration that leaves the member's transport as it is. Any thread. */
#include <apr_strings.h>
#include "base/hash.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/segment.h"
#include "net/conn_pool.h"
#include "net/lookup.h"

static wlm_endpoint_t **endpoints;         /* by member slot and protocol: the newest; NULL: none */
static int nendpoints;
static apr_thread_mutex_t *lock;
static _Atomic unsigned next_to_close;

void wlm_endpoints_init(int max_members, apr_pool_t *pconf)
{
    nendpoints = WLM_TRANSPORTS * max_members;
    endpoints = apr_pcalloc(pconf, sizeof(*endpoints) * (apr_size_t)nendpoints);
    apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, pconf);
    wlm_certificates_init(pconf);
}

static wlm_endpoint_t **slot_at(int slot, plugin_cfg_protocol_t protocol)
{
    return &endpoints[WLM_TRANSPORTS * slot + (int)protocol];
}

static wlm_endpoint_t *make_endpoint(int slot, const plugin_cfg_transport_t *transport, wlm_certificates_t *tls,
                                     const char *name)
{
    wlm_endpoint_t *endpoint;
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    endpoint = apr_pcalloc(p, sizeof(*endpoint));
    endpoint->pool = p;
    endpoint->slot = slot;
    endpoint->protocol = (int)transport->protocol;
    endpoint->host = apr_pstrdup(p, transport->host);
    endpoint->port = transport->port;
    endpoint->name = apr_pstrdup(p, name);
    endpoint->tls = tls;
    if (!wlm_address_read(&endpoint->known.address, endpoint->host, endpoint->port)) {
        endpoint->known.key = wlm_hash_key(endpoint->host);
    }
    if (tls) {
        wlm_certificates_add_user(tls);
        endpoint->peer = wlm_tls_peer_make(tls->tls, name, p);
        endpoint->tls_generation = wlm_tls_generation(tls->tls);
    }
    endpoint->connections = wlm_conn_pool_make(p);
    return endpoint;
}

static int fits(const wlm_endpoint_t *endpoint, const plugin_cfg_transport_t *transport, const wlm_certificates_t *tls,
                const char *name)
{
    return endpoint->port == transport->port && strcmp(endpoint->host, transport->host) == 0 && endpoint->tls == tls
           && (!tls || strcmp(endpoint->name, name) == 0);
}

wlm_endpoint_t *wlm_endpoints_acquire(int slot, const plugin_cfg_transport_t *transport, wlm_certificates_t *tls,
                                      const char *name)
{
    wlm_endpoint_t **at = slot_at(slot, transport->protocol), *endpoint;

    apr_thread_mutex_lock(lock);
    endpoint = *at;
    if (!endpoint || !fits(endpoint, transport, tls, name)) {
        endpoint = *at = make_endpoint(slot, transport, tls, name);
    }
    endpoint->users++;
    apr_thread_mutex_unlock(lock);
    return endpoint;
}

void wlm_endpoints_add_user(wlm_endpoint_t *endpoint)
{
    apr_thread_mutex_lock(lock);
    endpoint->users++;
    apr_thread_mutex_unlock(lock);
}

void wlm_endpoints_release(wlm_endpoint_t *endpoint)
{
    wlm_endpoint_t **at = slot_at(endpoint->slot, (plugin_cfg_protocol_t)endpoint->protocol);
    wlm_certificates_t *tls = endpoint->tls;
    int users;

    apr_thread_mutex_lock(lock);
    users = --endpoint->users;
    if (!users && *at == endpoint) {
        *at = NULL;
    }
    apr_thread_mutex_unlock(lock);
    if (!users) {
        wlm_lookup_end(endpoint->known.lookup);
        apr_pool_destroy(endpoint->pool); /* closes the connections */
        if (tls) {
            wlm_certificates_release(tls);
        }
    }
}

/* Under the lock as below. */
void wlm_endpoints_clear(void)
{
    int i;

    apr_thread_mutex_lock(lock);
    for (i = 0; i < nendpoints; ++i) {
        if (endpoints[i]) {
            wlm_conn_pool_clear(endpoints[i]->connections);
        }
    }
    apr_thread_mutex_unlock(lock);
}

/* Under the lock, so that the endpoint is not freed meanwhile. A close is a system call, but without
 * descriptors the other threads cannot go on either. */
int wlm_endpoints_close_idle(void)
{
    int i, closed = 0;

    apr_thread_mutex_lock(lock);
    for (i = 0; i < nendpoints && !closed; ++i) {
        wlm_endpoint_t *endpoint = endpoints[atomic_fetch_add(&next_to_close, 1) % (unsigned)nendpoints];

        closed = endpoint && wlm_conn_pool_close_one(endpoint->connections);
    }
    apr_thread_mutex_unlock(lock);
    return closed;
}

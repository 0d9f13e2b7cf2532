/* net/tls.h: TLS to members, by OpenSSL. Three things, each of which needs the one before:
 *
 *   wlm_tls_t       files and settings: what is trusted, and our own certificate. Members with equal settings share it
 *   wlm_tls_peer_t  one member: the name that its certificate must have, the session that is resumed
 *   wlm_tls_conn_t  one connection: net/tls_conn.h
 *
 * Any thread may use the first two. The process ignores SIGPIPE, as httpd does.
 */
#ifndef WLM_NET_TLS_H
#define WLM_NET_TLS_H

#include <apr_pools.h>
#include <apr_time.h>
#include "net/tls_settings.h"

#define WLM_TLS_1_2_VERSION 0x0303 /* protocols, on the wire */
#define WLM_TLS_1_3_VERSION 0x0304

/* -- settings ---------------------------------------------------------------------------------------- */

typedef struct wlm_tls_t wlm_tls_t;

/**
 * Read the files.
 * @param settings  copied
 * @param pwhy      what is wrong, with the file's name; in p
 * @param p         holds it; ends it
 */
apr_status_t wlm_tls_make(wlm_tls_t **ptls, const wlm_tls_settings_t *settings, const char **pwhy, apr_pool_t *p);

/** Are they the same? */
int wlm_tls_settings_same(const wlm_tls_settings_t *a, const wlm_tls_settings_t *b);
/** The settings that it was made with; as long as it. */
const wlm_tls_settings_t *wlm_tls_settings(const wlm_tls_t *tls);

typedef enum { WLM_TLS_SAME, WLM_TLS_RENEWED, WLM_TLS_UNUSABLE } wlm_tls_refresh_t;
/**
 * Load the files when they have changed; when they cannot be used, what was there before stays. Called by one thread
 * periodically: a change counts when two calls in a row find the same files. More calls with the same `now` find
 * nothing.
 * @param pwhy  with UNUSABLE, which is returned once for a change; in ptemp
 */
wlm_tls_refresh_t wlm_tls_refresh(wlm_tls_t *tls, apr_time_t now, const char **pwhy, apr_pool_t *ptemp);

/** Rises with each change that was loaded. */
unsigned wlm_tls_generation(const wlm_tls_t *tls);

/** When our own certificate expires. @return 0: there is none */
apr_time_t wlm_tls_expires(const wlm_tls_t *tls);

/* -- a member ---------------------------------------------------------------------------------------- */

typedef struct wlm_tls_peer_t wlm_tls_peer_t;

/** @param name  host name, or an address: what its certificate must have, and, a host name, what is sent as
 *  SNI */
wlm_tls_peer_t *wlm_tls_peer_make(wlm_tls_t *tls, const char *name, apr_pool_t *p);

/** What the peer was made with. */
wlm_tls_t *wlm_tls_peer_tls(const wlm_tls_peer_t *peer);

/**
 * What has a handshake shown since the last call?
 * @param pversion  the protocol: WLM_TLS_1_2_VERSION or WLM_TLS_1_3_VERSION
 * @param pexpires  when the member's certificate expires
 * @return 0: there was none
 */
int wlm_tls_peer_news(wlm_tls_peer_t *peer, unsigned *pversion, apr_time_t *pexpires);

#endif

/* tls_unit.h: certificates that are made for a test, in its temp_folder.h, and OpenSSL's server side. Needs unit.h
 * before it. */
#ifndef TLS_UNIT_H
#define TLS_UNIT_H

#include <stdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include "temp_folder.h"
#include "net/tls.h"

const char *path_of(const char *name);
/** A certificate that has signed itself, with its key, in one file. @return the file */
const char *make_pem(const char *name, const char *names);
/** The certificates of some files, without keys */
const char *make_trust(const char *name, const char *const *files);
/** For a server with the certificate and key of this file */
SSL_CTX *make_server_ctx(const char *pem);
wlm_tls_settings_t trusting(const char *file);
/** A server with a certificate for app.example. @return the client's side, which trusts it */
wlm_tls_peer_t *make_peer(SSL_CTX **pserver_ctx);

#endif

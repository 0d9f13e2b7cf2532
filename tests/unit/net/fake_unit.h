/* fake_unit.h: a fake member that does what its kind says when a connection is opened to it; on the thread that opens.
 * Needs unit.h before it. */
#ifndef FAKE_UNIT_H
#define FAKE_UNIT_H

#include <openssl/ssl.h>
#include "net/conn_open.h"

typedef enum {
    NONE,
    ACCEPTS,
    REFUSES,
    SILENT,                        /* drops what comes, as a firewall does */
    LATE,                          /* the same, until it is asked again after a second: then it accepts */
    LATE_REFUSES,
    UNKNOWN,                       /* of a family that the system does not know */
    HANDSHAKES,                  /* from here on it accepts */
    IN_PIECES,                     /* the handshake, in pieces of 100 bytes */
    HALF,                          /* of the handshake, then nothing more */
    HALF_CLOSES,                   /* ... then it closes */
    MUTE,                          /* no handshake */
    CLOSES,                        /* when it has read the beginning */
    RESETS,
    BABBLES,                       /* something that is no TLS */
} kind_t;

enum { FILLERS = 7, PIECE = 100, HALF_OF_IT = 200 };

/* A member: a listener, and the server's end of the connection that it has accepted */
typedef struct fake_t {
    kind_t kind;
    int listener, fillers[FILLERS], fd;
    SSL *ssl;                      /* over memory */
    int sent;                      /* bytes of its handshake */
} fake_t;

/** The client's side of TLS to members; made by fake_setup(). */
extern wlm_tls_peer_t *peer;

void fake_setup(void);
void fake_teardown(void);
void make_fake(fake_t *fake, kind_t kind, wlm_address_t *address);
void end_fake(fake_t *fake);
/** Go on with the handshake, as far as the member's kind lets it */
void handshake(fake_t *fake, int piece, int max);
void reset(fake_t *fake);
/** The member does what it can without waiting */
void play(fake_t *fake);

#endif

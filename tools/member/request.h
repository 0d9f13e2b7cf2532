/* tools/member/request.h: a request, read from a connection: first its head, then its body piece by piece.
 * On the connection's thread. */
#ifndef TOOL_MEMBER_REQUEST_H
#define TOOL_MEMBER_REQUEST_H

#include <stdint.h>
#include "tools/member/conn.h"

#define FIELDS_MAX 500

typedef struct request_t {
    char *method, *target;
    const char *query;             /* behind the '?', or "" */
    int minor;                     /* HTTP/1.<minor> */
    int nfields;
    struct { char *name, *value; } fields[FIELDS_MAX];
    int refused;                   /* status with which the request is refused, or 0 */
    int close;                     /* the connection ends after the answer */
    int expects_continue;          /* and 100 Continue has not been sent yet */
    int chunked;
    int64_t left;                  /* bytes to come of the body, or of the current chunk */
    int body_ended, body_broken;   /* read to its end; broken off, or its framing is */
    int64_t body_bytes;
    uint64_t body_fnv;
} request_t;

/**
 * Wait for a request's head. Its texts live in the connection's buffer until the next call.
 * @return 0: there is no request to answer. A malformed one has `refused` set, and is to be answered
 */
int request_read(request_t *rq, conn_t *c);

/** The value of the first field of that name (any case), or `otherwise`. */
const char *request_field(const request_t *rq, const char *name, const char *otherwise);

/** Send "100 Continue" when the client waits for it. */
void body_continue(request_t *rq, conn_t *c);

/**
 * The next piece of the body; points into the connection's buffer until the next call.
 * @return its length; 0 at the end, and when it breaks off (then body_broken is set)
 */
size_t body_next(request_t *rq, conn_t *c, const char **pdata);

/** Read the body; only its length and hash are kept. @return 1: it was read to its end */
int body_read(request_t *rq, conn_t *c);

#endif

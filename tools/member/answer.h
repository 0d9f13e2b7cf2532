/* tools/member/answer.h: an answer, written to a connection: head, body in any framing, end.
 * On the connection's thread.
 *
 *     answer_begin(a, type, length); answer_data(a, ...) or answer_body(a, ...); answer_end(a);
 */
#ifndef TOOL_MEMBER_ANSWER_H
#define TOOL_MEMBER_ANSWER_H

#include "tools/member/conn.h"
#include "tools/member/request.h"
#include "tools/member/session.h"
#include "tools/member/answer_options.h"

typedef enum { NO_BODY, BY_LENGTH, BY_CHUNKS, BY_CLOSE } framing_t;

typedef struct answer_t {
    conn_t *c;
    request_t *rq;
    const answer_options_t *options;
    const session_t *session;      /* NULL when the request is refused */
    int status;
    framing_t framing;
    int is_head;                   /* the answer to HEAD: framed, but without body bytes */
} answer_t;

/** Fill the pattern of bodies. Once, before there are threads. */
void answer_prepare(void);

/** Write the head. Sets framing, and rq->close when the answer needs it.
 *  @param length  of the body, -1: not known */
void answer_begin(answer_t *a, const char *content_type, int64_t length);

/** Write a piece of the body. */
void answer_data(answer_t *a, const char *data, size_t len);

/** Write a body of `total` bytes: text, or a-z when it is NULL; at once, or in pieces (drip) with pauses (every). */
void answer_body(answer_t *a, const char *text, int64_t total);

/** Write the body's end, log the request, flush. */
void answer_end(answer_t *a);

/** Write a whole answer of type text/plain. */
void answer_text(answer_t *a, const char *text, size_t len);

#endif

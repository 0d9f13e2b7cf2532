/* tools/member/conn.h: a client's connection, with a buffer in each direction. Used by its own thread only. */
#ifndef TOOL_MEMBER_CONN_H
#define TOOL_MEMBER_CONN_H

#include <stddef.h>

#define HEAD_MAX 65536
#define IN_SIZE (HEAD_MAX + 32768)
#define OUT_SIZE 16384

typedef struct conn_t {
    int fd;
    int broken;                    /* a write has failed; nothing is sent any more */
    int ended;                     /* nothing more can be read, or there is no room */
    unsigned requests;             /* on this connection, with the current one */
    size_t base;                   /* bytes of the current request's head, which stay where they are */
    size_t start, end;             /* in `in`: bytes that are read and not yet parsed */
    size_t out_len;
    char out[OUT_SIZE];
    char in[IN_SIZE];
} conn_t;

/** Send the buffer. @param more  1: more follows at once, so the kernel may wait to fill the last packet */
void conn_flush(conn_t *c, int more);

/** Put bytes into the buffer; a full one is sent. */
void conn_put(conn_t *c, const char *data, size_t len);
/** The same for a text that ends with NUL. */
void conn_put_text(conn_t *c, const char *text);
/** Formatted text of less than 1024 characters. */
void conn_putf(conn_t *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Receive more behind what is there. @return 0 at the end, on an error, and when there is no room */
int conn_fill(conn_t *c);

/** @return the next byte, or -1 */
int conn_next_byte(conn_t *c);

/** Shut the sending side down, and discard what the client still sends, for at most two seconds. A close with unread
 *  bytes would reset the connection, and the client might lose the answer. */
void conn_linger(conn_t *c);

#endif

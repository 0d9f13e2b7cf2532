/* tools/member/conn.h: a client's connection, with a buffer in each direction. One thread uses it. */
#ifndef TOOL_MEMBER_CONN_H
#define TOOL_MEMBER_CONN_H

#include <stddef.h>

#define HEAD_MAX 65536
#define IN_SIZE (HEAD_MAX + 32768)
#define OUT_SIZE 16384

typedef struct conn_t {
    int fd;
    int broken;                    /* could not be written; nothing is sent any more */
    int ended;                     /* nothing more can be read */
    unsigned requests;             /* that it has carried, with the current one */
    size_t base;                   /* bytes of the current request's head, which stay where they are */
    size_t start, end;             /* bytes read and not yet used */
    size_t out_len;
    char out[OUT_SIZE];
    char in[IN_SIZE];
} conn_t;

/** Send what the buffer holds. @param more  more follows at once, so the last packet may wait for it */
void conn_flush(conn_t *c, int more);

void conn_put(conn_t *c, const char *data, size_t len);
void conn_put_text(conn_t *c, const char *text);
/** Formatted text of less than 1024 characters. */
void conn_putf(conn_t *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Read more behind what is there. @return 0 at the end, on an error, and when there is no room */
int conn_fill(conn_t *c);

/** @return the next byte, or -1 */
int conn_next_byte(conn_t *c);

/** End so that the last bytes sent arrive although there may be some unread: a close alone would reset the
 *  connection. Reads for at most two seconds. */
void conn_linger(conn_t *c);

#endif

/* Buffered reading and writing of a client's connection, on its thread. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include "tools/member/conn.h"

static void send_all(conn_t *c, const char *data, size_t len, int more)
{
    while (len > 0 && !c->broken) {
        ssize_t n = send(c->fd, data, len, MSG_NOSIGNAL | (more ? MSG_MORE : 0));
        if (n >= 0) {
            data += n;
            len -= (size_t)n;
        }
        else if (errno != EINTR) {
            c->broken = 1;
        }
    }
}

void conn_flush(conn_t *c, int more)
{
    send_all(c, c->out, c->out_len, more);
    c->out_len = 0;
}

void conn_put(conn_t *c, const char *data, size_t len)
{
    if (len > OUT_SIZE - c->out_len) {
        conn_flush(c, 1);
    }
    if (len > OUT_SIZE) {
        /* the end stays in the buffer: MSG_MORE holds the rest back until a flush sends something without it */
        size_t direct = len - 1 - (len - 1) % 4096;
        send_all(c, data, direct, 1);
        data += direct;
        len -= direct;
    }
    memcpy(c->out + c->out_len, data, len);
    c->out_len += len;
}

void conn_put_text(conn_t *c, const char *text)
{
    conn_put(c, text, strlen(text));
}

void conn_putf(conn_t *c, const char *format, ...)
{
    char text[1024];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    conn_put(c, text, len < (int)sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

int conn_fill(conn_t *c)
{
    ssize_t n;

    if (c->start == c->end) {
        c->start = c->end = c->base;
    }
    do {
        n = c->end < IN_SIZE ? recv(c->fd, c->in + c->end, IN_SIZE - c->end, 0) : 0;
    } while (n < 0 && errno == EINTR);
    c->end += n > 0 ? (size_t)n : 0;
    c->ended = n <= 0;
    return n > 0;
}

int conn_next_byte(conn_t *c)
{
    return c->start < c->end || conn_fill(c) ? (unsigned char)c->in[c->start++] : -1;
}

void conn_linger(conn_t *c)
{
    struct pollfd pfd = { .fd = c->fd, .events = POLLIN };
    time_t until = time(NULL) + 2;

    shutdown(c->fd, SHUT_WR);
    while (time(NULL) < until && poll(&pfd, 1, 500) > 0 && recv(c->fd, c->in, IN_SIZE, 0) > 0) {
    }
}

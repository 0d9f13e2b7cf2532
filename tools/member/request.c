/* Reads a request: its head, strictly, and its body piece by piece. On the connection's thread. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "tools/member/member.h"
#include "tools/member/request.h"

/* -- head ---------------------------------------------------------------------- */

const char *request_field(const request_t *rq, const char *name, const char *otherwise)
{
    int i;

    for (i = 0; i < rq->nfields; ++i) {
        if (strcasecmp(rq->fields[i].name, name) == 0) {
            return rq->fields[i].value;
        }
    }
    return otherwise;
}

static int list_has(const char *list, const char *token)
{
    size_t len = strlen(token);

    while (*list) {
        size_t n;

        list += strspn(list, " \t,");
        n = strcspn(list, ",");
        if (n >= len && strncasecmp(list, token, len) == 0 && strspn(list + len, " \t") == n - len) {
            return 1;
        }
        list += n;
    }
    return 0;
}

/* Wait for a whole head.
 * @return its size with the empty line; 0: the client has closed, or the head is too large */
static size_t read_head(conn_t *c, int *ptoo_large)
{
    size_t scan = 0;

    memmove(c->in, c->in + c->start, c->end - c->start);
    c->end -= c->start;
    c->start = c->base = 0;
    for (;;) {
        char *end = memmem(c->in + scan, c->end - scan, "\r\n\r\n", 4);
        if (end) {
            return (size_t)(end - c->in) + 4;
        }
        *ptoo_large = c->end >= HEAD_MAX;
        scan = c->end > 3 ? c->end - 3 : 0;
        if (*ptoo_large || !conn_fill(c)) {
            return 0;
        }
    }
}

static int split_request_line(request_t *rq, char *line)
{
    char *blank1 = strchr(line, ' '), *blank2 = blank1 ? strchr(blank1 + 1, ' ') : NULL, *mark;

    if (!blank2 || blank1 == line || blank2 == blank1 + 1 || strncmp(blank2 + 1, "HTTP/1.", 7) != 0
        || !isdigit((unsigned char)blank2[8]) || blank2[9]) {
        return 0;
    }
    *blank1 = *blank2 = '\0';
    rq->method = line;
    rq->target = blank1 + 1;
    mark = strchr(rq->target, '?');
    rq->query = mark ? mark + 1 : "";
    rq->minor = blank2[8] > '0';
    return 1;
}

/* @return the status with which the request is refused, or 0 */
static int add_field(request_t *rq, char *line)
{
    size_t name_len = strcspn(line, ": \t\r\n");
    char *value = line + name_len + 1, *end = line + strlen(line);

    if (rq->nfields == FIELDS_MAX) {
        return 431;
    }
    if (name_len == 0 || line[name_len] != ':' || strpbrk(value, "\r\n")) {
        return 400;
    }
    line[name_len] = '\0';
    value += strspn(value, " \t");
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
        *--end = '\0';
    }
    rq->fields[rq->nfields].name = line;
    rq->fields[rq->nfields++].value = value;
    return 0;
}

/* Parse the fields that frame the body. What could be read in two ways is refused, so that a test sees a proxy that
 * sends it.
 * @return the status with which the request is refused, or 0 */
static int read_framing(request_t *rq)
{
    int i, has_length = 0, says_close = 0, says_keep = 0;

    for (i = 0; i < rq->nfields; ++i) {
        const char *name = rq->fields[i].name, *value = rq->fields[i].value;
        if (strcasecmp(name, "Content-Length") == 0) {
            if (has_length++ || !member_number(value, &rq->left)) {
                return 400;
            }
        }
        else if (strcasecmp(name, "Transfer-Encoding") == 0) {
            if (rq->chunked || rq->minor == 0) {
                return 400;
            }
            if (strcasecmp(value, "chunked") != 0) {
                return 501;
            }
            rq->chunked = 1;
        }
        else if (strcasecmp(name, "Connection") == 0) {
            says_close |= list_has(value, "close");
            says_keep |= list_has(value, "keep-alive");
        }
    }
    rq->close = says_close || (rq->minor == 0 && !says_keep);
    rq->body_ended = !rq->chunked && rq->left == 0;
    rq->expects_continue = !rq->body_ended && rq->minor > 0
                           && strcasecmp(request_field(rq, "Expect", ""), "100-continue") == 0;
    return rq->chunked && has_length ? 400 : 0;
}

/* Split the head of `size` bytes into lines. @return the status with which the request is refused, or 0 */
static int parse_head(request_t *rq, char *head, size_t size)
{
    char *line = head, *next;
    int refused;

    if (memchr(head, '\0', size)) {
        return 400;
    }
    head[size - 2] = '\0';         /* from here on every line ends in CRLF, and the last one is empty */
    next = strstr(head, "\r\n");
    *next = '\0';
    if (!split_request_line(rq, line)) {
        return 400;
    }
    for (line = next + 2; *line; line = next + 2) {
        next = strstr(line, "\r\n");
        *next = '\0';
        refused = add_field(rq, line);
        if (refused) {
            return refused;
        }
    }
    return read_framing(rq);
}

int request_read(request_t *rq, conn_t *c)
{
    int too_large = 0;
    size_t size = read_head(c, &too_large);

    memset(rq, 0, offsetof(request_t, fields));
    memset(&rq->refused, 0, sizeof(*rq) - offsetof(request_t, refused));
    rq->method = rq->target = (char *)"-";
    rq->query = "";
    rq->body_fnv = WLM_HASH_START;
    if (too_large) {
        rq->refused = 431;
    }
    else if (size > 0) {
        c->base = c->start = size;
        rq->refused = parse_head(rq, c->in, size);
    }
    rq->close |= rq->refused != 0;
    return size > 0 || too_large;
}

/* -- body ---------------------------------------------------------------------- */

/* Read a line that ends in CRLF. @return its length, or -1 */
static int read_line(conn_t *c, char *line, int room)
{
    int len = 0, byte;

    while ((byte = conn_next_byte(c)) >= 0 && byte != '\n' && len < room) {
        line[len++] = (char)byte;
    }
    if (byte != '\n' || len == 0 || line[len - 1] != '\r') {
        return -1;
    }
    line[len - 1] = '\0';
    return len - 1;
}

static int skip_trailers(conn_t *c)
{
    char line[8192];
    int len;

    while ((len = read_line(c, line, sizeof(line))) > 0) {
    }
    return len == 0;
}

/* Read the line that begins a chunk. @return 0: the framing is broken */
static int next_chunk(request_t *rq, conn_t *c)
{
    char line[1024], *end;

    if (rq->body_bytes > 0 && read_line(c, line, sizeof(line)) != 0) {
        return 0;
    }
    if (read_line(c, line, sizeof(line)) < 1 || !isxdigit((unsigned char)line[0])) {
        return 0;
    }
    errno = 0;
    rq->left = strtoll(line, &end, 16);
    if (errno || rq->left < 0 || end == line || (*end && *end != ';') || line[1] == 'x' || line[1] == 'X') {
        return 0;
    }
    if (rq->left == 0) {
        rq->body_ended = 1;
        return skip_trailers(c);
    }
    return 1;
}

void body_continue(request_t *rq, conn_t *c)
{
    if (rq->expects_continue) {
        rq->expects_continue = 0;
        conn_put_text(c, "HTTP/1.1 100 Continue\r\n\r\n");
        conn_flush(c, 0);
    }
}

size_t body_next(request_t *rq, conn_t *c, const char **pdata)
{
    size_t len;

    if (rq->body_ended || rq->body_broken) {
        return 0;
    }
    body_continue(rq, c);
    if ((rq->chunked && rq->left == 0 && !next_chunk(rq, c))
        || (!rq->body_ended && c->start == c->end && !conn_fill(c))) {
        rq->body_broken = 1;
        return 0;
    }
    if (rq->body_ended) {
        return 0;
    }
    len = c->end - c->start;
    len = (int64_t)len < rq->left ? len : (size_t)rq->left;
    *pdata = c->in + c->start;
    c->start += len;
    rq->left -= (int64_t)len;
    rq->body_bytes += (int64_t)len;
    rq->body_fnv = member_fnv(rq->body_fnv, *pdata, len);
    rq->body_ended = !rq->chunked && rq->left == 0;
    return len;
}

int body_read(request_t *rq, conn_t *c)
{
    const char *data;

    while (body_next(rq, c, &data) > 0) {
    }
    return rq->body_ended && !rq->body_broken;
}

/* wlm-member: a small HTTP/1.1 application server to balance to, for demos, tests and load tests.
 *
 * One thread a connection. A request is read, answered and logged before the next one on that connection is
 * looked at. Nothing but the sessions and a counter is shared. What it does is told in docs/man/wlm-member.1.
 *
 * In reading order: options, sessions, connection, request head, request body, wishes (what the query asks
 * for), answer, request handling, listening.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef WLM_VERSION
#define WLM_VERSION "unknown"
#endif

/* -- options --------------------------------------------------------------------- */

static struct {
    const char *name, *clone_id;
    char *host, *port;
    int64_t delay_ms;
    int log_fd;
} options = { .log_fd = -1 };

static const char usage[] =
    "Usage: wlm-member --name NAME [options]\n"
    "A small application server for demos and tests.\n"
    "\n"
    "  --name NAME         what it calls itself in every answer\n"
    "  --clone-id ID       its id in session cookies (default: NAME)\n"
    "  --listen HOST:PORT  where to listen (default: 127.0.0.1:0; port 0: any free one)\n"
    "  --delay MS          wait so long before every answer\n"
    "  --log FILE          append one line for each request\n"
    "  --help, --version\n";

static void die(const char *what, const char *why)
{
    fprintf(stderr, "wlm-member: %s: %s\n", what, why);
    exit(2);
}

/* @return 0 when the text is not a number, negative, or too large */
static int read_number(const char *text, int64_t *pnumber)
{
    char *end;

    errno = 0;
    *pnumber = strtoll(text, &end, 10);
    return isdigit((unsigned char)text[0]) && !*end && !errno;
}

/* They stand in header fields and cookies, where these characters have a meaning */
static void check_word(const char *text, const char *option)
{
    size_t len = strlen(text), i;

    for (i = 0; i < len && isgraph((unsigned char)text[i]) && !strchr(":;,+=\"/", text[i]); ++i) {
    }
    if (len == 0 || i < len || len > 200) {
        die(option, "a word of at most 200 characters without blanks and : ; , + = \" / is wanted");
    }
}

/* "host:port", "[v6]:port" */
static void read_listen(const char *text)
{
    const char *colon = strrchr(text, ':');

    if (!colon || !colon[1]) {
        die(text, "--listen wants HOST:PORT");
    }
    options.port = strdup(colon + 1);
    options.host = text[0] == '[' && colon[-1] == ']' ? strndup(text + 1, (size_t)(colon - text) - 2)
                                                      : strndup(text, (size_t)(colon - text));
}

static void read_options(int argc, char **argv)
{
    static const struct option known[] = {
        { "name", required_argument, NULL, 'n' },   { "clone-id", required_argument, NULL, 'c' },
        { "listen", required_argument, NULL, 'l' }, { "delay", required_argument, NULL, 'd' },
        { "log", required_argument, NULL, 'o' },    { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },      { NULL, 0, NULL, 0 }
    };
    const char *listen_on = "127.0.0.1:0";
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 'n': options.name = optarg; break;
        case 'c': options.clone_id = optarg; break;
        case 'l': listen_on = optarg; break;
        case 'd':
            if (!read_number(optarg, &options.delay_ms)) {
                die(optarg, "--delay wants milliseconds");
            }
            break;
        case 'o':
            options.log_fd = open(optarg, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
            if (options.log_fd < 0) {
                die(optarg, strerror(errno));
            }
            break;
        case 'h': fputs(usage, stdout); exit(0);
        case 'v': puts("wlm-member " WLM_VERSION); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (!options.name || optind < argc) {
        die(optind < argc ? argv[optind] : "--name", optind < argc ? "unknown argument" : "missing");
    }
    options.clone_id = options.clone_id ? options.clone_id : options.name;
    check_word(options.name, "--name");
    check_word(options.clone_id, "--clone-id");
    read_listen(listen_on);
}

/* -- sessions ----------------------------------------------------------------------
 *
 * JSESSIONID is "0000", the id, and the clones that have had the session, each behind a colon. The table has
 * the hits of each id; it is a ring of nodes, so that a load test without cookies costs bounded memory: the
 * oldest session is forgotten for a new one when all nodes are in use.
 */

#define ID_MADE 23                 /* characters of an id made here */
#define ID_MAX 39                  /* of one that comes in */
#define CLONES_MAX 255
#define SESSIONS_MAX (1 << 20)
#define BUCKETS (1 << 17)

typedef struct session_t {
    char id[ID_MAX + 1];           /* "" when there is no session */
    char clones[CLONES_MAX + 1];   /* as it came in, ":a:b" or "" */
    unsigned hits;
    int is_new;                    /* the id was made for this request */
    int wants_cookie;
} session_t;

static struct node_t {
    char id[ID_MAX + 1];
    unsigned hits, next;           /* next in the bucket; index + 1 */
} nodes[SESSIONS_MAX];
static unsigned buckets[BUCKETS], nodes_made;
static pthread_mutex_t sessions_lock = PTHREAD_MUTEX_INITIALIZER;

#define FNV_START UINT64_C(0xcbf29ce484222325)

static uint64_t fnv(uint64_t hash, const char *data, size_t len)
{
    for (; len > 0; --len) {
        hash = (hash ^ (unsigned char)*data++) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static unsigned *bucket_of(const char *id)
{
    return &buckets[fnv(FNV_START, id, strlen(id)) % BUCKETS];
}

static struct node_t *node_make_locked(const char *id)
{
    unsigned index = nodes_made++ % SESSIONS_MAX, *link;
    struct node_t *node = &nodes[index];

    if (node->id[0]) {
        for (link = bucket_of(node->id); *link != index + 1; link = &nodes[*link - 1].next) {
        }
        *link = node->next;
    }
    link = bucket_of(id);
    strcpy(node->id, id);
    node->hits = 0;
    node->next = *link;
    *link = index + 1;
    return node;
}

/* Count a hit. @return hits of this id here, with this one */
static unsigned session_hit(const char *id)
{
    unsigned at, hits;

    pthread_mutex_lock(&sessions_lock);
    for (at = *bucket_of(id); at && strcmp(nodes[at - 1].id, id) != 0; at = nodes[at - 1].next) {
    }
    hits = ++(at ? &nodes[at - 1] : node_make_locked(id))->hits;
    pthread_mutex_unlock(&sessions_lock);
    return hits;
}

static int is_id_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* @return 1 when the text, up to its terminator, is a session in the known form */
static int session_read(session_t *s, const char *text, const char *terminators)
{
    size_t id_len = 0, clones_len;

    if (strncmp(text, "0000", 4) != 0) {
        return 0;
    }
    text += 4;
    while (is_id_char(text[id_len])) {
        ++id_len;
    }
    clones_len = strcspn(text + id_len, terminators);
    if (id_len == 0 || id_len > ID_MAX || clones_len > CLONES_MAX || (clones_len && text[id_len] != ':')) {
        return 0;
    }
    memcpy(s->id, text, id_len);
    s->id[id_len] = '\0';
    memcpy(s->clones, text + id_len, clones_len);
    s->clones[clones_len] = '\0';
    return 1;
}

static int session_read_cookie(session_t *s, const char *cookie)
{
    static const char name[] = "JSESSIONID=";

    while (*cookie) {
        cookie += strspn(cookie, "; \t");
        if (strncmp(cookie, name, sizeof(name) - 1) == 0
            && session_read(s, cookie + sizeof(name) - 1, "; \t")) {
            return 1;
        }
        cookie += strcspn(cookie, ";");
    }
    return 0;
}

static void session_make(session_t *s)
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    unsigned char random[ID_MADE];
    int i;

    if (getrandom(random, sizeof(random), 0) != sizeof(random)) {
        die("getrandom", strerror(errno));
    }
    for (i = 0; i < ID_MADE; ++i) {
        s->id[i] = chars[random[i] % 64];
    }
    s->id[ID_MADE] = '\0';
    s->is_new = 1;
}

static int has_this_clone(const char *clones)
{
    size_t len = strlen(options.clone_id);

    while (*clones == ':') {
        size_t n = strcspn(++clones, ":");
        if (n == len && strncmp(clones, options.clone_id, len) == 0) {
            return 1;
        }
        clones += n;
    }
    return 0;
}

/* -- connection ---------------------------------------------------------------------- */

#define HEAD_MAX 65536
#define IN_SIZE (HEAD_MAX + 32768)
#define OUT_SIZE 16384

typedef struct conn_t {
    int fd;
    int broken;                    /* could not be written; nothing is sent any more */
    unsigned requests;
    size_t base;                   /* bytes of the current request's head, which stay where they are */
    size_t start, end;             /* bytes read and not yet used */
    size_t out_len;
    char out[OUT_SIZE];
    char in[IN_SIZE];
} conn_t;

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

static void flush(conn_t *c, int more)
{
    send_all(c, c->out, c->out_len, more);
    c->out_len = 0;
}

static void put(conn_t *c, const char *data, size_t len)
{
    if (len > OUT_SIZE - c->out_len) {
        flush(c, 1);
    }
    if (len > OUT_SIZE) {
        /* the end of it stays here, so that the last flush has something that pushes the rest out */
        size_t direct = len - 1 - (len - 1) % 4096;
        send_all(c, data, direct, 1);
        data += direct;
        len -= direct;
    }
    memcpy(c->out + c->out_len, data, len);
    c->out_len += len;
}

static void put_text(conn_t *c, const char *text)
{
    put(c, text, strlen(text));
}

__attribute__((format(printf, 2, 3)))
static void putf(conn_t *c, const char *format, ...)
{
    char text[1024];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    put(c, text, len < (int)sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

/* Read more behind what is there. @return 0 at the end, on an error, and when there is no room */
static int fill(conn_t *c)
{
    ssize_t n;

    if (c->start == c->end) {
        c->start = c->end = c->base;
    }
    do {
        n = c->end < IN_SIZE ? recv(c->fd, c->in + c->end, IN_SIZE - c->end, 0) : 0;
    } while (n < 0 && errno == EINTR);
    c->end += n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* @return the next byte, or -1 */
static int next_byte(conn_t *c)
{
    return c->start < c->end || fill(c) ? (unsigned char)c->in[c->start++] : -1;
}

/* End so that the last bytes sent arrive although there may be some unread: a close alone would reset the
 * connection. Reads for at most two seconds. */
static void linger(conn_t *c)
{
    struct pollfd pfd = { .fd = c->fd, .events = POLLIN };
    time_t until = time(NULL) + 2;

    shutdown(c->fd, SHUT_WR);
    while (time(NULL) < until && poll(&pfd, 1, 500) > 0 && recv(c->fd, c->in, IN_SIZE, 0) > 0) {
    }
}

static void sleep_ms(int64_t ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    while (ms > 0 && nanosleep(&t, &t) < 0 && errno == EINTR) {
    }
}

/* -- request head ------------------------------------------------------------------------ */

#define FIELDS_MAX 500

typedef struct request_t {
    char *method, *target;
    const char *query;             /* behind the '?', or "" */
    int minor;                     /* HTTP/1.<minor> */
    int nfields;
    struct { char *name, *value; } fields[FIELDS_MAX];
    int refused;                   /* status with which the request is refused, or 0 */
    int close;                     /* the connection ends behind the answer */
    int expects_continue;          /* and has not been told yet */
    int chunked;
    int64_t left;                  /* bytes to come of the body, or of the current chunk */
    int body_ended, body_broken;
    int64_t body_bytes;
    uint64_t body_fnv;
} request_t;

static const char *field_or(const request_t *rq, const char *name, const char *otherwise)
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
 * @return its size with the empty line; 0 when the client has gone or the head is too large */
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
        if (*ptoo_large || !fill(c)) {
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

/* @return the status with which to refuse the line, or 0 */
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

/* Look at the fields that frame the body. Whatever is open to two readings is refused, so that a proxy that
 * sends such a thing is found out.
 * @return status to refuse with, or 0 */
static int read_framing(request_t *rq)
{
    int i, has_length = 0, says_close = 0, says_keep = 0;

    for (i = 0; i < rq->nfields; ++i) {
        const char *name = rq->fields[i].name, *value = rq->fields[i].value;
        if (strcasecmp(name, "Content-Length") == 0) {
            if (has_length++ || !read_number(value, &rq->left)) {
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
                           && strcasecmp(field_or(rq, "Expect", ""), "100-continue") == 0;
    return rq->chunked && has_length ? 400 : 0;
}

/* Cut the head at `size` bytes into lines. @return status to refuse with, or 0 */
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

/* @return 0 when there is no request to answer. A bad one is answered: then rq->refused is set */
static int request_read(request_t *rq, conn_t *c)
{
    int too_large = 0;
    size_t size = read_head(c, &too_large);

    memset(rq, 0, offsetof(request_t, fields));
    memset(&rq->refused, 0, sizeof(*rq) - offsetof(request_t, refused));
    rq->method = rq->target = (char *)"-";
    rq->query = "";
    rq->body_fnv = FNV_START;
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

/* -- request body ---------------------------------------------------------------------------- */

/* Read a line that ends in CRLF. @return its length, or -1 */
static int read_line(conn_t *c, char *line, int room)
{
    int len = 0, byte;

    while ((byte = next_byte(c)) >= 0 && byte != '\n' && len < room) {
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

/* @return 0 when the framing is broken */
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

static void continue_if_expected(request_t *rq, conn_t *c)
{
    if (rq->expects_continue) {
        rq->expects_continue = 0;
        put_text(c, "HTTP/1.1 100 Continue\r\n\r\n");
        flush(c, 0);
    }
}

/* The next piece of the body; points into the connection's buffer until the next call.
 * @return its length; 0 at the end and when it is broken off (then rq->body_broken is set) */
static size_t body_next(request_t *rq, conn_t *c, const char **pdata)
{
    size_t len;

    if (rq->body_ended || rq->body_broken) {
        return 0;
    }
    continue_if_expected(rq, c);
    if ((rq->chunked && rq->left == 0 && !next_chunk(rq, c))
        || (!rq->body_ended && c->start == c->end && !fill(c))) {
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
    rq->body_fnv = fnv(rq->body_fnv, *pdata, len);
    rq->body_ended = !rq->chunked && rq->left == 0;
    return len;
}

/* @return 1 when the body has been read to its end */
static int body_read(request_t *rq, conn_t *c)
{
    const char *data;

    while (body_next(rq, c, &data) > 0) {
    }
    return rq->body_ended && !rq->body_broken;
}

/* -- wishes: what the query asks for ------------------------------------------------------------ */

typedef struct wishes_t {
    int64_t delay, status, bytes, chunked, trailer, close, until_close, headers, echo, early, interim, drip,
            every, nosession;      /* -1 when not given */
} wishes_t;

static const struct {
    const char *name;
    size_t offset;
    int64_t least, most;
} known_wishes[] = {
    { "delay", offsetof(wishes_t, delay), 0, INT_MAX },
    { "status", offsetof(wishes_t, status), 100, 999 },
    { "bytes", offsetof(wishes_t, bytes), 0, INT64_MAX },
    { "chunked", offsetof(wishes_t, chunked), 0, 1 },
    { "trailer", offsetof(wishes_t, trailer), 0, 1 },
    { "close", offsetof(wishes_t, close), 0, 1 },
    { "until-close", offsetof(wishes_t, until_close), 0, 1 },
    { "headers", offsetof(wishes_t, headers), 0, 1 },
    { "echo", offsetof(wishes_t, echo), 0, 1 },
    { "early", offsetof(wishes_t, early), 200, 999 },
    { "interim", offsetof(wishes_t, interim), 0, 1000 },
    { "drip", offsetof(wishes_t, drip), 1, INT_MAX },
    { "every", offsetof(wishes_t, every), 0, INT_MAX },
    { "nosession", offsetof(wishes_t, nosession), 0, 1 },
};

/* A parameter of the query; name and value point into it and are not terminated */
typedef struct param_t {
    const char *name, *value;
    size_t name_len, value_len;
} param_t;

/* @return 0 behind the last one */
static int next_param(const char **pquery, param_t *param)
{
    const char *at = *pquery;
    size_t len = strcspn(at, "&");

    if (!*at) {
        return 0;
    }
    param->name = at;
    param->name_len = strcspn(at, "=&");
    param->value = at + param->name_len + (at[param->name_len] == '=');
    param->value_len = (size_t)(at + len - param->value);
    *pquery = at + len + (at[len] == '&');
    return 1;
}

/* @return 0 when the parameter is a known one with a value that it cannot have */
static int read_wish(wishes_t *wishes, const param_t *param)
{
    char value[32];
    int64_t number;
    size_t i;

    for (i = 0; i < sizeof(known_wishes) / sizeof(known_wishes[0]); ++i) {
        if (strlen(known_wishes[i].name) == param->name_len
            && strncmp(param->name, known_wishes[i].name, param->name_len) == 0) {
            snprintf(value, sizeof(value), "%.*s", (int)param->value_len, param->value);
            if (param->value_len >= sizeof(value) || !read_number(value, &number)
                || number < known_wishes[i].least || number > known_wishes[i].most) {
                return 0;
            }
            memcpy((char *)wishes + known_wishes[i].offset, &number, sizeof(number));
        }
    }
    return 1;
}

static int read_wishes(wishes_t *wishes, const char *query)
{
    param_t param;

    memset(wishes, 0xff, sizeof(*wishes));   /* all -1 */
    while (next_param(&query, &param)) {
        if (!read_wish(wishes, &param)) {
            return 0;
        }
    }
    return 1;
}

static size_t url_decode(char *into, size_t room, const char *text, size_t len)
{
    size_t n = 0, i;

    for (i = 0; i < len && n + 1 < room; ++i) {
        char c = text[i] == '+' ? ' ' : text[i];
        unsigned byte;
        if (c == '%' && i + 2 < len && isxdigit((unsigned char)text[i + 1])
            && sscanf(text + i + 1, "%2x", &byte) == 1) {
            c = (char)byte;
            i += 2;
        }
        into[n++] = c;
    }
    into[n] = '\0';
    return n;
}

/* -- answer ------------------------------------------------------------------------------------ */

typedef enum { NO_BODY, BY_LENGTH, BY_CHUNKS, BY_CLOSE } framing_t;

typedef struct answer_t {
    conn_t *c;
    request_t *rq;
    const wishes_t *wishes;
    const session_t *session;
    int status;
    framing_t framing;
    int is_head;                   /* to a HEAD request: framed, but without body bytes */
} answer_t;

static atomic_ulong requests_made;

static const char *reason_of(int status)
{
    static const struct { int status; const char *reason; } known[] = {
        { 100, "Continue" }, { 101, "Switching Protocols" }, { 103, "Early Hints" }, { 200, "OK" },
        { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" }, { 206, "Partial Content" },
        { 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" },
        { 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
        { 413, "Content Too Large" }, { 429, "Too Many Requests" }, { 431, "Header Fields Too Large" },
        { 500, "Internal Server Error" }, { 501, "Not Implemented" }, { 502, "Bad Gateway" },
        { 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
    };
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); ++i) {
        if (known[i].status == status) {
            return known[i].reason;
        }
    }
    return "Status";
}

static framing_t choose_framing(const answer_t *a, int64_t length)
{
    if (a->status < 200 || a->status == 204 || a->status == 304) {
        return NO_BODY;
    }
    if (a->wishes->until_close == 1) {
        return BY_CLOSE;
    }
    if (a->wishes->chunked == 1 || length < 0) {
        return a->rq->minor > 0 ? BY_CHUNKS : BY_CLOSE;
    }
    return BY_LENGTH;
}

/* header-NAME=VALUE. What would break the head apart is left out */
static void put_wished_fields(answer_t *a)
{
    const char *query = a->rq->query;
    char name[256], value[8192];
    param_t param;

    while (next_param(&query, &param)) {
        if (param.name_len > 7 && strncmp(param.name, "header-", 7) == 0) {
            size_t name_len = url_decode(name, sizeof(name), param.name + 7, param.name_len - 7);
            size_t value_len = url_decode(value, sizeof(value), param.value, param.value_len);
            if (strlen(name) == name_len && strlen(value) == value_len && !strpbrk(name, "\r\n: \t")
                && !strpbrk(value, "\r\n")) {
                put_text(a->c, name);
                put_text(a->c, ": ");
                put(a->c, value, value_len);
                put_text(a->c, "\r\n");
            }
        }
    }
}

static void put_session_cookie(answer_t *a)
{
    const session_t *s = a->session;

    if (s && s->wants_cookie) {
        putf(a->c, "Set-Cookie: JSESSIONID=0000%s%s:%s; Path=/\r\n", s->id, s->clones, options.clone_id);
    }
}

static void put_date(conn_t *c)
{
    char text[64];
    time_t now = time(NULL);
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(text, sizeof(text), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
    put_text(c, text);
}

static void put_framing(answer_t *a, const char *content_type, int64_t length)
{
    conn_t *c = a->c;

    if (a->framing != NO_BODY) {
        put_text(c, "Content-Type: ");
        put_text(c, content_type);
        put_text(c, "\r\n");
    }
    if (a->framing == BY_LENGTH) {
        putf(c, "Content-Length: %" PRId64 "\r\n", length);
    }
    if (a->framing == BY_CHUNKS) {
        put_text(c, a->wishes->trailer == 1 ? "Transfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n"
                                            : "Transfer-Encoding: chunked\r\n");
    }
}

/* @param length  of the body, -1 when it is not known */
static void answer_begin(answer_t *a, const char *content_type, int64_t length)
{
    conn_t *c = a->c;

    a->framing = choose_framing(a, length);
    a->is_head = strcmp(a->rq->method, "HEAD") == 0;
    if (a->framing == BY_CLOSE || a->status < 200 || a->wishes->close == 1) {
        a->rq->close = 1;
    }
    putf(c, "HTTP/1.1 %d %s\r\nServer: wlm-member\r\n", a->status, reason_of(a->status));
    putf(c, "X-Member: %s\r\n", options.name);
    put_date(c);
    put_session_cookie(a);
    put_framing(a, content_type, length);
    if (a->rq->close && a->status != 101) {
        put_text(c, "Connection: close\r\n");
    }
    else if (a->rq->minor == 0) {
        put_text(c, "Connection: keep-alive\r\n");
    }
    put_wished_fields(a);
    put_text(c, "\r\n");
}

static void answer_data(answer_t *a, const char *data, size_t len)
{
    if (a->framing == NO_BODY || a->is_head || len == 0) {
        return;
    }
    if (a->framing == BY_CHUNKS) {
        putf(a->c, "%zx\r\n", len);
    }
    put(a->c, data, len);
    if (a->framing == BY_CHUNKS) {
        put(a->c, "\r\n", 2);
    }
}

/* Written before the answer's last bytes leave, so that who has the answer finds the line */
static void log_request(const answer_t *a)
{
    const session_t *s = a->session;
    char *line;
    int len;

    if (options.log_fd < 0) {
        return;
    }
    len = asprintf(&line, "%s %s %s %s %" PRId64 " %s\n", a->rq->method, a->rq->target,
                   s && s->id[0] ? s->id : "-", s && s->clones[0] ? s->clones + 1 : "-", a->rq->body_bytes,
                   field_or(a->rq, "X-Request-Id", "-"));
    if (len > 0) {
        if (write(options.log_fd, line, (size_t)len) != len) {
            fprintf(stderr, "wlm-member: log: %s\n", strerror(errno));
        }
        free(line);
    }
}

static void answer_end(answer_t *a)
{
    if (a->framing == BY_CHUNKS && !a->is_head) {
        put_text(a->c, a->wishes->trailer == 1 ? "0\r\nX-Trailer: done\r\n\r\n" : "0\r\n\r\n");
    }
    log_request(a);
    flush(a->c, 0);
}

/* The pattern's bytes from any position on can be sent out of this block */
#define PATTERN_LEN (26 * 2520)
static char pattern[PATTERN_LEN + 26];

/* A body that is known: text, or without text `total` bytes of the pattern. At once or drop by drop */
static void answer_body(answer_t *a, const char *text, int64_t total)
{
    int64_t at, drops = a->wishes->drip > 0 ? a->wishes->drip : 0;
    int64_t size = drops ? total / drops + (total % drops != 0) : total;

    for (at = 0; at < total && !a->c->broken && a->framing != NO_BODY && !a->is_head;) {
        int64_t drop_end = total - at > size ? at + size : total;
        if (at > 0 && drops) {
            flush(a->c, 0);
            sleep_ms(a->wishes->every);
        }
        while (at < drop_end && !a->c->broken) {
            int64_t len = drop_end - at < PATTERN_LEN ? drop_end - at : PATTERN_LEN;
            answer_data(a, text ? text + at : pattern + at % 26, (size_t)len);
            at += len;
        }
    }
}

static void answer_text(answer_t *a, const char *text, size_t len)
{
    answer_begin(a, "text/plain", (int64_t)len);
    answer_body(a, text, (int64_t)len);
    answer_end(a);
}

/* -- request handling ----------------------------------------------------------------------------- */

/* Which session does the request belong to? Counts the hit */
static void find_session(session_t *s, const request_t *rq, const wishes_t *wishes)
{
    static const char name[] = ";jsessionid=";
    const char *in_path = strstr(rq->target, name), *mark = strchr(rq->target, '?');
    int i, found = 0;

    memset(s, 0, sizeof(*s));
    for (i = 0; i < rq->nfields && !found; ++i) {
        found = strcasecmp(rq->fields[i].name, "Cookie") == 0 && session_read_cookie(s, rq->fields[i].value);
    }
    if (!found && in_path && (!mark || in_path < mark)) {
        found = session_read(s, in_path + sizeof(name) - 1, "?;/");
    }
    if (!found && wishes->nosession == 1) {
        return;
    }
    if (!found) {
        session_make(s);
    }
    s->hits = session_hit(s->id);
    s->wants_cookie = wishes->nosession != 1 && !has_this_clone(s->clones);
}

static void answer_headers(answer_t *a)
{
    const request_t *rq = a->rq;
    char *text;
    size_t len;
    FILE *f = open_memstream(&text, &len);
    int i;

    for (i = 0; i < rq->nfields; ++i) {
        fprintf(f, "%s: %s\n", rq->fields[i].name, rq->fields[i].value);
    }
    fclose(f);
    answer_text(a, text, len);
    free(text);
}

static void answer_default(answer_t *a, unsigned long count)
{
    const request_t *rq = a->rq;
    const session_t *s = a->session;
    char *text;
    int len = asprintf(&text, "member=%s\nclone_id=%s\nsession=%s\nhits=%u\nnew=%d\nmethod=%s\npath=%s\n"
                       "host=%s\nbody_bytes=%" PRId64 "\nbody_fnv=%016" PRIx64 "\nrequest_count=%lu\nfo=%s\n"
                       "connection=%u\n",
                       options.name, options.clone_id, s->id[0] ? s->id : "-", s->hits, s->is_new, rq->method,
                       rq->target, field_or(rq, "Host", "-"), rq->body_bytes, rq->body_fnv, count,
                       field_or(rq, "$WSFO", "-"), a->c->requests);

    if (len >= 0) {
        answer_text(a, text, (size_t)len);
        free(text);
    }
}

/* The request's body comes back while it is being read. @return 0 when it broke off */
static int answer_echo(answer_t *a)
{
    const char *data;
    size_t len;

    answer_begin(a, field_or(a->rq, "Content-Type", "application/octet-stream"),
                 a->rq->chunked ? -1 : a->rq->left);
    while (!a->c->broken && (len = body_next(a->rq, a->c, &data)) > 0) {
        answer_data(a, data, len);
        flush(a->c, 0);
    }
    if (!a->rq->body_ended || a->rq->body_broken) {
        a->c->out_len = 0;
        return 0;
    }
    answer_end(a);
    return 1;
}

static void send_interim(answer_t *a)
{
    int64_t i;

    for (i = 1; i <= a->wishes->interim && a->rq->minor > 0; ++i) {
        putf(a->c, "HTTP/1.1 103 Early Hints\r\nLink: </hint-%" PRId64 ".css>; rel=preload\r\n\r\n", i);
        flush(a->c, 0);
    }
}

/* An answer before the body is read, behind which the connection ends */
static void answer_early(answer_t *a, int status, const char *text)
{
    a->status = status;
    a->rq->close = 1;
    answer_text(a, text, strlen(text));
    linger(a->c);
}

static void answer_known(answer_t *a, unsigned long count)
{
    if (a->wishes->bytes >= 0) {
        answer_begin(a, "application/octet-stream", a->wishes->bytes);
        answer_body(a, NULL, a->wishes->bytes);
        answer_end(a);
    }
    else if (a->wishes->headers == 1) {
        answer_headers(a);
    }
    else {
        answer_default(a, count);
    }
}

/* As far as the body has to be read before the answer. @return 0 when it broke off */
static int take_body(request_t *rq, conn_t *c, const wishes_t *wishes)
{
    if (wishes->early > 0) {
        return 1;
    }
    if (wishes->echo == 1) {
        continue_if_expected(rq, c);   /* not later: it would stand behind the answer's head */
        return 1;
    }
    return body_read(rq, c);
}

/* @return 1 when another request may follow on the connection */
static int handle(conn_t *c, request_t *rq)
{
    wishes_t wishes;
    session_t session;
    answer_t a = { .c = c, .rq = rq, .wishes = &wishes, .status = 200 };
    unsigned long count;
    int wishes_ok = read_wishes(&wishes, rq->query);

    if (rq->refused || !wishes_ok) {
        memset(&wishes, 0xff, sizeof(wishes));
        answer_early(&a, rq->refused ? rq->refused : 400,
                     rq->refused ? "refused\n" : "bad value in the query\n");
        return 0;
    }
    if (!take_body(rq, c, &wishes)) {
        return 0;
    }
    count = atomic_fetch_add(&requests_made, 1) + 1;
    ++c->requests;
    find_session(&session, rq, &wishes);
    a.session = &session;
    a.status = wishes.status > 0 ? (int)wishes.status : 200;
    send_interim(&a);
    sleep_ms(options.delay_ms + (wishes.delay > 0 ? wishes.delay : 0));
    if (wishes.early > 0) {
        answer_early(&a, (int)wishes.early, "early\n");
        return 0;
    }
    if (wishes.echo == 1) {
        return answer_echo(&a) && !rq->close && !c->broken;
    }
    answer_known(&a, count);
    return !rq->close && !c->broken;
}

static void *serve(void *arg)
{
    conn_t *c = arg;
    request_t *rq = malloc(sizeof(*rq));

    while (rq && request_read(rq, c) && handle(c, rq)) {
    }
    free(rq);
    close(c->fd);
    free(c);
    return NULL;
}

/* -- listening ------------------------------------------------------------------------------------- */

static int listen_on(struct addrinfo *address)
{
    int on = 1, fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0
        && bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, 1024) == 0) {
        return fd;
    }
    die(options.port, strerror(errno));
    return -1;
}

static int open_listener(void)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *address;
    int error = getaddrinfo(options.host[0] ? options.host : NULL, options.port, &hints, &address), fd;

    if (error) {
        die(options.host, gai_strerror(error));
    }
    fd = listen_on(address);
    freeaddrinfo(address);
    return fd;
}

static void say_ready(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);
    char port[16];
    int is_v6 = strchr(options.host, ':') != NULL;

    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0
        || getnameinfo((struct sockaddr *)&address, len, NULL, 0, port, sizeof(port), NI_NUMERICSERV) != 0) {
        die("getsockname", strerror(errno));
    }
    printf("wlm-member %s listening on %s%s%s:%s\n", options.name, is_v6 ? "[" : "", options.host,
           is_v6 ? "]" : "", port);
    fflush(stdout);
}

static void start_thread(int fd, const pthread_attr_t *attr)
{
    int on = 1;
    pthread_t thread;
    conn_t *c = malloc(sizeof(*c));

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (c) {
        memset(c, 0, offsetof(conn_t, out));
        c->fd = fd;
    }
    if (!c || pthread_create(&thread, attr, serve, c) != 0) {
        fprintf(stderr, "wlm-member: no thread for a connection: %s\n", strerror(errno));
        close(fd);
        free(c);
    }
}

static void accept_for_ever(int listener)
{
    pthread_attr_t attr;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, 128 * 1024);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            start_thread(fd, &attr);
        }
        else if (errno != EINTR && errno != ECONNABORTED) {
            fprintf(stderr, "wlm-member: accept: %s\n", strerror(errno));
            sleep_ms(100);
        }
    }
}

static void on_end(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

static void set_up_process(void)
{
    struct rlimit files;
    size_t i;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_end);
    signal(SIGINT, on_end);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    for (i = 0; i < sizeof(pattern); ++i) {
        pattern[i] = (char)('a' + i % 26);
    }
}

int main(int argc, char **argv)
{
    int listener;

    read_options(argc, argv);
    set_up_process();
    listener = open_listener();
    say_ready(listener);
    accept_for_ever(listener);
    return 0;
}

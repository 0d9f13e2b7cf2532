/* One request after the other on a connection: read, decide, answer, log. On the connection's thread. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "tools/member/member.h"
#include "tools/member/answer.h"
#include "tools/member/workers.h"

static atomic_ulong requests_made;

/* The request's session, by Cookie, path, or newly made; its hit is counted */
static void find_session(session_t *s, const request_t *rq, const answer_options_t *options)
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
    if (!found && options->nosession == 1) {
        return;
    }
    if (!found) {
        session_make(s);
    }
    s->hits = session_hit(s->id);
    s->wants_cookie = options->nosession != 1 && !session_has_this_clone(s->clones);
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
                       member_options.name, member_options.clone_id, s->id[0] ? s->id : "-", s->hits,
                       s->is_new, rq->method, rq->target, request_field(rq, "Host", "-"), rq->body_bytes,
                       rq->body_fnv, count, request_field(rq, "$WSFO", "-"), a->c->requests);

    if (len >= 0) {
        answer_text(a, text, (size_t)len);
        free(text);
    }
}

/* Written as soon as the whole request is read: from then on it counts as executed, whatever becomes of the answer */
static void log_received(const request_t *rq)
{
    char *line;

    if (member_options.received_fd >= 0) {
        int len = asprintf(&line, "%s %s %" PRId64 " %s\n", rq->method, rq->target, rq->body_bytes,
                           request_field(rq, "X-Request-Id", "-"));
        member_log(member_options.received_fd, line, len);
    }
}

/* Send the request's body back while it is read. @return 0: it broke off */
static int answer_echo(answer_t *a)
{
    const char *data;
    size_t len;

    answer_begin(a, request_field(a->rq, "Content-Type", "application/octet-stream"),
                 a->rq->chunked ? -1 : a->rq->left);
    while (!a->c->broken && (len = body_next(a->rq, a->c, &data)) > 0) {
        answer_data(a, data, len);
        conn_flush(a->c, 0);
    }
    if (!a->rq->body_ended || a->rq->body_broken) {
        a->c->out_len = 0;
        return 0;
    }
    log_received(a->rq);
    answer_end(a);
    return 1;
}

static void send_interim(answer_t *a)
{
    int64_t i;

    for (i = 1; i <= a->options->interim && a->rq->minor > 0; ++i) {
        conn_putf(a->c, "HTTP/1.1 103 Early Hints\r\nLink: </hint-%" PRId64 ".css>; rel=preload\r\n\r\n", i);
        conn_flush(a->c, 0);
    }
}

/* Answer before the body is read; then the connection ends */
static void answer_early(answer_t *a, int status, const char *text)
{
    a->status = status;
    a->rq->close = 1;
    answer_text(a, text, strlen(text));
    conn_linger(a->c);
}

static void refuse(answer_t *a, int status, const char *text)
{
    answer_options_t none;

    answer_options_read(&none, "");
    a->options = &none;
    answer_early(a, status, text);
}

static void answer_known(answer_t *a, unsigned long count)
{
    if (a->options->bytes >= 0) {
        answer_begin(a, "application/octet-stream", a->options->bytes);
        answer_body(a, NULL, a->options->bytes);
        answer_end(a);
    }
    else if (a->options->headers == 1) {
        answer_headers(a);
    }
    else {
        answer_default(a, count);
    }
}

/* Read the body, unless the answer comes before it or while it is read. @return 0: it broke off */
static int read_body(request_t *rq, conn_t *c, const answer_options_t *options)
{
    if (options->early > 0) {
        return 1;
    }
    if (options->echo == 1) {
        body_continue(rq, c);   /* now: later it would come behind the answer's head */
        return 1;
    }
    return body_read(rq, c);
}

/* @return 1: another request may follow on the connection */
static int handle(conn_t *c, request_t *rq)
{
    answer_options_t options;
    session_t session;
    answer_t a = { .c = c, .rq = rq, .options = &options, .status = 200 };
    unsigned long count;
    int options_ok = answer_options_read(&options, rq->query);

    if (rq->refused || !options_ok) {
        refuse(&a, rq->refused ? rq->refused : 400, rq->refused ? "refused\n" : "bad value in the query\n");
        return 0;
    }
    if (!read_body(rq, c, &options)) {
        if (!c->ended) {
            refuse(&a, 400, "malformed body\n");
        }
        return 0;
    }
    if (options.early <= 0 && options.echo != 1) {
        log_received(rq);
    }
    count = atomic_fetch_add(&requests_made, 1) + 1;
    ++c->requests;
    find_session(&session, rq, &options);
    a.session = &session;
    a.status = options.status > 0 ? (int)options.status : 200;
    send_interim(&a);
    if (options.workers >= 0) {
        workers_set(options.workers);
    }
    workers_work(member_options.delay_ms + (options.delay > 0 ? options.delay : 0));
    if (options.early > 0) {
        answer_early(&a, (int)options.early, "early\n");
        return 0;
    }
    if (options.echo == 1) {
        return answer_echo(&a) && !rq->close && !c->broken;
    }
    answer_known(&a, count);
    return !rq->close && !c->broken;
}

void *member_serve(void *arg)
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

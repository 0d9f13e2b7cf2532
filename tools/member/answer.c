/* Writes an answer to a connection: head, body in the framing that was asked for, end. On the connection's thread. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "tools/member/member.h"
#include "tools/member/answer.h"

/* A body of a-z: a piece can be sent out of this block from each of the 26 positions on */
#define PATTERN_LEN (26 * 2520)
static char pattern[PATTERN_LEN + 26];

void answer_prepare(void)
{
    size_t i;

    for (i = 0; i < sizeof(pattern); ++i) {
        pattern[i] = (char)('a' + i % 26);
    }
}

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
    if (a->options->until_close == 1) {
        return BY_CLOSE;
    }
    if (a->options->chunked == 1 || length < 0) {
        return a->rq->minor > 0 ? BY_CHUNKS : BY_CLOSE;
    }
    return BY_LENGTH;
}

/* header-NAME=VALUE. Characters that end a field or a head are not sent */
static void put_requested_fields(answer_t *a)
{
    const char *query = a->rq->query;
    char name[256], value[8192];
    param_t param;

    while (param_next(&query, &param)) {
        if (param.name_len > 7 && strncmp(param.name, "header-", 7) == 0) {
            size_t name_len = param_decode(name, sizeof(name), param.name + 7, param.name_len - 7);
            size_t value_len = param_decode(value, sizeof(value), param.value, param.value_len);
            if (strlen(name) == name_len && strlen(value) == value_len && !strpbrk(name, "\r\n: \t")
                && !strpbrk(value, "\r\n")) {
                conn_put_text(a->c, name);
                conn_put_text(a->c, ": ");
                conn_put(a->c, value, value_len);
                conn_put_text(a->c, "\r\n");
            }
        }
    }
}

static void put_session_cookie(answer_t *a)
{
    const session_t *s = a->session;

    if (s && s->wants_cookie) {
        conn_putf(a->c, "Set-Cookie: JSESSIONID=0000%s%s:%s; Path=/\r\n", s->id, s->clones,
                  member_options.clone_id);
    }
}

static void put_date(conn_t *c)
{
    char text[64];
    time_t now = time(NULL);
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(text, sizeof(text), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
    conn_put_text(c, text);
}

static void put_framing(answer_t *a, const char *content_type, int64_t length)
{
    conn_t *c = a->c;

    if (a->framing != NO_BODY) {
        conn_put_text(c, "Content-Type: ");
        conn_put_text(c, content_type);
        conn_put_text(c, "\r\n");
    }
    if (a->framing == BY_LENGTH) {
        conn_putf(c, "Content-Length: %" PRId64 "\r\n", length);
    }
    if (a->framing == BY_CHUNKS) {
        conn_put_text(c, a->options->trailer == 1 ? "Transfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n"
                                            : "Transfer-Encoding: chunked\r\n");
    }
}

void answer_begin(answer_t *a, const char *content_type, int64_t length)
{
    conn_t *c = a->c;

    a->framing = choose_framing(a, length);
    a->is_head = strcmp(a->rq->method, "HEAD") == 0;
    if (a->framing == BY_CLOSE || a->status < 200 || a->options->close == 1) {
        a->rq->close = 1;
    }
    conn_putf(c, "HTTP/1.1 %d %s\r\nServer: wlm-member\r\n", a->status, reason_of(a->status));
    conn_putf(c, "X-Member: %s\r\n", member_options.name);
    put_date(c);
    if (member_options.utilization >= 0) {
        conn_putf(c, "endpoint-load-metrics: TEXT application_utilization=%g\r\n", member_options.utilization);
    }
    put_session_cookie(a);
    put_framing(a, content_type, length);
    if (a->rq->close && a->status != 101) {
        conn_put_text(c, "Connection: close\r\n");
    }
    else if (a->rq->minor == 0) {
        conn_put_text(c, "Connection: keep-alive\r\n");
    }
    put_requested_fields(a);
    conn_put_text(c, "\r\n");
}

void answer_data(answer_t *a, const char *data, size_t len)
{
    if (a->framing == NO_BODY || a->is_head || len == 0) {
        return;
    }
    if (a->framing == BY_CHUNKS) {
        conn_putf(a->c, "%zx\r\n", len);
    }
    conn_put(a->c, data, len);
    if (a->framing == BY_CHUNKS) {
        conn_put(a->c, "\r\n", 2);
    }
}

/* Written before the answer's last bytes are sent: a test that has the answer finds the line */
static void log_request(const answer_t *a)
{
    const session_t *s = a->session;
    char *line;
    int len;

    if (member_options.log_fd < 0) {
        return;
    }
    len = asprintf(&line, "%s %s %s %s %" PRId64 " %s\n", a->rq->method, a->rq->target,
                   s && s->id[0] ? s->id : "-", s && s->clones[0] ? s->clones + 1 : "-", a->rq->body_bytes,
                   request_field(a->rq, "X-Request-Id", "-"));
    member_log(member_options.log_fd, line, len);
}

void answer_end(answer_t *a)
{
    if (a->framing == BY_CHUNKS && !a->is_head) {
        conn_put_text(a->c, a->options->trailer == 1 ? "0\r\nX-Trailer: done\r\n\r\n" : "0\r\n\r\n");
    }
    log_request(a);
    conn_flush(a->c, 0);
}

void answer_body(answer_t *a, const char *text, int64_t total)
{
    int64_t at, drops = a->options->drip > 0 ? a->options->drip : 0;
    int64_t size = drops ? total / drops + (total % drops != 0) : total;

    for (at = 0; at < total && !a->c->broken && a->framing != NO_BODY && !a->is_head;) {
        int64_t drop_end = total - at > size ? at + size : total;
        if (at > 0 && drops) {
            conn_flush(a->c, 0);
            member_sleep(a->options->every);
        }
        while (at < drop_end && !a->c->broken) {
            int64_t len = drop_end - at < PATTERN_LEN ? drop_end - at : PATTERN_LEN;
            answer_data(a, text ? text + at : pattern + at % 26, (size_t)len);
            at += len;
        }
    }
}

void answer_text(answer_t *a, const char *text, size_t len)
{
    answer_begin(a, "text/plain", (int64_t)len);
    answer_body(a, text, (int64_t)len);
    answer_end(a);
}

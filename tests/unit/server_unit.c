/* An HTTP server in a process of its own, which answers with prepared bytes. On the thread of the test. */
#include <stdio.h>
#include "server_unit.h"

int server_listen(int *pport)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert(fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0 && listen(fd, 8) == 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *pport = ntohs(address.sin_port);
    return fd;
}

/* @return 0: the client has closed */
static int server_read_request(char *request, size_t size, int fd)
{
    size_t length = 0, wanted = 0;

    while (length < size - 1) {
        ssize_t n = recv(fd, request + length, size - 1 - length, 0);
        const char *body, *field;

        if (n <= 0) {
            return 0;
        }
        length += (size_t)n;
        request[length] = '\0';
        body = strstr(request, "\r\n\r\n");
        field = strstr(request, "Content-Length: ");
        wanted = !body ? size
               : (size_t)(body + 4 - request) + (field && field < body ? strtoul(field + 16, NULL, 10) : 0);
        if (length >= wanted) {
            return 1;
        }
    }
    return 0;
}

static void server_send(int fd, const char *bytes, int flags)
{
    size_t left = strlen(bytes), piece = flags & SERVER_IN_PIECES ? 1 : left;

    for (; left > 0; left -= piece, bytes += piece) {
        if (send(fd, bytes, piece, MSG_NOSIGNAL) != (ssize_t)piece) {
            return;                /* the client has seen enough */
        }
    }
}

static void server_run(int listener, int out, const char *const *answers, int flags)
{
    char request[8192];
    int connection, on = 1;

    for (connection = 1;; ++connection) {
        int fd = accept(listener, NULL, NULL);

        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        while (server_read_request(request, sizeof(request), fd)) {
            dprintf(out, "#%d %s\n", connection, request);
            server_send(fd, *answers, flags);
            answers += answers[1] != NULL;
            if (flags & SERVER_CLOSES) {
                break;
            }
        }
        close(fd);
    }
}

server_t server_start(const char *const *answers, int flags)
{
    server_t server = { 0 };
    int listener = server_listen(&server.port), fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    server.pid = fork();
    ck_assert_int_ge(server.pid, 0);
    if (!server.pid) {
        server_run(listener, fds[1], answers, flags);
    }
    close(listener);
    close(fds[1]);
    server.requests = fds[0];
    return server;
}

char *server_url(const server_t *server)
{
    return apr_psprintf(unit_pool, "http://127.0.0.1:%d/wlm-status", server->port);
}

char *server_end(server_t *server)
{
    char text[16384];
    size_t length = 0;
    ssize_t n;

    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    while ((n = read(server->requests, text + length, sizeof(text) - length)) > 0) {
        length += (size_t)n;
    }
    close(server->requests);
    return apr_pstrmemdup(unit_pool, text, length);
}

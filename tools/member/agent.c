/* Answers each connection to the agent's port with a line, and closes it. On a thread of its own. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tools/member/agent.h"
#include "tools/member/listen.h"
#include "tools/member/member.h"

#define LINE_SIZE 512

/* The file is read each time, so what is said changes with it. @return its length; 0: it cannot be read */
static size_t read_file(char line[LINE_SIZE])
{
    int fd = open(member_options.agent_file, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, line, LINE_SIZE);

    if (fd >= 0) {
        close(fd);
    }
    return n > 0 ? (size_t)n : 0;
}

static size_t make_line(char line[LINE_SIZE])
{
    double busy = member_options.utilization < 0 ? 0 : member_options.utilization;
    double percent = 100 - 100 * busy;

    return (size_t)snprintf(line, LINE_SIZE, "up %.0f%%\n", percent > 1 ? percent : 1);
}

static void *serve(void *arg)
{
    int listener = (int)(intptr_t)arg;
    char line[LINE_SIZE];

    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0) {
            size_t len = member_options.agent_file ? read_file(line) : make_line(line);

            send(fd, line, len, MSG_NOSIGNAL);
            close(fd);
        }
        else if (errno != EINTR && errno != ECONNABORTED) {
            member_sleep(100);
        }
    }
    return NULL;
}

void agent_start(void)
{
    const char *host = member_options.path ? "127.0.0.1" : member_options.host;
    int listener = listen_on_port(host, member_options.agent_port), error;
    pthread_t thread;

    error = pthread_create(&thread, NULL, serve, (void *)(intptr_t)listener);
    if (error) {
        member_die("--agent", strerror(error));
    }
}

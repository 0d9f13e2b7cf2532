/* Opens the sockets on which wlm-member listens. On main()'s thread. */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/host.h"
#include "tools/member/listen.h"
#include "tools/member/member.h"

static int listen_on(struct addrinfo *address, const char *port)
{
    int on = 1, fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0
        && bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, 1024) == 0) {
        return fd;
    }
    member_die(port, strerror(errno));
    return -1;
}

/* A socket that an earlier process has left behind is replaced; anything else in its place stays */
int listen_on_path(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat file;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) > WLM_HOST_SOCKET_PATH_MAX) {
        member_die(path, "a socket's path has 107 bytes at most");
    }
    strcpy(address.sun_path, path);
    if (lstat(path, &file) == 0 && S_ISSOCK(file.st_mode)) {
        unlink(path);
    }
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || chmod(path, 0666) != 0
        || listen(fd, 1024) != 0) {
        member_die(path, strerror(errno));
    }
    return fd;
}

int listen_on_port(const char *host, const char *port)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *address;
    int error = getaddrinfo(host[0] ? host : NULL, port, &hints, &address), fd;

    if (error) {
        member_die(host, gai_strerror(error));
    }
    fd = listen_on(address, port);
    freeaddrinfo(address);
    return fd;
}

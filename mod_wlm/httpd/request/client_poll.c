/* What to poll for input of a client's connection, and whether the client has closed it. On the thread that has the
 * connection. */
#include "httpd/request/client_poll.h"
#include <httpd.h>
#include <apr_portable.h>
#include <http_core.h>
#include <poll.h>
#include "httpd/context/compat.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif

int wlm_client_poll_fd(struct pollfd *pollfd, conn_rec *c)
{
    apr_pollfd_t client;
    apr_os_sock_t fd = -1;
    apr_os_file_t file = -1;

    memset(&client, 0, sizeof(client));
    if (ap_get_pollfd_from_conn(c, &client, NULL) != APR_SUCCESS) {
        return 0;
    }
    if (client.desc_type == APR_POLL_SOCKET && apr_os_sock_get(&fd, client.desc.s) == APR_SUCCESS) {
        *pollfd = (struct pollfd){ (int)fd, 0, 0 };
    }
    else if (client.desc_type == APR_POLL_FILE && apr_os_file_get(&file, client.desc.f) == APR_SUCCESS) {
        *pollfd = (struct pollfd){ (int)file, 0, 0 };
    }
    return fd >= 0 || file >= 0;
}

/* A client that has closed only its sending side counts as gone, too, as with other proxies: a full close looks the
 * same here. */
void wlm_client_poll_for_leaving(struct pollfd *pollfd, conn_rec *c)
{
    *pollfd = (struct pollfd){ -1, 0, 0 };
    if (!c->master && wlm_client_poll_fd(pollfd, c)) {
        pollfd->events = POLLRDHUP;
    }
}

int wlm_client_poll_has_left(conn_rec *c)
{
    struct pollfd client;

    wlm_client_poll_for_leaving(&client, c);
    return c->aborted || (client.events && poll(&client, 1, 0) > 0);
}

/* server_unit.h: an HTTP server that answers with prepared bytes, in a process of its own.
 *
 *     server_t server = server_start(answers, 0); ... server_url(&server); ... requests = server_end(&server);
 */
#ifndef SERVER_UNIT_H
#define SERVER_UNIT_H

#include <signal.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "unit.h"

enum { SERVER_CLOSES = 1, SERVER_IN_PIECES = 2 }; /* the connection, behind each answer; a byte in each write */

typedef struct server_t {
    pid_t pid;
    int port;
    int requests;                  /* pipe: what was received, each request behind "#" and its connection's number */
} server_t;

int server_listen(int *pport);
/** @param answers  bytes for one request after the other, the last of them for all others; ends with NULL. An answer
 *                  without bytes never comes, unless the server closes */
server_t server_start(const char *const *answers, int flags);
char *server_url(const server_t *server);
/** @return the requests that the server has got */
char *server_end(server_t *server);

#endif

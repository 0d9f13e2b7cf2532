/* conn_unit.h: a listener on the loopback interface, and connections with it. Needs unit.h before it. */
#ifndef CONN_UNIT_H
#define CONN_UNIT_H

#include <netinet/in.h>
#include <unistd.h>
#include "net/conn.h"
#include "blocking_unit.h"

#define SEC APR_USEC_PER_SEC

static int listener = -1;
static wlm_address_t address;
static char why[WLM_CONN_WHY_SIZE];

static inline void setup(void)
{
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(sa);

    unit_setup();
    listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&sa, sizeof(sa)), 0);
    ck_assert_int_eq(listen(listener, 8), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&sa, &len), 0);
    ck_assert(wlm_address_read(&address, "127.0.0.1", ntohs(sa.sin_port)));
}

static inline void teardown(void)
{
    close(listener);
    unit_teardown();
}

/* @return the member's end */
static inline int open_pair(wlm_conn_t **pconn)
{
    int peer;

    ck_assert_int_eq(open_and_wait(pconn, why, &address, NULL, SEC), APR_SUCCESS);
    peer = accept(listener, NULL, NULL);
    ck_assert_int_ge(peer, 0);
    return peer;
}

static inline void await_readable(wlm_conn_t *conn)
{
    wlm_wait_t wait;

    wlm_wait_init(&wait);
    do {
        ck_assert(APR_STATUS_IS_EAGAIN(wlm_conn_wait_for(conn, WLM_CONN_READ, 5 * SEC, &wait)));
        wlm_wait_poll(&wait);
    } while (!wlm_conn_ready(conn, WLM_CONN_READ, wait.member.revents));
}

#endif

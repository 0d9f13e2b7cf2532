/* net/shortage.h: errors that mean httpd's own shortage (descriptors, memory, local ports), and say nothing about a
 * member. Pure, any thread. */
#ifndef WLM_NET_SHORTAGE_H
#define WLM_NET_SHORTAGE_H

#include <stdint.h>
#include <apr_errno.h>
#include <sys/socket.h>

/** So many idle connections are closed at the most to open one: other threads may use first what that has freed. */
#define WLM_SHORTAGE_CLOSE_MAX 16

/** Is the error of opening a connection httpd's own shortage? EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL. Pure. */
int wlm_shortage_is(apr_status_t rv);

/** Can this process open nothing now? For failures without a reason, such as those of name resolution.
 *  @return the error of an attempt to open a socket, when that is a shortage; otherwise APR_SUCCESS */
apr_status_t wlm_shortage_now(void);

/** EADDRNOTAVAIL of a connect means one of two things: no local port is free, or (IPv6 that is switched off, for
 *  example) there is no local address from which the other one could be reached. @return 1: it was the latter */
int wlm_shortage_is_unreachable(const struct sockaddr *sa, socklen_t len);

/**
 * Does a descriptor's number say that this process has opened three quarters of what it may? Numbers are assigned from
 * below, so it does not have to count. What idles leaves the rest for clients: httpd ends a process that cannot accept
 * one. Any thread.
 */
int wlm_shortage_is_near(int fd);

/** How many descriptors this process may open. @return 0: as many as it likes */
int wlm_shortage_files_max(void);
/** How many are open now. Costs a few microseconds, or, before Linux 6.2, about a millisecond for thousands of them.
 *  @return 0: that cannot be known here */
int wlm_shortage_files(void);

/** What to do against it, for the log. Static text. */
const char *wlm_shortage_remedy(apr_status_t rv);

/**
 * How many descriptors a process of httpd may need, with some for its own files. Pure.
 * @param clients     connections of clients at most
 * @param in_use      connections to members that serve a request, at most
 * @param spooled     bodies of requests in files, at most
 * @param transports  of all members: each may have a kept connection besides
 */
int64_t wlm_shortage_descriptors(int clients, int in_use, int spooled, int transports);

#endif

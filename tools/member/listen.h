/* tools/member/listen.h: sockets that wlm-member listens on. On main()'s thread; when one cannot be made the process
 * ends with a message. */
#ifndef TOOL_MEMBER_LISTEN_H
#define TOOL_MEMBER_LISTEN_H

/** @param host  "" for all addresses  @param port  "0" for any free one */
int listen_on_port(const char *host, const char *port);
/** On a Unix domain socket, which every user may use. */
int listen_on_path(const char *path);

#endif

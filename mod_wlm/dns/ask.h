/* dns/ask.h: asks the name service by the system's resolver, as /etc/resolv.conf says it: servers, search list, time
 * limits; over TCP what UDP has no room for.
 */
#ifndef WLM_DNS_ASK_H
#define WLM_DNS_ASK_H

#include "dns/answer.h"

/**
 * All addresses of a name, or its SRV records. Blocks for as long as the resolver does. Where the name service has no
 * address the other sources of the system are asked (getaddrinfo(): /etc/hosts, nsswitch.conf). Any thread.
 * @param answer  all zero
 */
void wlm_dns_ask(wlm_dns_answer_t *answer, const char *name, int is_srv);

#endif

/* tools/member/member.h: what all parts of wlm-member share. Set by main()'s thread before there are others. */
#ifndef TOOL_MEMBER_MEMBER_H
#define TOOL_MEMBER_MEMBER_H

#include <stddef.h>
#include <stdint.h>
#include "base/hash.h"

typedef struct member_options_t {
    const char *name, *clone_id;
    char *host, *port;
    const char *path;              /* of the socket on which it listens instead; NULL: none */
    int64_t delay_ms;              /* before every answer */
    double utilization;            /* what its answers say of it (ORCA); negative: nothing */
    const char *agent_port;        /* on which it says how it is, as HAProxy asks; NULL: none */
    const char *agent_file;        /* with the line that it says there; NULL: what follows from the utilization */
    int log_fd, received_fd;       /* -1: no such log */
} member_options_t;

extern member_options_t member_options; /* does not change once there are threads */

/** Print what is wrong and end the process with status 2. */
void member_die(const char *what, const char *why) __attribute__((noreturn));

/** Parse a whole number. @return 0: it is none, negative, or too large */
int member_number(const char *text, int64_t *pnumber);

/** Sleep on the calling thread. @param ms  not positive: not at all */
void member_sleep(int64_t ms);

/** Append a line to a log by one write(), so that lines of threads do not mix. @param fd  -1: there is no such log
 *  @param line  of malloc(); it is freed @param len  negative: there is no line */
void member_log(int fd, char *line, int len);

/** The function of a connection's thread. @param arg  its conn_t, which is freed */
void *member_serve(void *arg);

/** 64 bit FNV-1a of bytes, piece by piece: begin with WLM_HASH_START. */
static inline uint64_t member_fnv(uint64_t hash, const char *data, size_t len)
{
    for (; len > 0; --len) {
        hash = wlm_hash_byte(hash, *data++);
    }
    return hash;
}

#endif

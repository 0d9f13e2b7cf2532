/* tools/member/member.h: what all parts of wlm-member share. */
#ifndef TOOL_MEMBER_MEMBER_H
#define TOOL_MEMBER_MEMBER_H

#include <stddef.h>
#include <stdint.h>
#include "base/hash.h"

typedef struct member_options_t {
    const char *name, *clone_id;
    char *host, *port;
    int64_t delay_ms;              /* before every answer */
    int log_fd, received_fd;       /* -1: no such log */
} member_options_t;

extern member_options_t member_options; /* does not change once there are threads */

/** Say what is wrong and end the process. */
void member_die(const char *what, const char *why) __attribute__((noreturn));

/** @return 0 when the text is not a number, negative, or too large */
int member_number(const char *text, int64_t *pnumber);

void member_sleep(int64_t ms);

/** Write a line with one write(), so that it is whole whatever happens next. Nothing happens without a file.
 *  @param len  of the line; it is freed. Negative: there is none */
void member_log(int fd, char *line, int len);

/** The thread of one connection. @param arg  its conn_t, which is freed */
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

/* tools/member/answer_options.h: the parameters of a request's query that say how it is answered. wlm-member.1 has
 * their meanings. On the connection's thread. */
#ifndef TOOL_MEMBER_ANSWER_OPTIONS_H
#define TOOL_MEMBER_ANSWER_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

typedef struct answer_options_t {
    int64_t delay, status, bytes, chunked, trailer, close, until_close, headers, echo, early, interim, drip,
            every, workers, nosession;      /* -1 when not given */
} answer_options_t;

/* A parameter of the query; name and value point into it and are not terminated */
typedef struct param_t {
    const char *name, *value;
    size_t name_len, value_len;
} param_t;

/** Parse a query; unknown parameters are ignored. @return 0: a known one has an invalid value */
int answer_options_read(answer_options_t *options, const char *query);

/** The next parameter of a query. @param pquery  in and out: what is left of it @return 0: there is none left */
int param_next(const char **pquery, param_t *param);

/** Decode %xx and '+'. Cuts what does not fit. @return length, without the terminator */
size_t param_decode(char *into, size_t room, const char *text, size_t len);

#endif

/* tools/member/answer_options.h: what a request's query asks for. */
#ifndef TOOL_MEMBER_ANSWER_OPTIONS_H
#define TOOL_MEMBER_ANSWER_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

typedef struct answer_options_t {
    int64_t delay, status, bytes, chunked, trailer, close, until_close, headers, echo, early, interim, drip,
            every, nosession;      /* -1 when not given */
} answer_options_t;

/* A parameter of the query; name and value point into it and are not terminated */
typedef struct param_t {
    const char *name, *value;
    size_t name_len, value_len;
} param_t;

/** @return 0 when a known parameter has a value that it cannot have */
int answer_options_read(answer_options_t *options, const char *query);

/** @return 0 behind the last one; *pquery goes on */
int param_next(const char **pquery, param_t *param);

/** Decode %xx and '+'. Cuts what does not fit. @return length, without the terminator */
size_t param_decode(char *into, size_t room, const char *text, size_t len);

#endif

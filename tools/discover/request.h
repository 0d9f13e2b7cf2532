/* tools/discover/request.h: requests to a source, by libcurl, with a token out of a file. A server object belongs to
 * one thread, which waits. The token is in no text that is printed. */
#ifndef DISCOVER_REQUEST_H
#define DISCOVER_REQUEST_H

#include <stdint.h>
#include <apr_tables.h>
#include <curl/curl.h>
#include <jansson.h>
#include "tools/discover/received.h"
#include "tools/discover/told.h"

/** Bytes of an answer that are read. */
#define DISCOVER_ANSWER_MAX (64 * 1024 * 1024)

typedef struct discover_server_t {
    const char *url;               /* without a '/' at its end */
    const char *token_file;        /* NULL: no token is sent. Read before each request, so that a new one is used */
    const char *token_field;       /* the header field, up to the token */
    const char *cacert;            /* NULL: certificates of the system */
    CURL *curl;                    /* NULL at first */
    apr_table_t *fields;           /* of the last answer's head, in the pool of the call; NULL at first */
} discover_server_t;

/** Why there is no answer, or none that can be used. kind is DISCOVER_FINE for one that can. */
typedef struct discover_failure_t {
    int kind;                      /* told.h */
    long status;                   /* HTTP; 0: there is no answer */
    const char *why;               /* in the pool of the call */
} discover_failure_t;

/** @param pjson  out: the answer, for json_decref(); only with DISCOVER_FINE */
discover_failure_t discover_get(json_t **pjson, discover_server_t *server, const char *path, long timeout_ms,
                                apr_pool_t *p);

/**
 * Read lines until the server ends the answer, the time is over, or no more are wanted: these are DISCOVER_FINE.
 * @param line  is called with NULL, too, when an answer with status 200 begins; what it returns then does not count
 */
discover_failure_t discover_read_lines(discover_server_t *server, const char *path, long timeout_ms,
                                       discover_line_t *line, void *data, apr_pool_t *p);

/** A text as it stands in a query or a path. In p. */
const char *discover_escape(const char *text, apr_pool_t *p);

#endif

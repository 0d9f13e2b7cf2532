/* http/trace_context.h: the request field `traceparent` of W3C Trace Context (https://www.w3.org/TR/trace-context/,
 * level 1), which correlates the logs and spans of all servers that handle a request. Pure; any thread.
 *
 *     traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
 *           version   trace-id                         parent-id        flags (01: sampled)
 */
#ifndef WLM_HTTP_TRACE_CONTEXT_H
#define WLM_HTTP_TRACE_CONTEXT_H

#define WLM_TRACE_CONTEXT_ID_LENGTH 32
#define WLM_TRACE_CONTEXT_LENGTH    55     /* of a field of version 00 */
#define WLM_TRACE_CONTEXT_RANDOM    24     /* bytes that a new one needs */
#define WLM_TRACE_CONTEXT_PARENT_LENGTH 16
#define WLM_TRACE_CONTEXT_CHILD_RANDOM  8  /* bytes that a child needs */

/**
 * Parse a field. Versions after 00 may have more text behind the flags (3.2.4); ff is invalid.
 * @param field  NULL: there is none
 * @return its trace-id, WLM_TRACE_CONTEXT_ID_LENGTH characters within the field; NULL: the field is ignored
 */
const char *wlm_trace_context_id(const char *field);

/**
 * A new field of version 00.
 * @param field   room for WLM_TRACE_CONTEXT_LENGTH + 1 characters
 * @param random  WLM_TRACE_CONTEXT_RANDOM bytes; an id that would be all zero, and so invalid, gets a last digit 1
 */
void wlm_trace_context_make(char *field, const unsigned char *random, int sampled);

/** The parent-id of a valid field, WLM_TRACE_CONTEXT_PARENT_LENGTH characters within it. */
const char *wlm_trace_context_parent(const char *field);

/** Does the caller record the request, and ask others to do so? @param field  a valid one */
int wlm_trace_context_is_sampled(const char *field);

/**
 * A field of the same trace with an id of our own, of version 00 whatever that of `parent` is (4.3), with the flag
 * sampled.
 * @param field   room for WLM_TRACE_CONTEXT_LENGTH + 1 characters
 * @param parent  a valid field
 * @param random  WLM_TRACE_CONTEXT_CHILD_RANDOM bytes
 */
void wlm_trace_context_make_child(char *field, const char *parent, const unsigned char *random);

/**
 * Is a new trace one of so many percent? By the last 56 bits of its id, as OpenTelemetry's samplers decide, so that
 * programs with the same share choose the same traces.
 * @param random  the bytes that it is made of
 */
int wlm_trace_context_is_chosen(const unsigned char *random, int percent);

#endif

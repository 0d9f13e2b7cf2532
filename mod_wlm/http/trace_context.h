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

#endif

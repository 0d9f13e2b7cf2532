/* httpd/runtime/span_log.h: the files and programs that get lines of spans (WLMSpans).
 * Opened in the parent, written by any thread of any process. */
#ifndef WLM_HTTPD_RUNTIME_SPAN_LOG_H
#define WLM_HTTPD_RUNTIME_SPAN_LOG_H

#include <httpd.h>
#include "httpd/context/config.h"
#include "view/span.h"

/** In the parent, when the configuration is complete, for this configuration: open what the servers name, each once.
 *  What cannot be opened is logged, and no error of the start. */
void wlm_span_log_open(apr_pool_t *pconf, server_rec *s);

/** Is any open? Constant in a child. */
int wlm_span_log_is_open(void);

/** What is the same in all lines; valid as long as the configuration. */
const wlm_span_source_t *wlm_span_log_source(void);

/** Write a line; never waits for a program. What is lost is told by a message, in each process once a minute at most.
 *  @param line  at most WLM_SPAN_LINE_MAX bytes, with its end */
void wlm_span_log_write(const wlm_spans_t *spans, const request_rec *r, const char *line, apr_size_t length);

#endif

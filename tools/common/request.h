/* tools/common/request.h: what requests of the tools by libcurl have in common. Works with libcurl 7.76, the one of
 * RHEL 9, too. Any thread that has the handle. */
#ifndef TOOL_COMMON_REQUEST_H
#define TOOL_COMMON_REQUEST_H

#include <apr_tables.h>
#include <curl/curl.h>

/**
 * Options of each request: only http and https, the tool's name as User-Agent, no signals, a time for connecting.
 *
 * @param cacert      NULL: the certificates of the system
 * @param timeout_ms  of the whole request
 */
void tool_request_prepare(CURL *curl, const char *url, const char *cacert, long timeout_ms);

/**
 * A line of an answer's head, as CURLOPT_HEADERFUNCTION gets it. (libcurl has curl_easy_header() only since 7.83.)
 *
 * @param fields  apr_table_t *: what the last head of the request has so far; where there are several, as with a login,
 *                those before are forgotten
 */
size_t tool_request_field(char *data, size_t size, size_t count, void *fields);

#endif

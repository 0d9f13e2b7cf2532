/* httpd/runtime/log_target.h: what lines are written to: a file, or a program. Opened in the parent while it starts,
 * written by any thread of any process. */
#ifndef WLM_HTTPD_RUNTIME_LOG_TARGET_H
#define WLM_HTTPD_RUNTIME_LOG_TARGET_H

#include <apr_file_io.h>
#include <apr_want.h>

#define WLM_LOG_TARGET_PARTS 3     /* of a line, at most */

typedef struct wlm_log_target_t wlm_log_target_t;

/**
 * Open it for appending. Children inherit it.
 * @param ptarget  closed with pconf
 * @param name     a path, relative to ServerRoot, or "|" and a program, which httpd starts again when it has ended
 */
apr_status_t wlm_log_target_open(wlm_log_target_t **ptarget, const char *name, apr_pool_t *pconf);

/** Where it is a pipe, no write waits until it is read, and it has room for bursts. In the parent, after opening. */
void wlm_log_target_set_nonblocking(wlm_log_target_t *target, apr_pool_t *pconf);

/**
 * Write a line with its end, by one system call: lines of several processes do not mix (in a pipe, those of up to
 * PIPE_BUF bytes), and no lock is needed. Behind a line that a full disk has cut off, whichever process has written
 * it, the next one begins on a line of its own.
 * @param parts  the line, at most WLM_LOG_TARGET_PARTS
 * @return why it was not written, or not to its end
 */
apr_status_t wlm_log_target_write(wlm_log_target_t *target, const struct iovec *parts, int count);

#endif

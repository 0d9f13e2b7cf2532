/* base/detached_thread.h: threads of our own for calls that may block for long, beside those of httpd.
 */
#ifndef WLM_BASE_DETACHED_THREAD_H
#define WLM_BASE_DETACHED_THREAD_H

#include <stddef.h>

/**
 * Start a thread that nobody waits for, and that gets no signals: these are for httpd's own threads. Any thread; not
 * before a fork.
 * @param run    its function; what it returns is not used
 * @param stack  bytes
 * @return 1; 0: no thread can be had
 */
int wlm_detached_thread_start(void *(*run)(void *data), void *data, size_t stack);

#endif

/* httpd/runtime/loader.h: the one thread of a child process in which versions of files are made.
 *
 * malloc() has several arenas, and a thread takes what it needs from its own. What a load needs for a moment (the tree
 * of the file) is some times as large as what stays; of what is free at an arena's end, other than of holes in it,
 * nothing goes back to the system before it is large. Were a load done by whoever asks for it, each thread would keep
 * such an end.
 */
#ifndef WLM_HTTPD_RUNTIME_LOADER_H
#define WLM_HTTPD_RUNTIME_LOADER_H

/**
 * Do work(data) in that thread, after what it has to do already, and wait until it is done. The thread is started when
 * there is work for the first time; where none can be had, and after wlm_loader_end(), the caller does the work itself.
 * Any thread of a child process, except that one.
 */
void wlm_loader_do(void (*work)(void *data), void *data);
/** The process ends: what was asked for is done, then the thread ends. */
void wlm_loader_end(void);

#endif

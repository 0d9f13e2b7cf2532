/* httpd/registration/journal.h: the journal beside the file of WLMRegistry: the messages that have changed the registry
 * since that file was written, a line each. A process that answers a node adds a line, which costs microseconds; the
 * file, which all processes read, is written from time to time, for many changes at once.
 *
 * A journal has a number, which is in the file, too, with how much of the journal the file has: one with another number
 * does not count. So a process that dies between any two steps leaves both in a state that can be read. A line without
 * its line feed was never answered, and does not count either.
 *
 * Whoever calls holds the lock of the journal.
 */
#ifndef WLM_HTTPD_REGISTRATION_JOURNAL_H
#define WLM_HTTPD_REGISTRATION_JOURNAL_H

#include <apr_pools.h>

/** A lock of the system on PATH + suffix, which ends with the process however that ends. It is the process': threads
 *  need a mutex beside it. @param waits  0: not for others @return a descriptor, which to close ends the lock; -1, with
 *  errno: EACCES or EAGAIN when another process has it */
int wlm_journal_lock(const char *path, const char *suffix, int waits, apr_pool_t *p);

/**
 * Read what a journal has behind a position.
 * @param journal    its number
 * @param pposition  from where on; set to the end of the last whole line
 * @param ptext      whole lines, "" when there are none, or the journal has another number or is not there: in p
 * @return 1: there is a journal of that number; 0: there is none; -1, with errno: it cannot be read
 */
int wlm_journal_read(const char *path, apr_uint64_t journal, apr_uint64_t *pposition, char **ptext, apr_pool_t *p);

/** Open a journal of that number, to look whether it grows. @return a descriptor; -1: there is none */
int wlm_journal_open(const char *path, apr_uint64_t journal, apr_pool_t *p);
/** Is that still the journal, and does it end there? Needs no lock: what is added while this looks comes later. */
int wlm_journal_ends_at(int fd, apr_uint64_t position);

/** Add a line, at a position where wlm_journal_read() has found the end. @return 0, or errno: then it is as it was */
int wlm_journal_add(const char *path, apr_uint64_t *pposition, const char *line, apr_pool_t *p);

/** Begin one of another number in its place. @param pposition  its end @return 0, or errno */
int wlm_journal_begin(const char *path, apr_uint64_t journal, apr_uint64_t *pposition, apr_pool_t *p);
/** Where the first line of a journal begins. */
apr_uint64_t wlm_journal_first(apr_uint64_t journal, apr_pool_t *p);

/** How long a journal of that number is; 0: there is none. Needs no lock. */
apr_uint64_t wlm_journal_length(const char *path, apr_uint64_t journal, apr_pool_t *p);

#endif

/* shared/remote.h: a table that several web servers share, in a store such as Redis, behind the table of learned
 * sessions of each. The store's calls are synchronous, and may hang for as long as the store does. So threads of the
 * process make them: a request waits for an answer as for anything else (net/wait.h), for a limited time, and what is
 * to be stored waits in a queue that is bounded.
 *
 * A value is asked for once: requests that ask for it at the same time wait for the same answer, and for some seconds
 * the answer is remembered, also that there is none. When the store fails or does not answer in time several times in
 * succession the breaker opens (base/breaker.h), and no request waits until a probe has succeeded.
 *
 * A thread that hangs cannot be interrupted. It is left to itself: the code of the process must stay where it is until
 * the process ends, and there are at most WLM_REMOTE_THREADS of them.
 */
#ifndef WLM_SHARED_REMOTE_H
#define WLM_SHARED_REMOTE_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>
#include "base/breaker.h"

#define WLM_REMOTE_KEY_SIZE 16
#define WLM_REMOTE_NAME_SIZE 128   /* of a member's name, with its NUL; longer ones are not stored */
#define WLM_REMOTE_THREADS 16
#define WLM_REMOTE_ASKED_MAX 128   /* values that wait for a thread; no further one is asked for */
#define WLM_REMOTE_TOLD_MAX 1024   /* what waits to be stored */
#define WLM_REMOTE_REMEMBERED apr_time_from_sec(2)

/** What all processes share: zero, or from the last (re)start on. */
typedef struct wlm_remote_record_t {
    wlm_breaker_t breaker;
    _Atomic uint64_t opened;       /* how often that was */
    _Atomic uint64_t asked;        /* values */
    _Atomic uint64_t found, unknown, failed; /* their answers */
    _Atomic uint64_t timed_out;    /* requests that have gone on without an answer */
    _Atomic uint64_t not_asked;    /* values, because the breaker was open, */
    _Atomic uint64_t not_asked_full; /* or too many waited */
    _Atomic uint64_t stored, not_stored; /* bindings; the store has failed */
    _Atomic uint64_t dropped;      /* bindings, because too many waited */
} wlm_remote_record_t;

typedef enum { WLM_REMOTE_FOUND, WLM_REMOTE_UNKNOWN, WLM_REMOTE_FAILED } wlm_remote_answer_t;

/** The store's calls, on threads of the process; each may take any time. */
typedef struct wlm_remote_calls_t {
    /** @param name  set when it is FOUND. A store that is known to be gone may answer UNKNOWN: put() is asked then */
    wlm_remote_answer_t (*get)(void *data, const unsigned char key[WLM_REMOTE_KEY_SIZE],
                               char name[WLM_REMOTE_NAME_SIZE]);
    /** @return 1: it is stored */
    int (*put)(void *data, const unsigned char key[WLM_REMOTE_KEY_SIZE], const char *name,
               apr_interval_time_t expiry);
    /** The breaker has opened or closed. */
    void (*changed)(void *data, int is_open);
} wlm_remote_calls_t;

typedef struct wlm_remote_t wlm_remote_t;
/** A value that is asked for. */
typedef struct wlm_remote_question_t wlm_remote_question_t;

/**
 * In a child process. It lives as long as that.
 * @param timeout  an answer that takes longer is a failure; requests wait no longer
 * @param expiry   of what is stored
 * @return NULL: there is no memory
 */
wlm_remote_t *wlm_remote_make(wlm_remote_record_t *record, const wlm_remote_calls_t *calls, void *data,
                              apr_interval_time_t timeout, apr_interval_time_t expiry);

/** Ask which member has a value. Does not block. Any thread.
 *  @return NULL: nothing is to be waited for, and nothing is known */
wlm_remote_question_t *wlm_remote_ask(wlm_remote_t *remote, const unsigned char key[WLM_REMOTE_KEY_SIZE]);
/** A word that changes from 0 when there is an answer, and is woken then (base/futex.h). */
const _Atomic uint32_t *wlm_remote_word(const wlm_remote_question_t *question);
/** The member's name, until the question is ended; NULL: the answer is not there, or says nothing. */
const char *wlm_remote_name(const wlm_remote_question_t *question);
/** The caller has the answer, or does not wait any more. Once for each wlm_remote_ask() that has returned a question.
 *  @param has_waited  for the whole time: without an answer that counts as a failure of the store */
void wlm_remote_end(wlm_remote_t *remote, wlm_remote_question_t *question, int has_waited);
/** How long a request may wait. */
apr_interval_time_t wlm_remote_timeout(const wlm_remote_t *remote);

/** This member has the value now: is stored soon. Does not block. Any thread. */
void wlm_remote_tell(wlm_remote_t *remote, const unsigned char key[WLM_REMOTE_KEY_SIZE], const char *name);
/** The process ends: wait until all that has been told is stored, no longer than that, and not while the breaker is
 *  open. After it nothing is asked or stored, and threads that hang touch nothing when they come back. */
void wlm_remote_end_process(wlm_remote_t *remote, apr_interval_time_t limit);

#endif

/* Questions to the store and bindings for it, and the threads that make its calls. One mutex for all of them, which is
 * never held over a call. */
#include "shared/remote.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "base/detached_thread.h"
#include "base/futex.h"

#define WAYS 4                     /* places where a question may stand */
#define QUESTIONS 1024
#define STACK (256 * 1024)
#define IDLE_MAX apr_time_from_sec(10) /* a thread without work ends */
#define WRITER_PATIENCE apr_time_from_sec(5) /* a thread that stores for longer hangs: another one goes on */

enum { FREE, QUEUED, ASKING, ANSWERED };

struct wlm_remote_question_t {
    unsigned char key[WLM_REMOTE_KEY_SIZE];
    int state, waiting;            /* under the mutex, as the next; so many requests wait */
    int was_late;                  /* a request has gone on without it */
    apr_time_t until;              /* ANSWERED: until then it is remembered */
    _Atomic uint32_t over;         /* 1: the rest does not change while somebody waits */
    wlm_remote_answer_t answer;
    char name[WLM_REMOTE_NAME_SIZE];
};

typedef struct binding_t {
    unsigned char key[WLM_REMOTE_KEY_SIZE];
    char name[WLM_REMOTE_NAME_SIZE];
} binding_t;

struct wlm_remote_t {
    wlm_remote_record_t *record;
    wlm_remote_calls_t calls;
    void *data;
    apr_interval_time_t timeout, expiry;
    pthread_mutex_t mutex;
    pthread_cond_t work, drained, never;
    int threads, idle;
    int ends;                      /* the process: what belongs to it goes away under threads that hang */
    int probes;                    /* the breaker wants one */
    unsigned asked, nasked;        /* the first in `queue`, and how many */
    wlm_remote_question_t *queue[WLM_REMOTE_ASKED_MAX];
    unsigned told, ntold;          /* the same in `bindings` */
    apr_time_t storing;            /* since when a thread stores; 0: none does */
    unsigned long writer;          /* number of that storing */
    binding_t bindings[WLM_REMOTE_TOLD_MAX];
    wlm_remote_question_t questions[QUESTIONS];
};

static const unsigned char probe_key[WLM_REMOTE_KEY_SIZE];

/* -- the breaker ------------------------------------------------------------------------------------------- */

/* Not under the mutex */
static void note(wlm_remote_t *remote, int is_alive)
{
    wlm_remote_record_t *record = remote->record;

    if (is_alive ? wlm_breaker_succeeded(&record->breaker) : wlm_breaker_failed(&record->breaker, wlm_now())) {
        if (!is_alive) {
            atomic_fetch_add(&record->opened, 1);
        }
        remote->calls.changed(remote->data, !is_alive);
    }
}

/* After a call. When the process ends, what a thread would touch now, such as shared memory, may be gone */
static void come_back(wlm_remote_t *remote)
{
    pthread_mutex_lock(&remote->mutex);
    while (remote->ends) {
        pthread_cond_wait(&remote->never, &remote->mutex);
    }
    pthread_mutex_unlock(&remote->mutex);
}

/* @return 1: it has stored, in time */
static int store(wlm_remote_t *remote, const unsigned char *key, const char *name)
{
    apr_time_t begun = wlm_now();
    int ok = remote->calls.put(remote->data, key, name, remote->expiry);

    come_back(remote);
    note(remote, ok && wlm_now() - begun <= remote->timeout);
    return ok;
}

static int probe(wlm_remote_t *remote)
{
    return store(remote, probe_key, "-");
}

/* -- starting threads: the mutex is held ----------------------------------------------------------------------- */

static void *run(void *data);

/* There is work. Where no thread can be had it waits for one that there is, or for the next work */
static void wake(wlm_remote_t *remote)
{
    if (remote->ends) {
        return;
    }
    if (remote->idle) {
        pthread_cond_signal(&remote->work);
    }
    else if (remote->threads < WLM_REMOTE_THREADS) {
        remote->threads += wlm_detached_thread_start(run, remote, STACK);
    }
}

/* One thread begins a call that may hang: others do what is left */
static void wake_for_rest(wlm_remote_t *remote)
{
    if (remote->nasked || remote->probes || (remote->ntold && !remote->storing)) {
        wake(remote);
    }
}

/* -- the threads' work: the mutex is held, but for the calls ------------------------------------------------- */

static wlm_remote_answer_t call(wlm_remote_t *remote, const unsigned char *key, char *name, int *pis_late)
{
    apr_time_t begun = wlm_now();
    wlm_remote_answer_t answer = remote->calls.get(remote->data, key, name);

    come_back(remote);
    *pis_late = wlm_now() - begun > remote->timeout;
    /* that it knows nothing proves nothing after a failure: httpd's providers say so of a server that is gone */
    if (answer == WLM_REMOTE_UNKNOWN && atomic_load(&remote->record->breaker.failures) && !probe(remote)) {
        answer = WLM_REMOTE_FAILED;
    }
    return answer;
}

static void count_answer(wlm_remote_record_t *record, wlm_remote_answer_t answer)
{
    atomic_fetch_add(answer == WLM_REMOTE_FOUND ? &record->found : answer == WLM_REMOTE_UNKNOWN ? &record->unknown
                     : &record->failed, 1);
}

static void put_answer(wlm_remote_question_t *question, wlm_remote_answer_t answer, const char *name)
{
    memcpy(question->name, name, sizeof(question->name));
    question->answer = answer;
    question->state = ANSWERED;
    question->until = answer == WLM_REMOTE_FAILED ? 0 : wlm_now() + WLM_REMOTE_REMEMBERED;
    atomic_store(&question->over, 1);
}

static void answer_next(wlm_remote_t *remote)
{
    wlm_remote_question_t *question = remote->queue[remote->asked];
    char name[WLM_REMOTE_NAME_SIZE] = "";
    wlm_remote_answer_t answer;
    int is_late, was_late;

    remote->asked = (remote->asked + 1) % WLM_REMOTE_ASKED_MAX;
    --remote->nasked;
    if (!question->waiting) {      /* nobody wants to know it any more */
        question->state = FREE;
        return;
    }
    question->state = ASKING;
    atomic_fetch_add(&remote->record->asked, 1);
    wake_for_rest(remote);
    pthread_mutex_unlock(&remote->mutex);
    answer = call(remote, question->key, name, &is_late);
    count_answer(remote->record, answer);
    pthread_mutex_lock(&remote->mutex);
    was_late = question->was_late;
    put_answer(question, answer, name);
    pthread_mutex_unlock(&remote->mutex);
    wlm_futex_wake(&question->over); /* if it is another question by now, it finds that nothing has come */
    if (answer == WLM_REMOTE_FOUND && !is_late) {
        note(remote, 1);
    }
    else if ((answer == WLM_REMOTE_FAILED || is_late) && !was_late) { /* otherwise the request has told it */
        note(remote, 0);
    }
    pthread_mutex_lock(&remote->mutex);
}

static void store_next(wlm_remote_t *remote)
{
    binding_t binding = remote->bindings[remote->told];
    unsigned long writer = ++remote->writer;
    int ok;

    remote->told = (remote->told + 1) % WLM_REMOTE_TOLD_MAX;
    --remote->ntold;
    remote->storing = wlm_now();
    wake_for_rest(remote);
    pthread_mutex_unlock(&remote->mutex);
    ok = store(remote, binding.key, binding.name);
    atomic_fetch_add(ok ? &remote->record->stored : &remote->record->not_stored, 1);
    pthread_mutex_lock(&remote->mutex);
    if (writer == remote->writer) { /* no other one has taken over */
        remote->storing = 0;
    }
    if (!remote->ntold && !remote->storing) {
        pthread_cond_broadcast(&remote->drained);
    }
}

static void run_probe(wlm_remote_t *remote)
{
    --remote->probes;
    wake_for_rest(remote);
    pthread_mutex_unlock(&remote->mutex);
    probe(remote);
    pthread_mutex_lock(&remote->mutex);
}

/* Bindings are stored one after the other, so that the newest of a value is the last.
 * @param pdue  set when there are some, but only later @return 1: one may be stored now */
static int may_store(wlm_remote_t *remote, apr_time_t now, apr_time_t *pdue)
{
    if (!remote->ntold) {
        return 0;
    }
    if (remote->storing && now < remote->storing + WRITER_PATIENCE) {
        *pdue = remote->storing + WRITER_PATIENCE;
        return 0;
    }
    if (wlm_breaker_may(&remote->record->breaker, now) != WLM_BREAKER_LEAVE) { /* as a probe, perhaps */
        return 1;
    }
    *pdue = wlm_breaker_due(&remote->record->breaker);
    return 0;
}

/* @return 1: something was done */
static int work(wlm_remote_t *remote, apr_time_t *pdue)
{
    if (remote->ends) {
        return 0;
    }
    if (remote->probes) {
        run_probe(remote);
    }
    else if (remote->nasked) {
        answer_next(remote);
    }
    else if (may_store(remote, wlm_now(), pdue)) {
        store_next(remote);
    }
    else {
        return 0;
    }
    return 1;
}

/* @param due  0: nothing is @return 0: there was no work for long */
static int wait_for_work(wlm_remote_t *remote, apr_time_t due)
{
    apr_time_t now = wlm_now();
    apr_interval_time_t left = due > now ? due - now : due ? 1000 : IDLE_MAX;
    struct timespec until;
    int rc;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)apr_time_sec(left);
    until.tv_nsec += (long)apr_time_usec(left) * 1000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        ++until.tv_sec;
    }
    ++remote->idle;
    rc = pthread_cond_timedwait(&remote->work, &remote->mutex, &until);
    --remote->idle;
    return rc == 0 || due;
}

static void *run(void *data)
{
    wlm_remote_t *remote = data;
    apr_time_t due;

    pthread_mutex_lock(&remote->mutex);
    do {
        due = 0;
    } while (work(remote, &due) || wait_for_work(remote, due));
    --remote->threads;
    pthread_mutex_unlock(&remote->mutex);
    return NULL;
}

/* -- questions --------------------------------------------------------------------------------------------- */

static wlm_remote_question_t *set_of(wlm_remote_t *remote, const unsigned char *key)
{
    uint32_t bits;

    memcpy(&bits, key, sizeof(bits));
    return &remote->questions[bits % (QUESTIONS / WAYS) * WAYS];
}

static wlm_remote_question_t *find(wlm_remote_question_t *set, const unsigned char *key)
{
    int i;

    for (i = 0; i < WAYS; ++i) {
        if (set[i].state != FREE && memcmp(set[i].key, key, WLM_REMOTE_KEY_SIZE) == 0) {
            return &set[i];
        }
    }
    return NULL;
}

/* A free place, or that of the oldest answer that nobody reads. @return NULL: there is none */
static wlm_remote_question_t *find_place(wlm_remote_question_t *set)
{
    wlm_remote_question_t *place = NULL;
    int i;

    for (i = 0; i < WAYS; ++i) {
        if (set[i].state == FREE) {
            return &set[i];
        }
        if (set[i].state == ANSWERED && !set[i].waiting && (!place || set[i].until < place->until)) {
            place = &set[i];
        }
    }
    return place;
}

static wlm_remote_question_t *put_question(wlm_remote_t *remote, wlm_remote_question_t *set, const unsigned char *key)
{
    wlm_remote_question_t *question = remote->nasked < WLM_REMOTE_ASKED_MAX ? find_place(set) : NULL;

    if (!question) {
        atomic_fetch_add(&remote->record->not_asked_full, 1);
        return NULL;
    }
    memset(question, 0, sizeof(*question));
    memcpy(question->key, key, WLM_REMOTE_KEY_SIZE);
    question->state = QUEUED;
    question->waiting = 1;
    remote->queue[(remote->asked + remote->nasked++) % WLM_REMOTE_ASKED_MAX] = question;
    wake(remote);
    return question;
}

/* One that stands there already. @return 1: *pjoined is what to wait for, perhaps nothing */
static int join(wlm_remote_question_t *question, apr_time_t now, wlm_remote_question_t **pjoined)
{
    *pjoined = NULL;
    if (!question || (question->state == ANSWERED && now >= question->until)) {
        return 0;
    }
    if (question->state == ANSWERED ? question->answer == WLM_REMOTE_FOUND : !question->was_late) {
        ++question->waiting;
        *pjoined = question;
    }
    return 1;
}

static wlm_remote_question_t *ask_anew(wlm_remote_t *remote, wlm_remote_question_t *set,
                                       wlm_remote_question_t *known, const unsigned char *key, apr_time_t now)
{
    if (known && !known->waiting) {
        known->state = FREE;       /* its answer is too old */
    }
    switch (wlm_breaker_may(&remote->record->breaker, now)) {
    case WLM_BREAKER_ASK:
        return put_question(remote, set, key);
    case WLM_BREAKER_PROBE:
        ++remote->probes;
        wake(remote);
        break;
    case WLM_BREAKER_LEAVE:
        break;
    }
    atomic_fetch_add(&remote->record->not_asked, 1);
    return NULL;
}

wlm_remote_question_t *wlm_remote_ask(wlm_remote_t *remote, const unsigned char key[WLM_REMOTE_KEY_SIZE])
{
    wlm_remote_question_t *set = set_of(remote, key), *known, *question;
    apr_time_t now = wlm_now();

    pthread_mutex_lock(&remote->mutex);
    known = find(set, key);
    if (!join(known, now, &question) && !remote->ends) {
        question = ask_anew(remote, set, known, key, now);
    }
    pthread_mutex_unlock(&remote->mutex);
    return question;
}

const _Atomic uint32_t *wlm_remote_word(const wlm_remote_question_t *question)
{
    return &question->over;
}

const char *wlm_remote_name(const wlm_remote_question_t *question)
{
    return atomic_load(&question->over) && question->answer == WLM_REMOTE_FOUND ? question->name : NULL;
}

void wlm_remote_end(wlm_remote_t *remote, wlm_remote_question_t *question, int has_waited)
{
    int is_first = 0;

    pthread_mutex_lock(&remote->mutex);
    --question->waiting;
    if (has_waited && question->state != ANSWERED) {
        is_first = !question->was_late && !remote->ends;
        question->was_late = 1;
        atomic_fetch_add(&remote->record->timed_out, 1);
    }
    pthread_mutex_unlock(&remote->mutex);
    if (is_first) {
        note(remote, 0);
    }
}

apr_interval_time_t wlm_remote_timeout(const wlm_remote_t *remote)
{
    return remote->timeout;
}

/* -- bindings ---------------------------------------------------------------------------------------------- */

void wlm_remote_tell(wlm_remote_t *remote, const unsigned char key[WLM_REMOTE_KEY_SIZE], const char *name)
{
    size_t len = strlen(name);
    binding_t *binding;

    if (len >= WLM_REMOTE_NAME_SIZE) {
        return;
    }
    pthread_mutex_lock(&remote->mutex);
    if (remote->ntold == WLM_REMOTE_TOLD_MAX) {
        atomic_fetch_add(&remote->record->dropped, 1);
    }
    else {
        binding = &remote->bindings[(remote->told + remote->ntold++) % WLM_REMOTE_TOLD_MAX];
        memcpy(binding->key, key, sizeof(binding->key));
        memcpy(binding->name, name, len + 1);
        wake(remote);
    }
    pthread_mutex_unlock(&remote->mutex);
}

void wlm_remote_end_process(wlm_remote_t *remote, apr_interval_time_t limit)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)limit * 1000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&remote->mutex);
    while (rc == 0 && (remote->ntold || remote->storing) && !wlm_breaker_due(&remote->record->breaker)) {
        rc = pthread_cond_timedwait(&remote->drained, &remote->mutex, &until);
    }
    remote->ends = 1;
    pthread_mutex_unlock(&remote->mutex);
}

/* -- making -------------------------------------------------------------------------------------------------- */

wlm_remote_t *wlm_remote_make(wlm_remote_record_t *record, const wlm_remote_calls_t *calls, void *data,
                              apr_interval_time_t timeout, apr_interval_time_t expiry)
{
    wlm_remote_t *remote = calloc(1, sizeof(*remote));
    pthread_condattr_t attr;

    if (!remote) {
        return NULL;
    }
    remote->record = record;
    remote->calls = *calls;
    remote->data = data;
    remote->timeout = timeout;
    remote->expiry = expiry;
    pthread_mutex_init(&remote->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&remote->work, &attr);
    pthread_cond_init(&remote->drained, &attr);
    pthread_cond_init(&remote->never, &attr);
    pthread_condattr_destroy(&attr);
    return remote;
}

/* shared/robust_mutex.h: a mutex in shared memory that outlives its holder: when a process dies with it, the next one
 * gets it. */
#ifndef WLM_SHARED_ROBUST_MUTEX_H
#define WLM_SHARED_ROBUST_MUTEX_H

#include <pthread.h>

/** Before there are other processes. */
void wlm_robust_mutex_make(pthread_mutex_t *mutex);

/** @return 1: the process that had it died with it, so what it protects may be half done */
int wlm_robust_mutex_lock(pthread_mutex_t *mutex);

static inline void wlm_robust_mutex_unlock(pthread_mutex_t *mutex)
{
    pthread_mutex_unlock(mutex);
}

#endif

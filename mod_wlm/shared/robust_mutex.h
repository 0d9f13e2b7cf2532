/* shared/robust_mutex.h: a mutex in shared memory that the next process can lock when its holder has died. */
#ifndef WLM_SHARED_ROBUST_MUTEX_H
#define WLM_SHARED_ROBUST_MUTEX_H

#include <pthread.h>

/** Initialise it, before there are other processes. */
void wlm_robust_mutex_make(pthread_mutex_t *mutex);

/** @return 1: the process that held it has died, so the data that it protects may be half changed */
int wlm_robust_mutex_lock(pthread_mutex_t *mutex);

/** Unlock it, on the thread that has locked it. */
static inline void wlm_robust_mutex_unlock(pthread_mutex_t *mutex)
{
    pthread_mutex_unlock(mutex);
}

#endif

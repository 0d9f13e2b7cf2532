/* Robust mutexes between processes, by pthread. */
#include <errno.h>
#include "shared/robust_mutex.h"

void wlm_robust_mutex_make(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &attr);
    pthread_mutexattr_destroy(&attr);
}

int wlm_robust_mutex_lock(pthread_mutex_t *mutex)
{
    if (pthread_mutex_lock(mutex) != EOWNERDEAD) {
        return 0;
    }
    pthread_mutex_consistent(mutex);
    return 1;
}

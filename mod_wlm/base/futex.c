/* A word in shared memory to wait for: futex(2), not the private kind. Any thread and process. */
#include "base/futex.h"
#ifdef __linux__
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void wlm_futex_wait(const _Atomic uint32_t *word, uint32_t seen, apr_interval_time_t timeout)
{
    struct timespec time = { timeout / APR_USEC_PER_SEC, timeout % APR_USEC_PER_SEC * 1000 };

    syscall(SYS_futex, word, FUTEX_WAIT, seen, &time, NULL, 0);
}

void wlm_futex_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
#else
/* without a futex a waiter polls the word every few milliseconds */
void wlm_futex_wait(const _Atomic uint32_t *word, uint32_t seen, apr_interval_time_t timeout)
{
    if (*word == seen) {
        apr_sleep(timeout < 5000 ? timeout : 5000);
    }
}

void wlm_futex_wake(_Atomic uint32_t *word)
{
    (void)word;
}
#endif

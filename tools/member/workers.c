/* The workers of a member: a lock and a line of tickets. On the threads of connections. */
#include "tools/member/workers.h"
#include <pthread.h>
#include "tools/member/member.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int64_t workers, at_work;
static uint64_t last_ticket, next_ticket;

void workers_set(int64_t n)
{
    pthread_mutex_lock(&lock);
    workers = n;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void begin(void)
{
    uint64_t ticket;

    pthread_mutex_lock(&lock);
    ticket = last_ticket++;
    while (ticket != next_ticket || (workers && at_work >= workers)) {
        pthread_cond_wait(&changed, &lock);
    }
    ++next_ticket;
    ++at_work;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void end(void)
{
    pthread_mutex_lock(&lock);
    --at_work;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void workers_work(int64_t ms)
{
    begin();
    member_sleep(ms);
    end();
}

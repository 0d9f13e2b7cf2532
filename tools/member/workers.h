/* tools/member/workers.h: the workers that a member has, as an application server does: the time before an answer is
 * spent by one of them, and requests wait for one in the order in which they came. Any thread. */
#ifndef TOOL_MEMBER_WORKERS_H
#define TOOL_MEMBER_WORKERS_H

#include <stdint.h>

/** How many there are from now on. @param n  0: as many as there are requests */
void workers_set(int64_t n);

/** Work for so long, on the calling thread, once a worker is free. */
void workers_work(int64_t ms);

#endif

/* tools/wlmctl/interrupt.h: Ctrl-C (SIGINT, SIGTERM) ends a loop, which then prints where things stand.
 * On main()'s thread. */
#ifndef WLMCTL_INTERRUPT_H
#define WLMCTL_INTERRUPT_H

#include <signal.h>

/** 1 after Ctrl-C, when wlmctl_catch_interrupt() was called before. */
extern volatile sig_atomic_t wlmctl_interrupted;
/** From now on Ctrl-C does not end the process. */
void wlmctl_catch_interrupt(void);

#endif

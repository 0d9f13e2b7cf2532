/* tools/wlmctl/interrupt.h: Ctrl-C ends a command that waits, in an orderly manner. */
#ifndef WLMCTL_INTERRUPT_H
#define WLMCTL_INTERRUPT_H

#include <signal.h>

/** Becomes 1 when the user wants to end (Ctrl-C), once wlmctl_catch_interrupt() was called. */
extern volatile sig_atomic_t wlmctl_interrupted;
void wlmctl_catch_interrupt(void);

#endif

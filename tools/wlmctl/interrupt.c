/* Ctrl-C: the signal's handler sets a flag, which the loops of events, top and wait check. On main()'s thread. */
#include <string.h>
#include "tools/wlmctl/interrupt.h"

volatile sig_atomic_t wlmctl_interrupted;

static void interrupt(int signal)
{
    (void)signal;
    wlmctl_interrupted = 1;
}

void wlmctl_catch_interrupt(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = interrupt; /* without SA_RESTART: system calls that wait return */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* Ctrl-C ends a command that waits: the signal's handler notes it, and the one thread that there is checks the note. */
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
    action.sa_handler = interrupt; /* without SA_RESTART: what waits, ends */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

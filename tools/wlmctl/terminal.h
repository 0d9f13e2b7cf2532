/* tools/wlmctl/terminal.h: a screen of its own on the terminal, its size, and keys without Enter.
 * On main()'s thread. */
#ifndef WLMCTL_TERMINAL_H
#define WLMCTL_TERMINAL_H

#include <stddef.h>
#include <apr_time.h>

/* What wlmctl_terminal_wait() returns besides characters */
enum {
    WLMCTL_KEY_NONE = 0,           /* the time is over */
    WLMCTL_KEY_QUIT = 256,         /* q, Q, Ctrl-C, SIGTERM, or the terminal is gone */
    WLMCTL_KEY_RESIZE,             /* no key: the terminal has another size now */
    WLMCTL_KEY_UP, WLMCTL_KEY_DOWN, WLMCTL_KEY_PAGE_UP, WLMCTL_KEY_PAGE_DOWN, WLMCTL_KEY_HOME, WLMCTL_KEY_END,
    WLMCTL_KEY_OTHER               /* one without a meaning */
};

/** Show an empty screen, and let keys arrive without Enter, until wlmctl_terminal_leave() or exit(). Ctrl-C must be
 *  caught before (wlmctl_catch_interrupt()). @return 0: standard input is no terminal; nothing has changed */
int wlmctl_terminal_enter(void);
/** The terminal is as it was before. */
void wlmctl_terminal_leave(void);

/** Lines of the terminal; 24 when that is not known. */
int wlmctl_terminal_lines(void);

/** Wait for a key, also without wlmctl_terminal_enter() (then for Ctrl-C only, if standard input is no terminal).
 *  @param until  time (wlm_now()) @return a character, or a WLMCTL_KEY_ */
int wlmctl_terminal_wait(apr_time_t until);

/** Read one key out of what a terminal sends. Pure.
 *  @param n  at least 1 @param pkey  out @return how many bytes it has */
size_t wlmctl_terminal_decode(const char *bytes, size_t n, int *pkey);

#endif

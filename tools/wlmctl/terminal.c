/* A screen of its own on the terminal, its size, and keys without Enter. On main()'s thread; the handler of signals
 * sets a flag. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include "base/clock.h"
#include "tools/wlmctl/interrupt.h"
#include "tools/wlmctl/terminal.h"

static struct termios before;
static int is_raw;
static volatile sig_atomic_t is_resized;

/* -- the screen ------------------------------------------------------------------------------------------- */

static void resize(int signal)
{
    (void)signal;
    is_resized = 1;
}

void wlmctl_terminal_leave(void)
{
    if (is_raw) {
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
        fputs("\033[?25h\033[?1049l", stdout); /* show the cursor, and the screen from before */
        fflush(stdout);
        is_raw = 0;
    }
}

int wlmctl_terminal_enter(void)
{
    struct sigaction action;
    struct termios raw;

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0) {
        return 0;
    }
    memset(&action, 0, sizeof(action));
    action.sa_handler = resize;
    action.sa_flags = SA_RESTART;  /* what is being printed goes on; ppoll() returns all the same */
    sigaction(SIGWINCH, &action, NULL);
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VSUSP] = raw.c_cc[VQUIT] = _POSIX_VDISABLE; /* they would end or stop wlmctl without restoring it */
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    is_raw = 1;
    atexit(wlmctl_terminal_leave);
    fputs("\033[?1049h\033[?25l", stdout);
    return 1;
}

int wlmctl_terminal_lines(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : 24;
}

/* -- keys --------------------------------------------------------------------------------------------------- */

size_t wlmctl_terminal_decode(const char *bytes, size_t n, int *pkey)
{
    static const struct { const char *sequence; int key; } keys[] = {
        { "\033[A", WLMCTL_KEY_UP }, { "\033OA", WLMCTL_KEY_UP }, { "\033[B", WLMCTL_KEY_DOWN },
        { "\033OB", WLMCTL_KEY_DOWN }, { "\033[5~", WLMCTL_KEY_PAGE_UP }, { "\033[6~", WLMCTL_KEY_PAGE_DOWN },
        { "\033[H", WLMCTL_KEY_HOME }, { "\033OH", WLMCTL_KEY_HOME }, { "\033[1~", WLMCTL_KEY_HOME },
        { "\033[F", WLMCTL_KEY_END }, { "\033OF", WLMCTL_KEY_END }, { "\033[4~", WLMCTL_KEY_END },
        { "q", WLMCTL_KEY_QUIT }, { "Q", WLMCTL_KEY_QUIT },
    };
    size_t i, length;

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); ++i) {
        length = strlen(keys[i].sequence);
        if (n >= length && memcmp(bytes, keys[i].sequence, length) == 0) {
            *pkey = keys[i].key;
            return length;
        }
    }
    *pkey = *bytes >= ' ' && *bytes <= '~' ? *bytes : WLMCTL_KEY_OTHER;
    if (*bytes != '\033' || n < 2 || (bytes[1] != '[' && bytes[1] != 'O')) {
        return 1;
    }
    for (i = 2; i < n && (bytes[i] < '@' || bytes[i] > '~'); ++i) { /* a key that is not known: up to its last letter */
    }
    return i < n ? i + 1 : n;
}

/* Bytes that were read, and of which keys have not been returned yet */
static char typed[64];
static size_t ntyped;

static int next_key(void)
{
    int key;
    size_t length = wlmctl_terminal_decode(typed, ntyped, &key);

    ntyped -= length;
    memmove(typed, typed + length, ntyped);
    return key;
}

/* Signals arrive in ppoll() only, so none comes between a look at its flag and the wait */
static int wait_for_input(apr_time_t until, const sigset_t *mask)
{
    struct pollfd in = { .fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN };
    apr_interval_time_t left;

    while (!wlmctl_interrupted && !is_resized && (left = until - wlm_now()) > 0) {
        struct timespec time = { (time_t)apr_time_sec(left), (long)apr_time_usec(left) * 1000 };

        if (ppoll(&in, 1, &time, mask) > 0) {
            ssize_t n = read(STDIN_FILENO, typed, sizeof(typed));
            ntyped = n > 0 ? (size_t)n : 0;
            return n > 0 ? next_key() : WLMCTL_KEY_QUIT;
        }
    }
    return WLMCTL_KEY_NONE;
}

int wlmctl_terminal_wait(apr_time_t until)
{
    sigset_t held, mask;
    int key;

    if (ntyped) {
        return next_key();
    }
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGWINCH);
    sigprocmask(SIG_BLOCK, &held, &mask);
    key = wait_for_input(until, &mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (wlmctl_interrupted) {
        return WLMCTL_KEY_QUIT;
    }
    if (is_resized) {
        is_resized = 0;
        return WLMCTL_KEY_RESIZE;
    }
    return key;
}

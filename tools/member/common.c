/* What all parts of wlm-member use: its options, numbers, pauses and logs. Runs on any thread; the options are set
 * before there are threads. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "tools/member/member.h"

member_options_t member_options = { .utilization = -1, .log_fd = -1, .received_fd = -1 };

void member_die(const char *what, const char *why)
{
    fprintf(stderr, "wlm-member: %s: %s\n", what, why);
    exit(2);
}

int member_number(const char *text, int64_t *pnumber)
{
    char *end;

    errno = 0;
    *pnumber = strtoll(text, &end, 10);
    return isdigit((unsigned char)text[0]) && !*end && !errno;
}

void member_sleep(int64_t ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    while (ms > 0 && nanosleep(&t, &t) < 0 && errno == EINTR) {
    }
}

void member_log(int fd, char *line, int len)
{
    if (len < 0) {
        return;
    }
    if (fd >= 0 && write(fd, line, (size_t)len) != len) {
        fprintf(stderr, "wlm-member: log: %s\n", strerror(errno));
    }
    free(line);
}

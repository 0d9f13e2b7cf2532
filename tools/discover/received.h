/* tools/discover/received.h: the bytes of an answer, as a whole or line by line. Pure; one belongs to one thread. */
#ifndef DISCOVER_RECEIVED_H
#define DISCOVER_RECEIVED_H

#include <stddef.h>

/** Is called with each line that is not empty, without the line feed. @return 0: no more are wanted */
typedef int discover_line_t(void *data, const char *line, size_t length);

/** All zero at first, but for `most`, and for line and data where lines are wanted. */
typedef struct discover_received_t {
    char *bytes;                   /* malloc(): the whole, or the beginning of a line; for discover_received_free() */
    size_t n, room;
    size_t most;                   /* bytes of the whole, or of a line */
    discover_line_t *line;         /* NULL: the answer is wanted as a whole */
    void *data;
    int is_too_long, is_enough;    /* why no more is wanted */
} discover_received_t;

/** Take the next bytes. @return 0: no more is wanted */
int discover_received_take(discover_received_t *received, const char *data, size_t n);
void discover_received_free(discover_received_t *received);

#endif

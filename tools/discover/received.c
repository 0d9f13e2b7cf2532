/* The bytes of an answer. Pure. */
#include <stdlib.h>
#include <string.h>
#include "tools/discover/received.h"

static int append(discover_received_t *received, const char *data, size_t n)
{
    if (n > received->most - received->n) {
        return 0;
    }
    if (received->n + n > received->room) {
        size_t room = 2 * (received->n + n);
        char *bytes = realloc(received->bytes, room);

        if (!bytes) {
            return 0;
        }
        received->bytes = bytes;
        received->room = room;
    }
    if (n) {                       /* there may be no memory yet */
        memcpy(received->bytes + received->n, data, n);
    }
    received->n += n;
    return 1;
}

static int take_lines(discover_received_t *to, const char *data, size_t n)
{
    const char *end;

    while ((end = memchr(data, '\n', n)) != NULL) {
        size_t length = (size_t)(end - data);

        if (!append(to, data, length)) {
            to->is_too_long = 1;
            return 0;
        }
        if (to->n && !to->line(to->data, to->bytes, to->n)) {
            to->is_enough = 1;
            return 0;
        }
        to->n = 0;
        data = end + 1;
        n -= length + 1;
    }
    to->is_too_long = !append(to, data, n);
    return !to->is_too_long;
}

int discover_received_take(discover_received_t *received, const char *data, size_t n)
{
    if (received->line) {
        return take_lines(received, data, n);
    }
    received->is_too_long = !append(received, data, n);
    return !received->is_too_long;
}

void discover_received_free(discover_received_t *received)
{
    free(received->bytes);
    received->bytes = NULL;
}

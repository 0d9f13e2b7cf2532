/* output_unit.h: what a function prints, as a text. A file takes the place of the stream, so it is no terminal.
 *
 *     output_t output = output_begin(STDOUT_FILENO); ...; text = output_end(&output);
 */
#ifndef OUTPUT_UNIT_H
#define OUTPUT_UNIT_H

#include <stdio.h>
#include <unistd.h>
#include "unit.h"

typedef struct output_t {
    int fd, saved;                 /* the stream's descriptor, and a copy of what it was before */
    FILE *file;
} output_t;

/** @param fd  STDOUT_FILENO or STDERR_FILENO */
static inline output_t output_begin(int fd)
{
    output_t output = { fd, dup(fd), tmpfile() };

    ck_assert(output.file && output.saved >= 0);
    fflush(NULL);
    dup2(fileno(output.file), fd);
    return output;
}

/** @return what was printed since output_begin(), in unit_pool */
static inline char *output_end(output_t *output)
{
    char text[16384];
    size_t length;

    fflush(NULL);
    dup2(output->saved, output->fd);
    close(output->saved);
    rewind(output->file);
    length = fread(text, 1, sizeof(text), output->file);
    ck_assert_uint_lt(length, sizeof(text));
    fclose(output->file);
    return apr_pstrmemdup(unit_pool, text, length);
}

#endif

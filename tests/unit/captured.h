/* captured.h: what a function prints, as a text in unit_pool; a file stands for the stream meanwhile. Needs unit.h
 * before it.
 *
 *     captured_t captured = capture_begin(stdout);
 *     function_that_prints();
 *     ck_assert_str_eq(capture_end(&captured), "...");
 */
#ifndef CAPTURED_H
#define CAPTURED_H

#include <stdio.h>
#include <unistd.h>

typedef struct captured_t {
    FILE *stream, *file;
    int saved;                     /* the descriptor that the stream had */
} captured_t;

static inline captured_t capture_begin(FILE *stream)
{
    captured_t captured = { stream, tmpfile(), dup(fileno(stream)) };

    ck_assert(captured.file && captured.saved >= 0);
    fflush(stream);
    dup2(fileno(captured.file), fileno(stream));
    return captured;
}

static inline const char *capture_end(captured_t *captured)
{
    char buffer[16384];
    size_t length;

    fflush(captured->stream);
    dup2(captured->saved, fileno(captured->stream));
    close(captured->saved);
    rewind(captured->file);
    length = fread(buffer, 1, sizeof(buffer), captured->file);
    ck_assert_msg(length < sizeof(buffer), "more than %zu bytes are printed", sizeof(buffer));
    fclose(captured->file);
    return apr_pstrmemdup(unit_pool, buffer, length);
}

#endif

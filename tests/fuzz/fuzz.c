/* The beginning of each fuzz target: APR, and a pool for each input. On main()'s thread. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_allocator.h>
#include <apr_general.h>
#include <apr_strings.h>
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return apr_initialize() == APR_SUCCESS ? 0 : EXIT_FAILURE;
}

/* The pool gives its memory back to the system at its end: who uses it still is found */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_allocator_t *allocator;
    apr_pool_t *p;

    if (apr_allocator_create(&allocator) != APR_SUCCESS
        || apr_pool_create_ex(&p, NULL, NULL, allocator) != APR_SUCCESS) {
        abort();
    }
    apr_allocator_owner_set(allocator, p);
    apr_allocator_max_free_set(allocator, 1);
    fuzz_one((const char *)data, size, p);
    apr_pool_destroy(p);
    return 0;
}

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: not true: %s\n", file, line, condition);
    abort();
}

unsigned fuzz_byte(fuzz_input_t *input)
{
    if (!input->size) {
        return 0;
    }
    input->size--;
    return (unsigned char)*input->data++;
}

char *fuzz_line(fuzz_input_t *input, apr_pool_t *p)
{
    const char *line = input->data, *lf = input->size ? memchr(line, '\n', input->size) : NULL;
    size_t length = lf ? (size_t)(lf - line) : input->size;

    input->data += length + (lf != NULL);
    input->size -= length + (lf != NULL);
    return apr_pstrmemdup(p, line, strnlen(line, length));
}

char *fuzz_rest(fuzz_input_t *input, apr_pool_t *p)
{
    const char *rest = input->data;
    size_t length = strnlen(rest, input->size);

    input->size = 0;
    return apr_pstrmemdup(p, rest, length);
}

size_t fuzz_piece(unsigned *state, size_t most)
{
    *state = *state * 1103515245u + 12345u;
    return 1 + (*state >> 16) % most;
}

static apr_status_t free_copy(void *copy)
{
    free(copy);
    return APR_SUCCESS;
}

char *fuzz_copy(const char *data, size_t size, apr_pool_t *p)
{
    char *copy = malloc(size ? size : 1);

    if (!copy) {
        abort();
    }
    memcpy(copy, data, size);
    apr_pool_cleanup_register(p, copy, free_copy, apr_pool_cleanup_null);
    return copy;
}

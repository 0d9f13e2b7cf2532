/* fuzz.h: what the fuzz targets share. A target is a program of libFuzzer (https://llvm.org/docs/LibFuzzer.html), which
 * calls it with one input after another, and makes new ones of those that reach code that no other has reached.
 *
 *     void fuzz_one(const char *data, size_t size, apr_pool_t *p)
 *     {
 *         FUZZ_ASSERT(what must be true, whatever the input is);
 *     }
 *
 * A byte too far is found by AddressSanitizer also behind what was allocated in a pool (fuzz_pool.c).
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <apr_pools.h>

/** The target's: one input. @param data  size bytes, without NUL behind them @param p  ends with the input */
void fuzz_one(const char *data, size_t size, apr_pool_t *p);

/** Ends the program, so that libFuzzer keeps the input. */
#define FUZZ_ASSERT(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
void fuzz_fail(const char *file, int line, const char *condition) __attribute__((noreturn));

/* -- taking an input apart ---------------------------------------------------------------- */

typedef struct fuzz_input_t {
    const char *data;              /* what has not been taken */
    size_t size;
} fuzz_input_t;

/** The next byte; 0 when there is none. */
unsigned fuzz_byte(fuzz_input_t *input);
/** A text up to the next line feed, which is taken but no part of it, or up to the end. It ends at a NUL byte. In p. */
char *fuzz_line(fuzz_input_t *input, apr_pool_t *p);
/** All that is left, up to a NUL byte. In p. */
char *fuzz_rest(fuzz_input_t *input, apr_pool_t *p);

/** A number from 1 to most, that depends on *state: into what pieces an input is cut. most: not 0 */
size_t fuzz_piece(unsigned *state, size_t most);

/** A copy in a block of its own, of exactly that size; ends with p. */
char *fuzz_copy(const char *data, size_t size, apr_pool_t *p);

#endif

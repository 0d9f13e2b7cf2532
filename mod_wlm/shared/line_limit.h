/* shared/line_limit.h: how many lines of one kind the log gets in a second, over all processes, and how many were left
 * out. Any thread of any process; no lock. All-zero bytes are valid: nothing has been logged, nothing left out.
 */
#ifndef WLM_SHARED_LINE_LIMIT_H
#define WLM_SHARED_LINE_LIMIT_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_time.h>

typedef struct wlm_line_limit_t {
    _Atomic uint64_t lines;        /* second << 32 | lines in it; the second is the lower half of its number */
    _Atomic uint64_t left_out;     /* since the log was told last */
} wlm_line_limit_t;

/**
 * A line is to be logged: may it?
 * @param most       so many may be in each second
 * @param pleft_out  with 1: how many have been left out before; the line has to tell, for they are forgotten now
 * @return 0: it is left out, and counted
 */
int wlm_line_limit_take(wlm_line_limit_t *limit, uint32_t most, apr_time_t now, uint64_t *pleft_out);

/** Have lines been left out, and none come since for a second that would tell?
 *  @return how many; the caller has to tell, for they are forgotten now. 0: none */
uint64_t wlm_line_limit_rest(wlm_line_limit_t *limit, apr_time_t now);

#endif

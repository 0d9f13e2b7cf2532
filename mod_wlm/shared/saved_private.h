/* shared/saved_private.h: the values of a record as words of a line; for shared/saved_state.c only. In the parent. */
#ifndef WLM_SHARED_SAVED_PRIVATE_H
#define WLM_SHARED_SAVED_PRIVATE_H

#include "shared/saved_state.h"

/** @return " name=value" for each value that is not 0 or empty, in p */
const char *wlm_saved_print_values(const wlm_shared_member_t *record, apr_pool_t *p);

/** The same of a record that has nothing but events, under the name that those of a member have. */
const char *wlm_saved_print_events(const wlm_event_ring_t *events, apr_pool_t *p);

/** Parse a word "name=value" that ends at `end`; one with an unknown name is skipped. @return 0: it is malformed */
int wlm_saved_read_value(wlm_shared_member_t *record, const char *word, const char *end);

/** Parse decimal digits up to `end`. @return 0: there are none, other characters, or too many digits */
int wlm_saved_read_number(uint64_t *pnumber, const char *text, const char *end);

#endif

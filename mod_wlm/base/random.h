/* base/random.h: random numbers for choices, not for secrets. Each thread has a state of its own. */
#ifndef WLM_BASE_RANDOM_H
#define WLM_BASE_RANDOM_H

#include <stdint.h>

/** Next number of a random source (splitmix64). @param random  its state; any value seeds it */
uint64_t wlm_random_next(uint64_t *random);

#endif

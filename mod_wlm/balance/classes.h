/* balance/classes.h: the classes of a cluster's requests (WLMClass), by their numbers: 0 for requests without a class,
 * then in the order of the configuration. Pure; any thread.
 */
#ifndef WLM_BALANCE_CLASSES_H
#define WLM_BALANCE_CLASSES_H

#include "balance/options.h"

/** How many there are, the one without a name included: 1 where there is no WLMClass. */
int wlm_classes_count(const wlm_options_t *options);

/** @param number  0 to the count - 1 */
const wlm_class_t *wlm_classes_at(const wlm_options_t *options, int number);

/** The lane in which its requests wait (shared/queue.h): how many classes are less urgent. */
int wlm_classes_lane(const wlm_options_t *options, int number);

#endif

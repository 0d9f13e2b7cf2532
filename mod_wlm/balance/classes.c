/* Classes of requests by their numbers. Pure; any thread. */
#include "balance/classes.h"

int wlm_classes_count(const wlm_options_t *options)
{
    return options->classes ? 1 + options->classes->nelts : 1;
}

const wlm_class_t *wlm_classes_at(const wlm_options_t *options, int number)
{
    static const wlm_class_t none = { .priority = WLM_CLASS_PRIORITY };

    return number > 0 ? &APR_ARRAY_IDX(options->classes, number - 1, wlm_class_t) : &none;
}

int wlm_classes_lane(const wlm_options_t *options, int number)
{
    int priority = wlm_classes_at(options, number)->priority, lane = 0, i;

    for (i = 0; i < wlm_classes_count(options); ++i) {
        lane += wlm_classes_at(options, i)->priority < priority;
    }
    return lane;
}

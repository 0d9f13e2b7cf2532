/* view/refusals.h: the words of the reasons for which requests are not served: labels, and keys in JSON. Constant. */
#ifndef WLM_VIEW_REFUSALS_H
#define WLM_VIEW_REFUSALS_H

#include "shared/records.h"

/** @return e.g. "out-of-time"; never changes, since programs read it */
const char *wlm_refusals_name(wlm_refusal_t refusal);

#endif

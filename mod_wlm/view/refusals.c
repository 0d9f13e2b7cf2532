/* The words of the reasons for which requests are not served. Any thread. */
#include "view/refusals.h"

const char *wlm_refusals_name(wlm_refusal_t refusal)
{
    static const char *const names[WLM_REFUSALS] = {
        [WLM_REFUSED_NO_PLACE] = "no-place", [WLM_REFUSED_WAITED] = "waited", [WLM_REFUSED_OVERLOAD] = "overload",
        [WLM_REFUSED_SESSION_LOST] = "session-lost", [WLM_REFUSED_NO_MEMBER] = "no-member",
        [WLM_REFUSED_DOWN] = "down", [WLM_REFUSED_FAILED] = "failed",
        [WLM_REFUSED_NOT_REPEATABLE] = "not-repeatable", [WLM_REFUSED_TIMEOUTS] = "timeouts",
        [WLM_REFUSED_BUDGET] = "budget", [WLM_REFUSED_OUT_OF_TIME] = "out-of-time",
        [WLM_REFUSED_HTTPD_SHORT] = "httpd-short"
    };
    return names[refusal];
}

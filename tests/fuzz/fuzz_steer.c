/* What a person decides about a member: the time of the form, and the word in shared memory and in the state file,
 * whose 8 bytes may be any. Input: 8 bytes of such a word, 2 of a weight, then the form's time. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "fuzz.h"
#include "base/duration.h"
#include "health/admin_state.h"


static void check_word(wlm_admin_state_t word, int configured)
{
    wlm_admin_mode_t state = wlm_admin_state_mode(word);
    int weight = wlm_admin_state_weight(word), applied = wlm_admin_state_apply(word, configured);
    apr_time_t until = wlm_admin_state_until(word);
    wlm_admin_state_t again = wlm_admin_state_make(state, weight, until);

    FUZZ_ASSERT(wlm_admin_state_name(state) && weight >= WLM_ADMIN_STATE_AS_CONFIGURED
                && weight <= WLM_ADMIN_STATE_WEIGHT_MAX && until >= 0);
    FUZZ_ASSERT(applied >= 0 && applied <= WLM_ADMIN_STATE_WEIGHT_MAX && (state == WLM_ENABLED || applied == 0));
    FUZZ_ASSERT(wlm_admin_state_is_over(word, APR_INT64_MAX) == (until != 0) && !wlm_admin_state_is_over(word, 0));
    FUZZ_ASSERT(wlm_admin_state_mode(again) == state && wlm_admin_state_weight(again) == weight
                && wlm_admin_state_until(again) == until);
}

static void check_time(const char *text, apr_pool_t *p)
{
    apr_interval_time_t time = -1, again = -1;
    size_t digits = strspn(text, "0123456789");

    if (wlm_duration_parse(&time, text, "s")) {
        FUZZ_ASSERT(time >= 0 && time <= WLM_DURATION_MAX && time % 1000 == 0 && digits && strlen(text + digits) <= 3);
        FUZZ_ASSERT(wlm_duration_parse(&again, apr_psprintf(p, "%" APR_TIME_T_FMT, time / 1000), "ms")
                    && again == time);
    }
    else {
        FUZZ_ASSERT(time == -1 && (!digits || digits > 6 || text[digits]));
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    wlm_admin_state_t word = 0;
    int i, configured;

    for (i = 0; i < 8; ++i) {
        word = word << 8 | fuzz_byte(&input);
    }
    configured = (int)(fuzz_byte(&input) << 8);
    configured |= (int)fuzz_byte(&input);
    check_word(word, configured);
    check_time(fuzz_rest(&input, p), p);
}

/* exchange/step.h: what a step of an exchange returns. Constants, for any thread. */
#ifndef WLM_EXCHANGE_STEP_H
#define WLM_EXCHANGE_STEP_H

/** What a step of an exchange returns. No step waits itself. */
typedef enum {
    WLM_STEP_FAILED,               /* attempt.outcome says why */
    WLM_STEP_DONE,
    WLM_STEP_WAITS                 /* exchange->wait says for what: call it again then */
} wlm_step_t;

#endif

/* What the watches of both sources do. */
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "tools/discover/backoff.h"
#include "tools/discover/source.h"

#define PACE apr_time_from_sec(1)

void discover_source_publish(discover_source_t *source, const discover_answer_t *answer)
{
    const char *left_out = answer->left_out ? answer->left_out : "";

    if (strcmp(left_out, source->left_out ? source->left_out : "") != 0) {
        if (*left_out) {
            discover_tell("%s: %d left out: %s%s", source->told.subject, answer->nleft_out, left_out,
                          answer->nleft_out > 1 ? ", and others" : "");
        }
        free((char *)source->left_out);
        source->left_out = strdup(left_out);
    }
    discover_board_put(source->board, answer->members);
}

void discover_source_pause(discover_source_t *source)
{
    apr_sleep(discover_backoff(++source->failures, &source->random));
}

void discover_source_fail(discover_source_t *source, int kind, const char *why)
{
    discover_tell_trouble(&source->told, kind, why, "what is known of the service stays in use");
    discover_source_pause(source);
}

void discover_source_pace(apr_time_t begun)
{
    apr_interval_time_t left = begun + PACE - wlm_now();

    if (left > 0) {
        apr_sleep(left);
    }
}

/* base/duration.h: how people write a time: the same in directives, in actions of administrators, and in the tools.
 * Pure, any thread. */
#ifndef WLM_BASE_DURATION_H
#define WLM_BASE_DURATION_H

#include <apr_time.h>

#define WLM_DURATION_MAX apr_time_from_sec(10 * 365 * 24 * 3600) /* ten years */
/** For messages: what is a time. */
#define WLM_DURATION_FORMS "a number with ms, s, m (or min), h or d"

/**
 * Read a whole number and its unit without a blank between them: 500ms, 30s, 30m, 30min, 8h, 2d. Any thread.
 * @param unit  of a number alone: one of those
 * @return 0: it is no such time, or longer than WLM_DURATION_MAX; *pduration is as it was
 */
int wlm_duration_parse(apr_interval_time_t *pduration, const char *text, const char *unit);

#endif

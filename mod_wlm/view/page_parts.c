/* Numbers, times, links and pictures of the page (view/page_private.h). */
#include <stdlib.h>
#include <string.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include "balance/outcome.h"
#include "view/page_private.h"

#define SECOND 1000                /* times are in ms */
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* -- values ------------------------------------------------------------------------------------------ */

const char *wlm_page_text(const wlm_page_page_t *page, const char *text)
{
    return text ? apr_pescape_entity(page->out->p, text, 0) : "";
}

const char *wlm_page_count(const wlm_page_page_t *page, uint64_t n)
{
    const char *digits = apr_psprintf(page->out->p, "%" APR_UINT64_T_FMT, (apr_uint64_t)n);
    size_t length = strlen(digits), i;
    char *text = apr_palloc(page->out->p, length + length / 3 + 1), *to = text;

    for (i = 0; i < length; ++i) {
        if (i && (length - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

const char *wlm_page_seconds(const wlm_page_page_t *page, double seconds)
{
    apr_pool_t *p = page->out->p;

    return seconds <= 0 ? "\u2013"
           : seconds < 0.01 ? apr_psprintf(p, "%.1f ms", seconds * 1000)
           : seconds < 1 ? apr_psprintf(p, "%.0f ms", seconds * 1000) : apr_psprintf(p, "%.1f s", seconds);
}

const char *wlm_page_bytes(const wlm_page_page_t *page, uint64_t bytes)
{
    char text[5], *trimmed = apr_palloc(page->out->p, sizeof(text));

    apr_collapse_spaces(trimmed, apr_strfsize((apr_off_t)bytes, text));
    return trimmed;
}

static const char *span(uint64_t ms, apr_pool_t *p)
{
    return ms < MINUTE ? apr_psprintf(p, "%d s", (int)(ms / SECOND))
           : ms < HOUR ? apr_psprintf(p, "%d min", (int)(ms / MINUTE))
           : ms < DAY ? apr_psprintf(p, "%d h %d min", (int)(ms / HOUR), (int)(ms % HOUR / MINUTE))
           : apr_psprintf(p, "%d d %d h", (int)(ms / DAY), (int)(ms % DAY / HOUR));
}

/* As the clock on the wall beside httpd's own logs says */
static const char *clock_time(const wlm_page_page_t *page, uint64_t ms)
{
    apr_pool_t *p = page->out->p;
    apr_time_exp_t t, today;
    const char *day;

    apr_time_exp_lt(&t, apr_time_from_msec((apr_time_t)ms));
    apr_time_exp_lt(&today, apr_time_from_msec((apr_time_t)page->view->now));
    day = t.tm_yday == today.tm_yday && t.tm_year == today.tm_year ? ""
          : apr_psprintf(p, "%04d-%02d-%02d ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
    return apr_psprintf(p, "%s%02d:%02d:%02d", day, t.tm_hour, t.tm_min, t.tm_sec);
}

const char *wlm_page_time(const wlm_page_page_t *page, uint64_t ms)
{
    apr_pool_t *p = page->out->p;
    uint64_t now = page->view->now;
    const char *distance = ms <= now ? apr_pstrcat(p, span(now - ms, p), " ago", NULL)
                           : apr_pstrcat(p, "in ", span(ms - now, p), NULL);

    return apr_psprintf(p, "<time datetime=\"%s\">%s</time> (%s)", wlm_view_time(ms, p), clock_time(page, ms), distance);
}

const char *wlm_page_now(const wlm_page_page_t *page)
{
    apr_time_exp_t t;
    int zone;

    apr_time_exp_lt(&t, apr_time_from_msec((apr_time_t)page->view->now));
    zone = t.tm_gmtoff / 60;
    return apr_psprintf(page->out->p, "%04d-%02d-%02d %02d:%02d:%02d %c%02d%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                        t.tm_hour, t.tm_min, t.tm_sec, zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
}

const char *wlm_page_field(const wlm_page_page_t *page, const wlm_field_t *field, const void *of)
{
    uint64_t count = wlm_field_count(field, of);

    switch (field->kind) {
    case WLM_FIELD_TEXT:
        return wlm_page_text(page, wlm_field_text(field, of));
    case WLM_FIELD_TIME:
        return count ? wlm_page_time(page, count) : "";
    case WLM_FIELD_SECONDS:
        return wlm_page_seconds(page, wlm_field_number(field, of));
    case WLM_FIELD_PERCENT:
        return apr_psprintf(page->out->p, "%.1f %%", wlm_field_number(field, of));
    default:
        return wlm_page_count(page, count);
    }
}

const char *wlm_page_failures(const wlm_page_page_t *page, const wlm_view_member_t *member)
{
    const char *text = "";
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        if (member->failures_by[i]) {
            text = apr_pstrcat(page->out->p, text, *text ? ", " : "", wlm_page_count(page, member->failures_by[i]), " ",
                               wlm_outcome_name((wlm_outcome_t)i), NULL);
        }
    }
    return text;
}

/* -- links --------------------------------------------------------------------------------------------- */

static const char *add_to_query(const wlm_page_page_t *page, const char *query, const char *name, const char *value)
{
    apr_pool_t *p = page->out->p;

    return !value ? query
           : apr_pstrcat(p, query, *query ? "&amp;" : "", name, "=", apr_pescape_urlencoded(p, value), NULL);
}

const char *wlm_page_query(const wlm_page_page_t *page, const char *cluster, const char *member, const char *find,
                           int refresh)
{
    const char *query = "";

    query = add_to_query(page, query, "cluster", cluster);
    query = add_to_query(page, query, "member", member);
    query = add_to_query(page, query, "find", find);
    return add_to_query(page, query, "refresh", refresh ? apr_itoa(page->out->p, refresh) : NULL);
}

const char *wlm_page_member_link(const wlm_page_page_t *page, const wlm_view_cluster_t *cluster,
                                 const wlm_view_member_t *member, const char *text)
{
    return apr_psprintf(page->out->p, "<a href=\"?%s\">%s</a>",
                        wlm_page_query(page, cluster->name, member->name, NULL, page->refresh), text);
}

/* -- the state in words ---------------------------------------------------------------------------------- */

const char *wlm_page_look(wlm_attention_t care)
{
    static const char *const looks[] = {
        [WLM_ATTENTION_NONE] = "well", [WLM_ATTENTION_STEERED] = "quiet", [WLM_ATTENTION_FAILING] = "failing", [WLM_ATTENTION_OUT] = "out"
    };
    return looks[care];
}

const char *wlm_page_state(const wlm_page_page_t *page, const wlm_view_member_t *member)
{
    int is_up = strcmp(member->state, "up") == 0;
    const char *look = wlm_page_look(is_up && member->care == WLM_ATTENTION_STEERED ? WLM_ATTENTION_NONE : member->care);
    const char *text = apr_psprintf(page->out->p, "<b class=\"%s\">%s</b>", look,
                                    member->care == WLM_ATTENTION_FAILING ? "failing" : member->state);

    return strcmp(member->admin_state, "enabled") == 0 ? text
           : apr_pstrcat(page->out->p, text, " <b class=\"steered\">", member->admin_state, "</b>", NULL);
}

static const char *meaning_of(const char *state)
{
    static const char *const meanings[][2] = {
        { "probing", "one request tries it now" }, { "checked-out", "health checks fail" },
        { "left-out", "it has failed too often of late" }, { "busy", "it says so: no new sessions" },
        { "unusable", "it has no Transport that can be used" },
    };
    size_t i;

    for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); ++i) {
        if (strcmp(meanings[i][0], state) == 0) {
            return meanings[i][1];
        }
    }
    return NULL;
}

static void print_condition(const wlm_page_page_t *page, const wlm_view_member_t *member)
{
    const char *meaning = meaning_of(member->state);

    if (member->since) {
        wlm_out_printf(page->out, "<div>since %s%s%s</div>", wlm_page_time(page, member->since), meaning ? ": " : "",
                       meaning ? meaning : "");
    }
    if (member->care == WLM_ATTENTION_FAILING) {
        wlm_out_printf(page->out, "<div>%s of %s requests of the last 15 min failed</div>",
                       wlm_page_count(page, member->recent_failures_sum), wlm_page_count(page, member->recent_requests_sum));
    }
    if (member->last_error) {
        wlm_out_printf(page->out, "<div class=\"error\"><span>Last error:</span> %s, %s</div>",
                       wlm_page_text(page, member->last_error), wlm_page_time(page, member->last_error_at));
    }
    if (member->next_retry) {
        wlm_out_printf(page->out, "<div>Next try: %s</div>", member->next_retry > page->view->now
                       ? wlm_page_time(page, member->next_retry) : "with the next request");
    }
}

void wlm_page_story(const wlm_page_page_t *page, const wlm_view_member_t *member)
{
    print_condition(page, member);
    if (member->admin_since) {
        wlm_out_printf(page->out, "<div>%s since %s%s%s</div>", member->admin_state, wlm_page_time(page, member->admin_since),
                       member->admin_until ? ", until " : "",
                       member->admin_until ? wlm_page_time(page, member->admin_until) : "");
    }
    if (member->comment) {
        wlm_out_printf(page->out, "<div class=\"said\">%s</div>", wlm_page_text(page, member->comment));
    }
}

/* -- the picture ------------------------------------------------------------------------------------------ */

#define STEP   4                   /* width of a sample, in units of the picture */
#define HEIGHT 24

/* A column for each sample; what is more than nothing can be seen */
static void print_columns(const wlm_page_page_t *page, const char *look, const uint64_t *samples, uint64_t top)
{
    int i, height, before = 0;

    wlm_out_printf(page->out, "<path class=\"%s\" d=\"M0 %d", look, HEIGHT);
    for (i = 0; i < WLM_SAMPLES; ++i) {
        height = (int)(samples[i] * HEIGHT / top);
        height = samples[i] && height < 2 ? 2 : height;
        if (height != before) {
            wlm_out_printf(page->out, "H%dV%d", i * STEP, HEIGHT - height);
        }
        before = height;
    }
    wlm_out_printf(page->out, "H%dV%dz\"/>", WLM_SAMPLES * STEP, HEIGHT);
}

void wlm_page_chart(const wlm_page_page_t *page, const wlm_view_member_t *member)
{
    const char *requests = wlm_page_count(page, member->recent_requests_sum);
    const char *failures = wlm_page_count(page, member->recent_failures_sum);
    uint64_t top = 0;
    int i;

    for (i = 0; i < WLM_SAMPLES; ++i) {
        top = member->recent_requests[i] > top ? member->recent_requests[i] : top;
        top = member->recent_failures[i] > top ? member->recent_failures[i] : top;
    }
    if (!top) {
        wlm_out_puts(page->out, "<span class=\"none\">none</span>");
        return;
    }
    wlm_out_printf(page->out, "<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\"><title>Last 15 "
                   "minutes: %s requests, %s failures; at most %s in %d s</title>", WLM_SAMPLES * STEP, HEIGHT, requests,
                   failures, wlm_page_count(page, top), WLM_SAMPLE_SECONDS);
    print_columns(page, "requests", member->recent_requests, top);
    if (member->recent_failures_sum) {
        print_columns(page, "failures", member->recent_failures, top);
    }
    wlm_out_printf(page->out, "</svg><small>%s%s</small>", requests, member->recent_failures_sum
                   ? apr_pstrcat(page->out->p, ", ", failures, " failed", NULL) : "");
}

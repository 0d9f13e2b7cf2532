/* Texts, numbers and times of the page. Runs on the thread that answers the request. */
#include <stdlib.h>
#include <string.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include "balance/outcome.h"
#include "view/page_text.h"


const char *wlm_page_text_escape(const wlm_page_t *page, const char *text)
{
    return text ? apr_pescape_entity(page->out->p, text, 0) : "";
}

const char *wlm_page_text_count(const wlm_page_t *page, uint64_t n)
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

const char *wlm_page_text_seconds(const wlm_page_t *page, double seconds)
{
    apr_pool_t *p = page->out->p;

    return seconds <= 0 ? "\u2013"
           : seconds < 0.01 ? apr_psprintf(p, "%.1f ms", seconds * 1000)
           : seconds < 1 ? apr_psprintf(p, "%.0f ms", seconds * 1000) : apr_psprintf(p, "%.1f s", seconds);
}

const char *wlm_page_text_bytes(const wlm_page_t *page, uint64_t bytes)
{
    char text[5], *trimmed = apr_palloc(page->out->p, sizeof(text));

    apr_collapse_spaces(trimmed, apr_strfsize((apr_off_t)bytes, text));
    return trimmed;
}

/* In the server's time zone, as httpd's own logs */
static const char *clock_time(const wlm_page_t *page, uint64_t ms)
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

const char *wlm_page_text_time(const wlm_page_t *page, uint64_t ms)
{
    apr_pool_t *p = page->out->p;
    uint64_t now = page->view->now;
    const char *distance = ms <= now ? apr_pstrcat(p, wlm_out_span(now - ms, p), " ago", NULL)
                           : apr_pstrcat(p, "in ", wlm_out_span(ms - now, p), NULL);

    return apr_psprintf(p, "<time datetime=\"%s\">%s</time> (%s)", wlm_out_time(ms, p), clock_time(page, ms), distance);
}

const char *wlm_page_text_made(const wlm_page_t *page)
{
    apr_time_exp_t t;
    int zone;

    apr_time_exp_lt(&t, apr_time_from_msec((apr_time_t)page->view->now));
    zone = t.tm_gmtoff / 60;
    return apr_psprintf(page->out->p, "%04d-%02d-%02d %02d:%02d:%02d %c%02d%02d", t.tm_year + 1900, t.tm_mon + 1,
                        t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
}

const char *wlm_page_text_field(const wlm_page_t *page, const wlm_field_t *field, const void *of)
{
    uint64_t count = wlm_fields_count(field, of);

    switch (field->kind) {
    case WLM_FIELD_TEXT:
        return wlm_page_text_escape(page, wlm_fields_text(field, of));
    case WLM_FIELD_TIME:
        return count ? wlm_page_text_time(page, count) : "";
    case WLM_FIELD_SECONDS:
        return wlm_page_text_seconds(page, wlm_fields_number(field, of));
    case WLM_FIELD_PERCENT:
        return apr_psprintf(page->out->p, "%.1f %%", wlm_fields_number(field, of));
    case WLM_FIELD_RATE:
        return apr_psprintf(page->out->p, "%.1f", wlm_fields_number(field, of));
    case WLM_FIELD_OPTIONAL:
        return count == WLM_FIELD_NONE ? "" : wlm_page_text_count(page, count);
    default:
        return wlm_page_text_count(page, count);
    }
}

const char *wlm_page_text_failures(const wlm_page_t *page, const wlm_view_member_t *member)
{
    const char *text = "";
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        if (member->failures_by[i]) {
            text = apr_pstrcat(page->out->p, text, *text ? ", " : "", wlm_page_text_count(page, member->failures_by[i]),
                               " ", wlm_outcome_name((wlm_outcome_t)i), NULL);
        }
    }
    return text;
}

const char *wlm_page_text_responses(const wlm_page_t *page, const wlm_view_member_t *member)
{
    const char *text = "";
    int i;

    for (i = 0; i < WLM_STATUS_CLASSES; ++i) {
        text = apr_psprintf(page->out->p, "%s%s%s %dxx", text, i ? ", " : "",
                            wlm_page_text_count(page, member->responses_by[i]), i + 1);
    }
    return text;
}

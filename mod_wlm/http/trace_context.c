/* Parses and makes the field traceparent. Pure; runs on the threads that serve requests. */
#include <stdint.h>
#include <string.h>
#include "http/trace_context.h"

#define DIGITS "0123456789abcdef"  /* capital letters are not allowed */

#define TRACE_ID_AT  3
#define PARENT_ID_AT 36
#define FLAGS_AT     53

#define TRACE_ID_BYTES 16
#define CHOICE_BYTES   7           /* of these, the last */

static int is_hex(const char *text, size_t len)
{
    return strspn(text, DIGITS) >= len;
}

static int is_id(const char *text, size_t len)
{
    return is_hex(text, len) && strspn(text, "0") < len;
}

const char *wlm_trace_context_id(const char *field)
{
    /* each test ensures that the bytes of the next one exist */
    if (!field || !is_hex(field, 2) || strncmp(field, "ff", 2) == 0 || field[2] != '-'
        || !is_id(field + TRACE_ID_AT, WLM_TRACE_CONTEXT_ID_LENGTH) || field[PARENT_ID_AT - 1] != '-'
        || !is_id(field + PARENT_ID_AT, 16) || field[FLAGS_AT - 1] != '-' || !is_hex(field + FLAGS_AT, 2)) {
        return NULL;
    }
    if (field[WLM_TRACE_CONTEXT_LENGTH] && (field[WLM_TRACE_CONTEXT_LENGTH] != '-' || strncmp(field, "00", 2) == 0)) {
        return NULL;
    }
    return field + TRACE_ID_AT;
}

static char *put_id(char *to, const unsigned char *random, int bytes)
{
    int i, any = 0;

    for (i = 0; i < bytes; ++i) {
        any |= random[i];
        *to++ = DIGITS[random[i] >> 4];
        *to++ = DIGITS[random[i] & 15];
    }
    if (!any) {
        to[-1] = '1';
    }
    *to++ = '-';
    return to;
}

void wlm_trace_context_make(char *field, const unsigned char *random, int sampled)
{
    strcpy(field, "00-");
    field = put_id(field + TRACE_ID_AT, random, TRACE_ID_BYTES);
    field = put_id(field, random + TRACE_ID_BYTES, WLM_TRACE_CONTEXT_CHILD_RANDOM);
    strcpy(field, sampled ? "01" : "00");
}

const char *wlm_trace_context_parent(const char *field)
{
    return field + PARENT_ID_AT;
}

int wlm_trace_context_is_sampled(const char *field)
{
    return (strchr(DIGITS, field[FLAGS_AT + 1]) - DIGITS) & 1;
}

void wlm_trace_context_make_child(char *field, const char *parent, const unsigned char *random)
{
    strcpy(field, "00-");
    memcpy(field + TRACE_ID_AT, parent + TRACE_ID_AT, PARENT_ID_AT - TRACE_ID_AT);
    strcpy(put_id(field + PARENT_ID_AT, random, WLM_TRACE_CONTEXT_CHILD_RANDOM), "01");
}

int wlm_trace_context_is_chosen(const unsigned char *random, int percent)
{
    uint64_t number = 0;
    int i;

    for (i = TRACE_ID_BYTES - CHOICE_BYTES; i < TRACE_ID_BYTES; ++i) {
        number = number << 8 | random[i];
    }
    return number * 100 >= (uint64_t)(100 - percent) << (8 * CHOICE_BYTES);
}

/* The head of a response: whole or in pieces it is read alike; what is read holds together, and read again it is the
 * same. Input: a byte of choices, a byte of how many fields are allowed, then what a member sends. */
#include <string.h>
#include <apr_cstr.h>
#include <apr_strings.h>
#include "fuzz.h"
#include "http/chars.h"
#include "http/head.h"

#define LARGEST 2048

typedef struct parsed_t {
    wlm_http_head_t head;
    wlm_head_result_t result;
    char *buf;
    size_t size;                   /* of buf */
} parsed_t;

/* Bytes come in pieces of 1 to `most`; 0: all at once. What the parser may not touch stays as it is */
static parsed_t parse(const char *data, size_t size, int max_fields, int to_head_request, unsigned most, apr_pool_t *p)
{
    parsed_t parsed = { { 0 }, WLM_HEAD_INCOMPLETE, fuzz_copy(data, size, p), size };
    size_t have = most ? 0 : size, scan = 0;
    unsigned state = most;

    parsed.head.fields = apr_palloc(p, sizeof(*parsed.head.fields) * (size_t)max_fields);
    parsed.head.fields_max = max_fields;
    for (;;) {
        parsed.result = wlm_http_head_parse(&parsed.head, parsed.buf, have, LARGEST, to_head_request, &scan);
        if (parsed.result != WLM_HEAD_INCOMPLETE || have == size) {
            break;
        }
        FUZZ_ASSERT(memcmp(parsed.buf, data, size) == 0 && scan <= have);
        have += fuzz_piece(&state, most);
        have = have < size ? have : size;
    }
    FUZZ_ASSERT(parsed.result == WLM_HEAD_INCOMPLETE || scan == 0);
    FUZZ_ASSERT((parsed.head.error != NULL) == (parsed.result > WLM_HEAD_INCOMPLETE));
    return parsed;
}

static int count(const wlm_http_head_t *head, const char *name)
{
    int i, n = 0;

    for (i = 0; i < head->nfields; ++i) {
        n += apr_cstr_casecmp(head->fields[i].name, name) == 0;
    }
    return n;
}

static void check_field(const wlm_http_field_t *field, const parsed_t *parsed)
{
    const char *c, *end = parsed->buf + parsed->head.size;
    size_t length = strlen(field->value);

    FUZZ_ASSERT(field->name > parsed->buf && field->value > field->name && field->value + length < end && *field->name);
    for (c = field->name; *c; ++c) {
        FUZZ_ASSERT(wlm_http_is_token(*c));
    }
    for (c = field->value; *c; ++c) {
        FUZZ_ASSERT(wlm_http_is_text(*c));
    }
    FUZZ_ASSERT(!length || (!wlm_http_is_blank(field->value[0]) && !wlm_http_is_blank(field->value[length - 1])));
}

/* Where the message ends is never open to two readings */
static void check_framing(const wlm_http_head_t *head, int to_head_request)
{
    int lengths = count(head, "Content-Length"), codings = count(head, "Transfer-Encoding");
    const char *length = wlm_http_head_get(head, "Content-Length");

    FUZZ_ASSERT(lengths + codings <= 1 && (head->content_length >= 0) == (lengths == 1));
    FUZZ_ASSERT(!length || (strspn(length, "0123456789") == strlen(length)
                            && apr_atoi64(length) == head->content_length));
    FUZZ_ASSERT(head->status >= 100 && head->status <= 999);
    if (to_head_request || head->status < 200 || head->status == 204 || head->status == 304) {
        FUZZ_ASSERT(head->framing == WLM_HTTP_NO_BODY);
    }
    else {
        FUZZ_ASSERT(head->framing == (codings ? WLM_HTTP_CHUNKED : lengths ? WLM_HTTP_LENGTH : WLM_HTTP_UNTIL_CLOSE));
    }
    FUZZ_ASSERT(!head->keep_alive || (head->framing != WLM_HTTP_UNTIL_CLOSE && head->status != 101));
}

static void check_same(const wlm_http_head_t *a, const wlm_http_head_t *b)
{
    int i;

    FUZZ_ASSERT(a->status == b->status && a->minor == b->minor && strcmp(a->reason, b->reason) == 0);
    FUZZ_ASSERT(a->framing == b->framing && a->content_length == b->content_length && a->keep_alive == b->keep_alive);
    FUZZ_ASSERT(a->nfields == b->nfields);
    for (i = 0; i < a->nfields; ++i) {
        FUZZ_ASSERT(strcmp(a->fields[i].name, b->fields[i].name) == 0
                    && strcmp(a->fields[i].value, b->fields[i].value) == 0);
    }
}

static const char *print(const wlm_http_head_t *head, apr_pool_t *p)
{
    const char *text = apr_psprintf(p, "HTTP/1.%d %d %s\r\n", head->minor, head->status, head->reason);
    int i;

    for (i = 0; i < head->nfields; ++i) {
        text = apr_pstrcat(p, text, head->fields[i].name, ":", head->fields[i].value, "\r\n", NULL);
    }
    return apr_pstrcat(p, text, "\r\n", NULL);
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    unsigned choices = fuzz_byte(&input);
    int i, to_head_request = choices & 1, max_fields = (int)fuzz_byte(&input) % 16;
    parsed_t whole = parse(input.data, input.size, max_fields, to_head_request, 0, p);
    parsed_t pieces = parse(input.data, input.size, max_fields, to_head_request, 1 + (choices >> 1), p), again;
    const char *text;

    FUZZ_ASSERT(whole.result == pieces.result);
    if (whole.result != WLM_HEAD_COMPLETE) {
        return;
    }
    check_same(&whole.head, &pieces.head);
    FUZZ_ASSERT(whole.head.size == pieces.head.size && whole.head.size <= input.size && whole.head.size <= LARGEST);
    FUZZ_ASSERT(memcmp(whole.buf + whole.head.size, input.data + whole.head.size, input.size - whole.head.size) == 0);
    FUZZ_ASSERT(whole.head.nfields <= max_fields);
    for (i = 0; i < whole.head.nfields; ++i) {
        check_field(&whole.head.fields[i], &whole);
    }
    check_framing(&whole.head, to_head_request);
    text = print(&whole.head, p);
    if (strlen(text) <= LARGEST) { /* a bare LF became CRLF */
        again = parse(text, strlen(text), max_fields, to_head_request, 0, p);
        FUZZ_ASSERT(again.result == WLM_HEAD_COMPLETE);
        check_same(&whole.head, &again.head);
    }
}

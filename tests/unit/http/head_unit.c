/* Parses heads, each from a block of its size. On the thread of the test. */
#include "unit.h"
#include "http/head_unit.h"

wlm_http_field_t fields[MOST + 10];

void set_up_head(wlm_http_head_t *head)
{
    memset(head, 0x55, sizeof(*head));
    head->fields = fields;
    head->fields_max = FIELDS;
}

wlm_head_result_t parse(wlm_http_head_t *head, char *buf, apr_size_t len, int to_head)
{
    apr_size_t scan = 0;
    wlm_head_result_t result;

    set_up_head(head);
    result = wlm_http_head_parse(head, buf, len, MAX_SIZE, to_head, &scan);
    ck_assert_uint_eq(scan == 0 || result == WLM_HEAD_INCOMPLETE, 1);
    ck_assert_int_eq(head->error != NULL, result != WLM_HEAD_COMPLETE && result != WLM_HEAD_INCOMPLETE);
    return result;
}

wlm_head_result_t parse_in_pieces(wlm_http_head_t *head, char **pbuf, const char *text, apr_size_t len,
                                  int to_head, unsigned most)
{
    apr_size_t scan = 0, have = 0;
    wlm_head_result_t result = WLM_HEAD_INCOMPLETE;

    *pbuf = NULL;
    set_up_head(head);
    while (result == WLM_HEAD_INCOMPLETE && have < len) {
        apr_size_t step = most == 1 ? 1 : 1 + (apr_size_t)rand() % most;
        have = have + step < len ? have + step : len;
        free(*pbuf);
        *pbuf = exact(text, have);
        result = wlm_http_head_parse(head, *pbuf, have, MAX_SIZE, to_head, &scan);
    }
    return result;
}

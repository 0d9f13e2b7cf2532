/* The head of a response, as its fields become more. */
#include <string.h>
#include "tests/measure/bench/micro/micro.h"
#include "http/head.h"

#define HEAD_MAX 16384

typedef struct response_t {
    char *text;
    apr_size_t len;
} response_t;

static void *make(int nfields, apr_pool_t *p)
{
    response_t *response = apr_palloc(p, sizeof(*response));
    const char *text = "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:15:00 GMT\r\nContent-Type: "
                       "text/html;charset=UTF-8\r\n" "Content-Length: 103\r\n";
    int i;

    for (i = 3; i < nfields; ++i) {
        text = apr_psprintf(p, "%sX-Some-Field-%d: a value of about thirty bytes\r\n", text, i);
    }
    response->text = apr_pstrcat(p, text, "\r\n", NULL);
    response->len = strlen(response->text);
    return response;
}

static void call(void *thing, unsigned seed, long times)
{
    const response_t *response = thing;
    wlm_http_field_t fields[64];
    char buffer[HEAD_MAX];

    (void)seed;
    for (; times > 0; --times) {
        wlm_http_head_t head = { .fields = fields, .fields_max = 64 };
        apr_size_t scan = 0;

        memcpy(buffer, response->text, response->len); /* the parser writes into it */
        if (wlm_http_head_parse(&head, buffer, response->len, HEAD_MAX, 0, &scan) != WLM_HEAD_COMPLETE) {
            micro_fail("the head is not complete");
        }
    }
}

static const int sizes[] = { 5, 10, 20, 50, 0 };
const micro_t micro_head = {
    .name = "head", .grows = "fields", .sizes = sizes, .make = make, .call = call
};

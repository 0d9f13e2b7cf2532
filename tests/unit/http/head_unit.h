/* head_unit.h: a head that is parsed whole or in pieces, for the tests of http/head.c. Needs unit.h before it. */
#ifndef HEAD_UNIT_H
#define HEAD_UNIT_H

#include "http/exact_unit.h"
#include "http/head.h"

#define FIELDS 20
#define MAX_SIZE 4096
#define OK "HTTP/1.1 200 OK\r\n"
#define MOST WLM_HTTP_FIELDS_MAX

/** The fields of each head. */
extern wlm_http_field_t fields[MOST + 10];

void set_up_head(wlm_http_head_t *head);
wlm_head_result_t parse(wlm_http_head_t *head, char *buf, apr_size_t len, int to_head);
/** Feed in growing pieces, each time from a fresh block as if the buffer had moved */
wlm_head_result_t parse_in_pieces(wlm_http_head_t *head, char **pbuf, const char *text, apr_size_t len,
                                  int to_head, unsigned most);

#endif

/* An attempt up to the response's head: connection, request, heads; each step and each early end. */
#include "exchange_unit.h"

#define OK_5  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define OK_0  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define HEAD  "GET /x HTTP/1.1\r\n"

static const exchange_case_t connections[] = {
    { "new", "accept|want:" HEAD "|send:" OK_5, .outcome = WLM_DELIVERED, .waits = "rl", .status = 200,
      .body = "hello", .reuse = 1, .sent = 1 },
    { "kept", "want:" HEAD "|send:" OK_5, .kept_conn = 1, .outcome = WLM_DELIVERED, .waits = "rl", .status = 200,
      .body = "hello", .reuse = 1, .sent = 1 },
    { "bound to the client's", "want:" HEAD "|send:" OK_5, .kept_conn = 2, .outcome = WLM_DELIVERED, .waits = "rl",
      .body = "hello", .reuse = 2, .sent = 1 },
    { "bound from now on by the request", "accept|send:" OK_0, .logs_in = 1, .outcome = WLM_DELIVERED, .waits = "rl",
      .reuse = 2, .sent = 1 },
    { "bound from now on by the response",
      "accept|send:HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n", .outcome = WLM_DELIVERED,
      .waits = "rl", .status = 401, .reuse = 2, .sent = 1 },
    { "not kept", "accept|send:HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      .outcome = WLM_DELIVERED, .waits = "rl", .status = 200, .sent = 1 },
    { "more bytes than the response has", "accept|send:" OK_5 "!", .outcome = WLM_DELIVERED, .waits = "rl",
      .body = "hello", .sent = 1 },
    { "a name that is looked up", "-time:4|time:1|due|accept|send:" OK_0, .no_name = 1, .outcome = WLM_DELIVERED,
      .waits = "2l rl", .reuse = 1, .sent = 1 },
    { "a name without address", "", .no_name = 2, .outcome = WLM_NOT_CONNECTED, .cause = "no address", .waits = "",
      .next = WLM_NEXT_OTHER },
    { "no descriptors for a look-up", "", .no_name = 3, .outcome = WLM_HTTPD_SHORT, .waits = "" },
    { "a look-up that takes too long", "-time:4999|due", .no_name = 4, .outcome = WLM_NOT_CONNECTED,
      .cause = "no address within ConnectTimeout", .waits = "l", .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "over TCP", "connects|accept|want:" HEAD "|send:" OK_5, .tcp = 1, .outcome = WLM_DELIVERED, .waits = "wl rl",
      .body = "hello", .reuse = 1, .sent = 1 },
    { "refused", "connects", .tcp = 2, .outcome = WLM_NOT_CONNECTED, .cause = "Connection refused", .waits = "wl",
      .next = WLM_NEXT_OTHER },
    { "silent", "-time:4999|due", .tcp = 3, .outcome = WLM_NOT_CONNECTED,
      .cause = "no connection within ConnectTimeout", .waits = "wl", .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "silent, with half of the whole time", "-time:499|time:1", .tcp = 3, .total = 1000,
      .outcome = WLM_NOT_CONNECTED, .cause = "no connection within half of WLMTotalTimeout", .waits = "wl",
      .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "the client leaves while it is opened", "leave", .tcp = 3, .outcome = WLM_CLIENT_GONE, .waits = "wl", .left = 1
      },
};

static const exchange_case_t second_tries[] = {
    { "the kept one is closed", "want:" HEAD "|close|accept|want:" HEAD "|send:" OK_0, .kept_conn = 1,
      .outcome = WLM_DELIVERED, .waits = "2rl", .reuse = 1, .sent = 1 },
    { "... by a reset", "reset|accept|send:" OK_0, .kept_conn = 1, .outcome = WLM_DELIVERED, .waits = "2rl",
      .reuse = 1, .sent = 1 },
    { "... with bytes that are no response", "send:xxxxxxxxx|accept|send:" OK_0, .kept_conn = 1,
      .outcome = WLM_DELIVERED, .waits = "2rl", .reuse = 1, .sent = 1 },
    { "the second one ends, too", "want:" HEAD "|close|accept|want:" HEAD "|close", .kept_conn = 1,
      .outcome = WLM_NO_RESPONSE, .cause = "connection closed without an answer", .waits = "2rl", .sent = 1,
      .next = WLM_NEXT_OTHER },
    { "not behind the beginning of an answer", "send:HTTP/1.1 200|close", .kept_conn = 1, .outcome = WLM_NO_RESPONSE,
      .cause = "connection ended in the middle", .waits = "2rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "not behind a 1xx response", "send:HTTP/1.1 103 Hints\r\n\r\n|want:" HEAD "|close", .kept_conn = 1,
      .outcome = WLM_NO_RESPONSE, .waits = "2rl", .interim = "103 ", .sent = 1, .next = WLM_NEXT_OTHER },
    { "the kept one is not for a request that goes only once", "accept|send:" OK_0, .method = "POST",
      .final_repeat = 1, .kept_conn = 1, .outcome = WLM_DELIVERED, .waits = "rl", .reuse = 1, .sent = 1 },
    { "... but when the member says first that it wants the body",
      "want:100-continue|send:HTTP/1.1 100 C\r\n\r\n|body:abc|want:\r\n\r\nabc|send:" OK_0, .method = "POST",
      .streams = 1, .length = 3, .asks_continue = 1, .kept_conn = 1, .outcome = WLM_DELIVERED, .waits = "r ri rl",
      .reuse = 1, .sent = 1 },
};

#define I1 "HTTP/1.1 102 W\r\n\r\n"
#define I8 I1 I1 I1 I1 I1 I1 I1 I1

static const exchange_case_t heads[] = {
    { "byte by byte", "accept|drip:HTTP/1.1 204 No\r\n\r\n", .outcome = WLM_DELIVERED, .waits = "19rl", .status = 204,
      .reuse = 1, .sent = 1 },
    { "fields", "accept|send:HTTP/1.1 200 OK\r\nA: 1\r\nConnection: B\r\nB: 2\r\n$WSEP: x\r\nContent-Type: t/h\r\n"
      "Upgrade: h2c\r\nContent-Length: 0\r\n\r\n", .outcome = WLM_DELIVERED, .fields = "A: 1 ", .reuse = 1, .sent = 1
      },
    { "426 says what it would upgrade to", "accept|send:HTTP/1.1 426 U\r\nUpgrade: tls\r\nContent-Length: 0\r\n\r\n",
      .outcome = WLM_DELIVERED, .fields = "Upgrade: tls Connection: Upgrade ", .status = 426, .reuse = 1, .sent = 1 },
    { "to HEAD", "accept|want:HEAD /x|send:HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .method = "HEAD",
      .outcome = WLM_DELIVERED, .waits = "rl", .status = 200, .reuse = 1, .sent = 1 },
    { "busy", "accept|send:HTTP/1.1 503 Busy\r\nContent-Length: 1\r\n\r\nx", .outcome = WLM_DELIVERED, .waits = "rl",
      .status = 503, .body = "x", .busy = 1, .reuse = 1, .sent = 1 },
    { "interim", "accept|send:HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n|send:HTTP/1.1 102 Work\r\n\r\n|send:" OK_0,
      .outcome = WLM_DELIVERED, .waits = "3rl", .interim = "103 102 ", .status = 200, .reuse = 1, .sent = 1 },
    { "interim in one piece", "accept|send:HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" OK_5,
      .outcome = WLM_DELIVERED, .waits = "rl", .interim = "103 ", .body = "hello", .reuse = 1, .sent = 1 },
    { "no answer", "accept|-time:59999|time:1", .outcome = WLM_TIMED_OUT, .cause = "no answer within ServerIOTimeout",
      .waits = "rl", .sent = 1, .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "half a head, then nothing", "accept|send:HTTP/1.1 200 OK\r\n|-time:59999|due", .outcome = WLM_TIMED_OUT,
      .waits = "2rl", .sent = 1, .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "no answer within the whole time", "accept|-time:999|time:1", .total = 1000, .outcome = WLM_OUT_OF_TIME,
      .cause = "no answer within WLMTotalTimeout", .waits = "rl", .sent = 1 },
    { "closed", "accept|want:" HEAD "|close", .outcome = WLM_NO_RESPONSE,
      .cause = "connection closed without an answer", .waits = "rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "reset", "accept|reset", .outcome = WLM_NO_RESPONSE, .cause = "Connection reset by peer", .waits = "rl",
      .sent = 1, .next = WLM_NEXT_OTHER },
    { "half a head, then closed", "accept|send:HTTP/1.1 200 OK\r\n|close", .outcome = WLM_NO_RESPONSE,
      .cause = "connection ended in the middle of the response head", .waits = "2rl", .sent = 1,
      .next = WLM_NEXT_OTHER },
    { "not HTTP", "accept|send:SSH-2.0-OpenSSH\r\n", .outcome = WLM_NOT_HTTP, .waits = "rl", .sent = 1,
      .next = WLM_NEXT_OTHER },
    { "two lengths", "accept|send:HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      .outcome = WLM_HEAD_REFUSED, .waits = "rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "too many fields", "accept|send:HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", .max_fields = 2,
      .outcome = WLM_HEAD_REFUSED, .waits = "rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "too large", "accept|send:HTTP/1.1 200 OK\r\nA: |flood:65536|flood:65536|flood:65536|flood:65536",
      .outcome = WLM_HEAD_REFUSED, .waits = "5rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "too many interim ones", "accept|send:" I8 I8 I8 I8 I1, .outcome = WLM_HEAD_REFUSED,
      .cause = "too many 1xx responses", .waits = "rl",
      .interim = "102 102 102 102 102 102 102 102 102 102 102 102 102 102 "
      "102 102 102 102 102 102 102 102 102 102 102 102 102 102 102 102 102 102 ", .sent = 1, .next = WLM_NEXT_OTHER },
    { "as busy as the configuration says", "accept|send:HTTP/1.1 429 Busy\r\nContent-Length: 0\r\n\r\n",
      .busy_status = 429, .outcome = WLM_DELIVERED, .waits = "rl", .status = 429, .busy = 1, .reuse = 1, .sent = 1 },
    { "421 that names the owner", "accept|send:HTTP/1.1 421 M\r\nwlm-owner: b\r\nA: 1\r\nContent-Length: 0\r\n\r\n",
      .owner_field = "WLM-Owner", .outcome = WLM_DELIVERED, .waits = "rl", .status = 421, .busy = 2, .owner = "b",
      .fields = "A: 1 ", .reuse = 1, .sent = 1 },
    { "421 that names nobody", "accept|send:HTTP/1.1 421 M\r\nContent-Length: 0\r\n\r\n", .owner_field = "WLM-Owner",
      .outcome = WLM_DELIVERED, .waits = "rl", .status = 421, .reuse = 1, .sent = 1 },
    { "a response that names the owner, twice",
      "accept|send:HTTP/1.1 200 OK\r\nOwner: b\r\nOwner: c\r\nContent-Length: 0\r\n\r\n", .owner_field = "Owner",
      .outcome = WLM_DELIVERED, .waits = "rl", .owner = "b", .fields = "", .reuse = 1, .sent = 1 },
    { "an owner in an interim response alone",
      "accept|send:HTTP/1.1 103 H\r\nOwner: b\r\n\r\nHTTP/1.1 421 M\r\nContent-Length: 0\r\n\r\n",
      .owner_field = "Owner", .outcome = WLM_DELIVERED, .waits = "rl", .status = 421, .interim = "103 ", .reuse = 1,
      .sent = 1 },
    { "421 where nothing is known of owners",
      "accept|send:HTTP/1.1 421 M\r\nWLM-Owner: b\r\nContent-Length: 0\r\n\r\n", .outcome = WLM_DELIVERED,
      .waits = "rl", .status = 421, .fields = "WLM-Owner: b ", .reuse = 1, .sent = 1 },
    { "421 as a busy status that names the owner",
      "accept|send:HTTP/1.1 421 M\r\nOwner: b\r\nContent-Length: 0\r\n\r\n", .owner_field = "Owner",
      .busy_status = 421, .outcome = WLM_DELIVERED, .waits = "rl", .status = 421, .busy = 2, .owner = "b", .reuse = 1,
      .sent = 1 },
    { "101 that was asked for", "accept|send:HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nrest",
      .upgrade = "websocket", .outcome = WLM_DELIVERED, .waits = "rl", .status = 101,
      .fields = "Upgrade: websocket Connection: Upgrade ", .sent = 1, .upgraded = 1 },
    { "101 to another protocol", "accept|send:HTTP/1.1 101 S\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n",
      .upgrade = "websocket", .outcome = WLM_HEAD_REFUSED, .waits = "rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "101 unasked", "accept|send:HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      .outcome = WLM_HEAD_REFUSED, .waits = "rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "an upgrade that the member does not want", "accept|want:Upgrade: websocket|send:" OK_5, .upgrade = "websocket",
      .outcome = WLM_DELIVERED, .waits = "rl", .body = "hello", .reuse = 1, .sent = 1 },
    { "the client leaves", "accept|leave", .outcome = WLM_CLIENT_GONE,
      .cause = "the client has closed its connection", .waits = "rl", .sent = 1, .left = 1 },
};

static const exchange_case_t requests[] = {
    { "a kept body", "accept|want:Content-Length: 3|want:\r\n\r\nabc|send:" OK_0, .method = "POST", .kept = "abc",
      .outcome = WLM_DELIVERED, .waits = "rl", .reuse = 1, .sent = 1 },
    { "a body in memory and in a file", "accept|want:Content-Length: 6|want:\r\n\r\nabcdef|send:" OK_0,
      .method = "POST", .kept = "abc", .spooled = "def", .outcome = WLM_DELIVERED, .waits = "rl", .reuse = 1,
      .sent = 1 },
    { "a file that cannot be read", "", .method = "POST", .spooled = "!", .outcome = WLM_CLIENT_GONE, .waits = "",
      .cause = "the request body did not arrive", .status = 500, .sent = 1 },
    { "a body with trailers",
      "accept|want:Transfer-Encoding: chunked|want:\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n|send:" OK_0,
      .method = "POST", .kept = "abc", .trailers = "T: 1\r\n", .outcome = WLM_DELIVERED, .waits = "rl", .reuse = 1,
      .sent = 1 },
    { "a body that streams", "accept|want:Content-Length: 6|want:\r\n\r\nabc|body:de|want:de|body:f|want:f|send:"
      OK_0, .method = "POST", .kept = "abc", .streams = 1, .length = 6, .outcome = WLM_DELIVERED, .waits = "2ri rl",
      .reuse = 1, .sent = 1 },
    { "... of unknown length",
      "accept|want:chunked|body:ab|want:\r\n\r\n2\r\nab\r\n|body:c.|want:1\r\nc\r\n0\r\n\r\n|send:" OK_0,
      .method = "POST", .streams = 1, .length = -1, .outcome = WLM_DELIVERED, .waits = "2ri rl", .reuse = 1, .sent = 1
      },
    { "... is longer than declared", "accept|body:abcd", .method = "POST", .streams = 1, .length = 3,
      .outcome = WLM_CLIENT_GONE, .waits = "ri", .status = 500, .sent = 1 },
    { "... is shorter than declared", "accept|body:ab.", .method = "POST", .streams = 1, .length = 3,
      .outcome = WLM_CLIENT_GONE, .waits = "ri", .status = 500, .sent = 1 },
    { "... breaks off", "accept|body:ab|leave", .method = "POST", .streams = 1, .length = 3,
      .outcome = WLM_CLIENT_GONE, .cause = "the request body did not arrive", .waits = "2ri", .status = 400, .sent = 1
      },
    { "... comes too slowly", "accept|body:ab|-time:29999|time:1", .method = "POST", .streams = 1, .length = 3,
      .outcome = WLM_CLIENT_GONE, .waits = "2ri", .status = 408, .sent = 1 },
    { "answered early, with an error", "accept|send:HTTP/1.1 413 Too large\r\nContent-Length: 0\r\n\r\n",
      .method = "POST", .streams = 1, .length = 3, .outcome = WLM_DELIVERED, .waits = "ri", .status = 413, .sent = 1
      },
    { "closed in the midst of it", "accept|want:Content-Length: 3|close", .method = "POST", .streams = 1, .length = 3,
      .outcome = WLM_NO_RESPONSE, .waits = "ri", .sent = 1, .next = WLM_NEXT_OTHER },
    { "... after a part of the body", "accept|body:ab|want:ab|close", .method = "POST", .streams = 1, .length = 3,
      .outcome = WLM_NO_RESPONSE, .waits = "2ri", .sent = 1 },
    { "the member is asked whether it wants the body",
      "accept|want:100-continue|send:HTTP/1.1 100 C\r\n\r\n|want:abc|send:" OK_0, .method = "POST", .kept = "abc",
      .asks_continue = 1, .outcome = WLM_DELIVERED, .waits = "2rl", .reuse = 1, .sent = 1 },
    { "... says something else first", "accept|send:HTTP/1.1 103 H\r\n\r\nHTTP/1.1 100 C\r\n\r\n|want:abc|send:" OK_0,
      .method = "POST", .kept = "abc", .asks_continue = 1, .outcome = WLM_DELIVERED, .waits = "2rl",
      .interim = "103 ", .reuse = 1, .sent = 1 },
    { "... does not want it", "accept|send:HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", .method = "POST",
      .kept = "abc", .asks_continue = 1, .outcome = WLM_DELIVERED, .waits = "rl", .status = 417, .sent = 1 },
    { "... answers without having wanted it", "accept|send:" OK_5, .method = "POST", .kept = "abc",
      .asks_continue = 1, .outcome = WLM_DELIVERED, .waits = "rl", .body = "hello", .sent = 1 },
    { "... says nothing", "accept|-time:59999|due", .method = "POST", .kept = "abc", .asks_continue = 1,
      .outcome = WLM_TIMED_OUT, .waits = "rl", .sent = 1, .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "a member that takes nothing", "accept|-time:59999|due", .method = "POST", .large = 1000000,
      .outcome = WLM_TIMED_OUT, .waits = "rwl", .sent = 1, .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "... answers then", "accept|send:HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", .method = "POST",
      .large = 1000000, .outcome = WLM_DELIVERED, .waits = "rwl", .status = 500, .sent = 1 },
    { "... closes then", "accept|reset", .method = "POST", .large = 1000000, .outcome = WLM_NO_RESPONSE,
      .cause = "Connection reset by peer", .waits = "rwl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "the client leaves then", "accept|leave", .method = "POST", .large = 1000000, .outcome = WLM_CLIENT_GONE,
      .waits = "rwl", .sent = 1, .left = 1 },
    { "an answer of 200 while it reads on", "accept|send:" OK_0, .method = "POST", .large = 1000000,
      .outcome = WLM_DELIVERED, .waits = "rwl", .sent = 1 },
};

#define PROBE "OPTIONS * HTTP/1.1\r\n"

static const exchange_case_t probes[] = {
    { "answered", "accept|want:" PROBE "|send:HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n|want:" HEAD "|send:" OK_0,
      .extended_handshake = 1, .outcome = WLM_DELIVERED, .waits = "2rl", .reuse = 1, .sent = 1 },
    { "on a kept connection", "want:" PROBE "|send:" OK_0 "|want:POST /x|send:" OK_0, .kept_conn = 1,
      .extended_handshake = 1, .final_repeat = 1, .method = "POST", .outcome = WLM_DELIVERED, .waits = "2rl",
      .reuse = 1, .sent = 1 },
    { "not on a bound one", "want:" HEAD "|send:" OK_0, .kept_conn = 2, .extended_handshake = 1,
      .outcome = WLM_DELIVERED, .waits = "rl", .reuse = 2, .sent = 1 },
    { "answered, then closed", "accept|want:" PROBE "|send:HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n|accept|want:"
      HEAD "|send:" OK_0, .extended_handshake = 1, .outcome = WLM_DELIVERED, .waits = "2rl", .reuse = 1, .sent = 1 },
    { "closed", "accept|want:" PROBE "|close", .extended_handshake = 1, .outcome = WLM_NOTHING_SENT,
      .cause = "extended handshake: ", .waits = "rl", .next = WLM_NEXT_OTHER },
    { "a kept connection that has ended", "want:" PROBE "|close|accept|want:" PROBE "|send:" OK_0 "|want:" HEAD
      "|send:" OK_0, .kept_conn = 1, .extended_handshake = 1, .outcome = WLM_DELIVERED, .waits = "3rl", .reuse = 1,
      .sent = 1 },
    { "not HTTP", "accept|send:SSH-2.0-OpenSSH\r\n", .extended_handshake = 1, .outcome = WLM_NOTHING_SENT,
      .cause = "extended handshake: ", .waits = "rl", .next = WLM_NEXT_OTHER },
    { "silent", "accept|-time:4999|due", .extended_handshake = 1, .outcome = WLM_NOTHING_SENT,
      .cause = "extended handshake: ", .waits = "rl", .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "silent, without ConnectTimeout", "accept|-time:59999|due", .extended_handshake = 1, .connect_timeout = -1,
      .outcome = WLM_NOTHING_SENT, .waits = "rl", .timed_out = 1, .next = WLM_NEXT_OTHER },
    { "the client leaves", "accept|leave", .extended_handshake = 1, .outcome = WLM_CLIENT_GONE, .waits = "rl",
      .left = 1 },
};

TEST_TABLE(connections)
TEST_TABLE(second_tries)
TEST_TABLE(heads)
TEST_TABLE(requests)
TEST_TABLE(probes)

static Suite *suite(void)
{
    Suite *s = suite_create("exchange/exchange");
    TCase *tc = unit_case(s, "exchange");

    tcase_add_loop_test(tc, connections_case, 0, UNIT_COUNT(connections));
    tcase_add_loop_test(tc, second_tries_case, 0, UNIT_COUNT(second_tries));
    tcase_add_loop_test(tc, heads_case, 0, UNIT_COUNT(heads));
    tcase_add_loop_test(tc, requests_case, 0, UNIT_COUNT(requests));
    tcase_add_loop_test(tc, probes_case, 0, UNIT_COUNT(probes));
    return s;
}

UNIT_MAIN(suite)

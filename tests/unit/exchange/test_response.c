/* The response's body on its way to the client: framings, pauses, clients that take nothing, and each early end. */
#include "exchange_unit.h"

#define LENGTH(n) "HTTP/1.1 200 OK\r\nContent-Length: " #n "\r\n\r\n"
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define UNTIL_CLOSE "HTTP/1.1 200 OK\r\n\r\n"

static const exchange_case_t bodies[] = {
    { "in pieces", "accept|send:" LENGTH(5) "h|send:el|send:lo", .outcome = WLM_DELIVERED, .waits = "3rl",
      .body = "hello", .reuse = 1, .sent = 1 },
    { "byte by byte", "accept|drip:" LENGTH(3) "abc", .outcome = WLM_DELIVERED, .waits = "41rl", .body = "abc",
      .reuse = 1, .sent = 1 },
    { "chunks", "accept|send:" CHUNKED "3\r\nabc\r\n|send:2\r\nde\r\n|send:0\r\n\r\n", .outcome = WLM_DELIVERED,
      .waits = "3rl", .body = "abcde", .reuse = 1, .sent = 1, .passed_on = 1 },
    { "chunks, byte by byte", "accept|send:" CHUNKED "|drip:1\r\na\r\n0\r\n\r\n", .outcome = WLM_DELIVERED,
      .waits = "12rl", .body = "a", .reuse = 1, .sent = 1, .passed_on = 1 },
    { "trailers", "accept|send:" CHUNKED "0\r\nSum: 5\r\nContent-Length: 7\r\n\r\n", .outcome = WLM_DELIVERED,
      .waits = "rl", .trailers_out = "Sum: 5 ", .reuse = 1, .sent = 1 },
    { "up to the close", "accept|send:" UNTIL_CLOSE "hello|close", .outcome = WLM_DELIVERED, .waits = "2rl",
      .body = "hello", .sent = 1, .passed_on = 1 },
    { "to HEAD", "accept|send:" CHUNKED, .method = "HEAD", .outcome = WLM_DELIVERED, .waits = "rl", .reuse = 1,
      .sent = 1 },
    { "of a member that closes", "accept|send:HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab",
      .outcome = WLM_DELIVERED, .waits = "rl", .body = "ab", .sent = 1 },
    { "large", "accept|send:" LENGTH(262144) "|flood:65536|flood:65536|flood:65536|flood:65536",
      .outcome = WLM_DELIVERED, .waits = "5rl", .body_len = 262144, .reuse = 1, .sent = 1, .passed_on = 1 },
    { "large, more than is collected at once", "accept|send:" LENGTH(200000) "|flood:150000|flood:50000",
      .outcome = WLM_DELIVERED, .waits = "3rl", .body_len = 200000, .reuse = 1, .sent = 1, .passed_on = 1 },
    { "large, to a filter that refuses it", "accept|send:" LENGTH(262144) "|flood:65536|refuse|flood:65536",
      .outcome = WLM_CLIENT_GONE, .cause = "one of httpd's filters", .waits = "3rl", .body_len = 65536, .sent = 1,
      .passed_on = 1 },
};

static const exchange_case_t pauses[] = {
    { "a small one waits to be complete", "accept|send:" LENGTH(5) "h|-time:499|send:ello", .outcome = WLM_DELIVERED,
      .waits = "2rl", .body = "hello", .reuse = 1, .sent = 1 },
    { "... not for longer than half a second", "accept|send:" LENGTH(5) "h|-time:499|time:1|send:ello",
      .outcome = WLM_DELIVERED, .waits = "3rl", .body = "hello", .reuse = 1, .sent = 1, .passed_on = 1 },
    { "a larger one goes on at once", "accept|send:" LENGTH(100) "h|close", .chunk = -1, .outcome = WLM_BROKEN,
      .waits = "2rl", .body = "h", .sent = 1, .passed_on = 1 },
    { "without a length it waits for a first byte", "accept|send:" CHUNKED "|-time:49|time:1|close",
      .outcome = WLM_BROKEN, .waits = "3rl", .sent = 1, .passed_on = 1 },
    { "a member that pauses for too long", "accept|send:" LENGTH(100) "h|time:500|-time:59499|time:500",
      .outcome = WLM_BROKEN, .cause = "no more of the response within ServerIOTimeout", .waits = "3rl", .body = "h",
      .sent = 1, .timed_out = 1, .passed_on = 1 },
    { "while the request goes on it is not held back", "accept|send:" LENGTH(5) "|body:abc|want:abc|send:hello",
      .method = "POST", .streams = 1, .length = 3, .outcome = WLM_DELIVERED, .waits = "2ri rl", .body = "hello",
      .reuse = 1, .sent = 1, .passed_on = 1 },
};

static const exchange_case_t ends[] = {
    { "closed in the midst", "accept|send:" LENGTH(5) "he|close", .outcome = WLM_BROKEN,
      .cause = "connection closed in the middle of the response", .waits = "2rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "reset in the midst", "accept|-drink:1|send:" LENGTH(5) "he|reset", .outcome = WLM_BROKEN,
      .cause = "Connection reset by peer", .waits = "2rl", .sent = 1, .next = WLM_NEXT_OTHER },
    { "... after a part has gone to the client", "accept|send:" LENGTH(5) "he|time:500|close", .outcome = WLM_BROKEN,
      .waits = "3rl", .body = "he", .sent = 1, .passed_on = 1 },
    { "closed within the chunks", "accept|send:" CHUNKED "5\r\nhe|close", .outcome = WLM_BROKEN,
      .cause = "connection closed in the middle", .waits = "2rl", .body = "he", .sent = 1, .passed_on = 1 },
    { "no chunk size", "accept|send:" CHUNKED "|send:zz\r\n", .outcome = WLM_BROKEN, .waits = "2rl", .sent = 1,
      .next = WLM_NEXT_OTHER },
    { "no end of a chunk", "accept|send:" CHUNKED "2\r\nabc\r\n", .outcome = WLM_BROKEN, .waits = "rl", .sent = 1,
      .next = WLM_NEXT_OTHER },
    { "... behind a good one", "accept|send:" CHUNKED "3\r\nabc\r\n|send:2\r\nde\r\nzz", .outcome = WLM_BROKEN,
      .waits = "2rl", .body = "abcde", .sent = 1, .passed_on = 1 },
    { "chunks for a client that takes no more, and the application runs to its end", "accept|lost|send:" CHUNKED
      "2\r\nhe\r\n|send:3\r\nllo\r\n|send:0\r\n\r\n", .finishes = 1, .outcome = WLM_CLIENT_GONE,
      .cause = "the client did not read on; the rest", .waits = "3r", .reuse = 1, .sent = 1, .passed_on = 1 },
    { "the client leaves", "accept|send:" LENGTH(5) "he|leave", .outcome = WLM_CLIENT_GONE,
      .cause = "the client has closed its connection", .waits = "2rl", .left = 1, .sent = 1 },
    { "the client takes no more", "accept|send:" LENGTH(5) "he|lost|time:500", .outcome = WLM_CLIENT_GONE,
      .cause = "the client did not read on", .waits = "2rl", .sent = 1, .passed_on = 1 },
    { "a filter does not take it", "accept|send:" LENGTH(5) "he|refuse|time:500", .outcome = WLM_CLIENT_GONE,
      .cause = "one of httpd's filters did not take the response", .waits = "2rl", .sent = 1, .passed_on = 1 },
    { "the client's body does not come any more", "accept|send:" LENGTH(5) "he|-time:29999|time:1", .method = "POST",
      .streams = 1, .length = 3, .outcome = WLM_CLIENT_GONE, .cause = "the request body did not arrive",
      .waits = "2ri", .status = 200, .body = "he", .sent = 1, .passed_on = 1 },
    { "the member takes no more of the request", "accept|send:" LENGTH(5) "he|-time:59999|time:1", .method = "POST",
      .large = 1000000, .outcome = WLM_BROKEN, .cause = "no more of the response within ServerIOTimeout",
      .waits = "2rwl", .body = "he", .sent = 1, .timed_out = 1, .passed_on = 1 },
    { "the client leaves, and the application runs to its end", "accept|-leave|send:" LENGTH(5) "he|send:llo",
      .finishes = 1, .outcome = WLM_DELIVERED, .waits = "2r", .body = "hello", .reuse = 1, .sent = 1 },
    { "the client takes no more, and the application runs to its end", "accept|send:" LENGTH(5)
      "he|lost|time:500|send:llo", .finishes = 1, .outcome = WLM_CLIENT_GONE,
      .cause = "the client did not read on; the rest", .waits = "3r", .body = "llo", .reuse = 1, .sent = 1,
      .passed_on = 1 },
};

static const exchange_case_t slow_clients[] = {
    { "is waited for, and the member not read meanwhile", "accept|clog|send:" LENGTH(5) "he|-send:llo|take",
      .outcome = WLM_DELIVERED, .waits = "rl o", .body = "hello", .reuse = 1, .sent = 1 },
    { "takes nothing any more", "accept|clog|send:" LENGTH(5) "he|-time:29999|time:1", .outcome = WLM_CLIENT_GONE,
      .cause = "the client did not read on", .waits = "rl o", .sent = 1 },
    { "leaves", "accept|clog|send:" LENGTH(5) "he|leave", .outcome = WLM_CLIENT_GONE,
      .cause = "the client did not read on", .waits = "rl o", .sent = 1 },
    { "takes nothing any more, and the application runs to its end", "accept|clog|send:" LENGTH(5)
      "he|time:30000|send:llo", .finishes = 1, .outcome = WLM_CLIENT_GONE,
      .cause = "the client did not read on; the rest", .waits = "r o r", .body = "hello", .reuse = 1, .sent = 1 },
};

TEST_TABLE(bodies)
TEST_TABLE(pauses)
TEST_TABLE(ends)
TEST_TABLE(slow_clients)

static Suite *suite(void)
{
    Suite *s = suite_create("exchange/response");
    TCase *tc = unit_case(s, "response");

    tcase_add_loop_test(tc, bodies_case, 0, UNIT_COUNT(bodies));
    tcase_add_loop_test(tc, pauses_case, 0, UNIT_COUNT(pauses));
    tcase_add_loop_test(tc, ends_case, 0, UNIT_COUNT(ends));
    tcase_add_loop_test(tc, slow_clients_case, 0, UNIT_COUNT(slow_clients));
    return s;
}

UNIT_MAIN(suite)

/* Two attempts for one request, of which the first one that answers counts (WLMHedge): the other is discarded at each
 * stage in which it can be, and costs the one that goes on nothing. */
#include "exchange_unit.h"

#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define HEAD "GET /x HTTP/1.1\r\n"

static const exchange_case_t losers[] = {
    { "looks up a name", "", .no_name = 4 },
    { "is being connected", "", .tcp = 3 },
    { "is connected", "connects|accept", .tcp = 1 },
    { "has its request", "accept|want:" HEAD, .method = "GET" },
    { "has it on a kept connection", "want:" HEAD, .kept_conn = 1 },
    { "has it on the second connection", "want:" HEAD "|close|accept|want:" HEAD, .kept_conn = 1 },
    { "has sent a part of a head", "accept|send:HTTP/1.1 200 OK\r\nContent-", .method = "GET" },
    { "has it until its time-out", "accept|-time:59999", .method = "GET" },
    { "says whether it is alive", "accept|want:OPTIONS * HTTP/1.1\r\n", .extended_handshake = 1 },
};

static const exchange_case_t winners[] = {
    { "new", "accept|want:" HEAD "|send:" OK_5, .outcome = WLM_DELIVERED, .status = 200, .body = "hello", .reuse = 1,
      .sent = 1 },
    { "over TCP", "connects|accept|want:" HEAD "|send:" OK_5, .tcp = 1, .outcome = WLM_DELIVERED, .status = 200,
      .body = "hello", .reuse = 1, .sent = 1 },
    { "kept", "want:" HEAD "|send:" OK_5, .kept_conn = 1, .outcome = WLM_DELIVERED, .status = 200, .body = "hello",
      .reuse = 1, .sent = 1 },
    { "in drips", "accept|drip:" OK_5, .outcome = WLM_DELIVERED, .status = 200, .body = "hello", .reuse = 1,
      .sent = 1 },
    { "with an end of its own", "accept|send:HTTP/1.1 200 OK\r\n\r\nhello|close", .outcome = WLM_DELIVERED,
      .status = 200, .body = "hello", .sent = 1, .passed_on = 1 },
};

START_TEST(the_other_attempt_is_discarded)
{
    exchange_unit_race(&losers[_i / UNIT_COUNT(winners)], &winners[_i % UNIT_COUNT(winners)]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("exchange/race");
    TCase *tc = unit_case(s, "race");

    tcase_add_loop_test(tc, the_other_attempt_is_discarded, 0, UNIT_COUNT(losers) * UNIT_COUNT(winners));
    return s;
}

UNIT_MAIN(suite)

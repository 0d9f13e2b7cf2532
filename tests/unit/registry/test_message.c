/* Messages of members that register themselves: what is read, and what is refused. */
#include "unit.h"
#include "registry/message.h"

static wlm_mcmp_message_t *message;

/* @return NULL, or why it is refused */
static const char *read_message(wlm_mcmp_command_t command, const char *path, const char *body)
{
    const wlm_mcmp_error_t *error = wlm_mcmp_read(&message, command, path, body, strlen(body), unit_pool);

    ck_assert(!error || strcmp(error->type, "SYNTAX") == 0);
    return error ? error->why : NULL;
}

static const char *joined(const apr_array_header_t *list)
{
    return apr_array_pstrcat(unit_pool, list, ' ');
}

START_TEST(commands_have_their_names)
{
    int command;

    for (command = 0; command < WLM_MCMP_COMMANDS; ++command) {
        ck_assert_int_eq(wlm_mcmp_command(wlm_mcmp_name((wlm_mcmp_command_t)command)), command);
    }
    ck_assert_int_eq(wlm_mcmp_command("config"), WLM_MCMP_COMMANDS);
    ck_assert_int_eq(wlm_mcmp_command("GET"), WLM_MCMP_COMMANDS);
    ck_assert_int_eq(wlm_mcmp_command(""), WLM_MCMP_COMMANDS);
}
END_TEST

START_TEST(a_node)
{
    ck_assert_ptr_null(
        read_message(WLM_MCMP_CONFIG, "/", "JVMRoute=n1&Host=10.0.0.5&Port=8080&StickySessionForce=No&Type=http"));
    ck_assert_str_eq(message->route, "n1");
    ck_assert_str_eq(message->balancer, "mycluster");
    ck_assert_str_eq(message->host, "10.0.0.5");
    ck_assert_int_eq(message->port, 8080);
    ck_assert(!message->is_https);
    ck_assert_str_eq(message->cookie, "JSESSIONID");
    ck_assert_str_eq(message->parameter, "jsessionid");
    ck_assert_ptr_null(read_message(WLM_MCMP_CONFIG, "/",
                                    "jvmroute=n%32&HOST=%5B2001%3Adb8::1%5D&Port=8443&Type=HTTPS&Balancer=shop"
                                    "&StickySessionCookie=SID&StickySessionPath=sid&Context=/x&Alias=*\r\n"));
    /* an address of IPv6 in the form of RFC 5952, so that it is compared as what it is */
    ck_assert_str_eq(message->route, "n2");
    ck_assert_str_eq(message->balancer, "shop");
    ck_assert_str_eq(message->host, "2001:db8::1");
    ck_assert(message->is_https);
    ck_assert_str_eq(message->cookie, "SID");
    ck_assert_str_eq(message->parameter, "sid");
    ck_assert_int_eq(message->contexts->nelts, 0);
}
END_TEST

START_TEST(contexts_and_aliases)
{
    ck_assert_ptr_null(read_message(WLM_MCMP_ENABLE_APP, "/",
                                    "JVMRoute=n1&Alias=www.shop.example,Shop.Example,shop.example&Context=/shop"));
    ck_assert_str_eq(joined(message->contexts), "/shop");
    ck_assert_str_eq(joined(message->aliases), "shop.example www.shop.example");
    ck_assert(!message->is_for_node);
    ck_assert_ptr_null(read_message(WLM_MCMP_STOP_APP, "/", "JVMRoute=n1&Alias=&Context=/a/,/b/c,"));
    ck_assert_str_eq(joined(message->contexts), "/a /b/c /");
    ck_assert_int_eq(message->aliases->nelts, 0);
}
END_TEST

static const struct {
    const char *path;
    int is_for_node;
} paths[] = { { "/", 0 }, { "/*", 1 }, { "*", 1 }, { "/x/*", 1 }, { "/x*", 0 }, { "", 0 } };

START_TEST(a_path_that_means_the_whole_node)
{
    const char *why = read_message(WLM_MCMP_REMOVE_APP, paths[_i].path, "JVMRoute=n1");

    ck_assert_int_eq(message->is_for_node, paths[_i].is_for_node);
    ck_assert(paths[_i].is_for_node ? !why : strcmp(why, "REMOVE-APP has no Context") == 0);
}
END_TEST

START_TEST(loads)
{
    ck_assert_ptr_null(read_message(WLM_MCMP_STATUS, "/", "JVMRoute=n1&Load=-1"));
    ck_assert_int_eq(message->load, -1);
    ck_assert_ptr_null(read_message(WLM_MCMP_STATUS, "/", "JVMRoute=n1&Load=100"));
    ck_assert_int_eq(message->load, 100);
    ck_assert_ptr_null(read_message(WLM_MCMP_PING, "/", ""));
    ck_assert_ptr_null(message->route);
    ck_assert_ptr_null(read_message(WLM_MCMP_INFO, "/", "JVMRoute=?"));
}
END_TEST

static const struct {
    wlm_mcmp_command_t command;
    const char *body, *why;        /* a part of the reason */
} refused[] = {
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http", "no JVMRoute" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Port=1&Type=http", "no Host" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Type=http", "no Port" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1", "no Type" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=ajp", "not of AJP" },
    { WLM_MCMP_CONFIG, "JVMRoute=&Host=h&Port=1&Type=http", "JVMRoute has 1 to 80" },
    { WLM_MCMP_CONFIG, "JVMRoute&Host=h&Port=1&Type=http", "JVMRoute has 1 to 80" },
    { WLM_MCMP_CONFIG, "JVMRoute=a%22b&Host=h&Port=1&Type=http", "JVMRoute has 1 to 80" },
    { WLM_MCMP_CONFIG, "JVMRoute=a+b&Host=h&Port=1&Type=http", "JVMRoute has 1 to 80" },
    { WLM_MCMP_CONFIG, "JVMRoute=a%0Ab&Host=h&Port=1&Type=http", "JVMRoute has 1 to 80" },
    { WLM_MCMP_CONFIG, "JVMRoute=a%00b&Host=h&Port=1&Type=http", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=a%zzb&Host=h&Port=1&Type=http", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=a&JVMRoute=a&Host=h&Port=1&Type=http", "JVMRoute is there twice" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=unix:/run/x&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=unix:x&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=unix:&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=a:b&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=1.2.3.4:80&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=::1:&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=[h]&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=[10.0.0.1]&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=[::1&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=::1]&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=[::1]:80&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=u%40h&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=http://h&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h/x&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=%3Ch%3E&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h%22&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h%00&Port=1&Type=http", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h%0A&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=%C3%A9&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=%FF&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h;x&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h,i&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=*&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=$%7BX%7D&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=[]&Port=1&Type=http", "name or the address" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=0&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=65536&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=80x&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=99999999999&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=a;b", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Note=a%0Ab", "Note is a line" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Until=-1", "Until is a time" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Until=", "Until is a time" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Until=999999999999", "Until is a time" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%00", "not encoded" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%0A", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%0D", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%22", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%27", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%3C", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%3E", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%26", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%C3", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%FF%FE", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=%2", "not encoded" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=a%2Fb", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=a,b", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=a;b", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "Host=h&Port=1&Type=http&JVMRoute=--%3E", "JVMRoute has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%00", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%0A", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%0D", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%22", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%27", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%3C", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%3E", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%26", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%C3", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%FF%FE", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=%2", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=a%2Fb", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=a,b", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=a;b", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=--%3E", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%00", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%0A", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%0D", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%22", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%27", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%3C", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%3E", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%26", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%C3", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%FF%FE", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=%2", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=a%2Fb", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=a,b", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=a;b", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionCookie=--%3E", "StickySessionCookie has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%00", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%0A", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%0D", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%22", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%27", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%3C", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%3E", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%26", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%C3", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%FF%FE", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=%2", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=a%2Fb", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=a,b", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=a;b", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&StickySessionPath=--%3E", "StickySessionPath has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=a:b", "Balancer has" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=-1&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=+1&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=+1&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1+&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=0x50&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1e3&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=65537&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=18446744073709551617&Type=http", "1 to 65535" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1%00&Type=http", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=AJP", "http or https" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=ajp13", "http or https" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=h2", "http or https" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=", "http or https" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http%00", "not encoded" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=ws", "http or https" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Note=a%FF", "Note is a line" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Note=a%C3", "Note is a line" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Note=%ED%A0%80", "Note is a line" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Note=a%C2%85b", "Note is a line" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Note=%1B[31m", "Note is a line" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=b&HOST=http", "Host is there twice" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=b&PORT=http", "Port is there twice" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=b&TYPE=http", "Type is there twice" },
    { WLM_MCMP_CONFIG, "JVMRoute=n&Host=h&Port=1&Type=http&Balancer=b&BALANCER=http", "Balancer is there twice" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n", "ENABLE-APP has no Context" },
    { WLM_MCMP_ENABLE_APP, "Context=/x", "ENABLE-APP has no JVMRoute" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=shop", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/a*", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/a/../b", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/..", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/a/.", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/a//b", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/%C3%A9", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/a%25b", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=a/b", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=*", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=%00", "not encoded" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%0A", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%22", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%3C", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%FF", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%C3%A9", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x;y", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%3By", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x+y", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%2", "not encoded" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%5Cy", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x?y", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=/x%23y", "names of hosts" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=%00", "not encoded" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%0A", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%22", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%3C", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%FF", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%C3%A9", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x;y", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%3By", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x+y", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%2", "not encoded" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%5Cy", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x?y", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Alias=h&Context=/x%23y", "begins with /" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&context=/y", "Context is there twice" },
    { WLM_MCMP_ENABLE_APP, "JVMRoute=n&Context=/x&Alias=a&ALIAS=b", "Alias is there twice" },
    { WLM_MCMP_STATUS, "JVMRoute=n", "STATUS has no Load" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=-2", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=101", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=--1", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=4294967297", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=1.5", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=-", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=99999999999999999999", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=NaN", "-1 to 100" },
    { WLM_MCMP_STATUS, "JVMRoute=n&Load=1,2", "-1 to 100" },
};

START_TEST(what_is_refused)
{
    const char *why = read_message(refused[_i].command, "/", refused[_i].body);

    ck_assert_msg(why && strstr(why, refused[_i].why), "%s: %s", refused[_i].body, why);
}
END_TEST

static char *repeat(const char *text, int times)
{
    apr_array_header_t *parts = apr_array_make(unit_pool, times, sizeof(const char *));

    while (parts->nelts < times) {
        APR_ARRAY_PUSH(parts, const char *) = text;
    }
    return apr_array_pstrcat(unit_pool, parts, 0);
}

START_TEST(sizes_are_bounded)
{
    const char *name = repeat("n", WLM_MCMP_NAME_MAX), *list = repeat("/a,", WLM_MCMP_LIST_MAX - 1);

    ck_assert_ptr_null(read_message(WLM_MCMP_PING, "/", apr_pstrcat(unit_pool, "JVMRoute=", name, NULL)));
    ck_assert_ptr_nonnull(read_message(WLM_MCMP_PING, "/", apr_pstrcat(unit_pool, "JVMRoute=n", name, NULL)));
    ck_assert_ptr_null(
        read_message(WLM_MCMP_STOP_APP, "/", apr_pstrcat(unit_pool, "JVMRoute=n&Context=", list, "/b", NULL)));
    ck_assert_ptr_nonnull(
        read_message(WLM_MCMP_STOP_APP, "/", apr_pstrcat(unit_pool, "JVMRoute=n&Context=", list, "/b,/c", NULL)));
    ck_assert_ptr_null(
        read_message(WLM_MCMP_STOP_APP, "/",
                     apr_pstrcat(unit_pool, "JVMRoute=n&Context=/", repeat("c", WLM_MCMP_VALUE_MAX - 1), NULL)));
    ck_assert_ptr_nonnull(read_message(
        WLM_MCMP_STOP_APP, "/", apr_pstrcat(unit_pool, "JVMRoute=n&Context=/", repeat("c", WLM_MCMP_VALUE_MAX), NULL)));
    ck_assert_ptr_null(read_message(WLM_MCMP_INFO, "/", repeat("x", WLM_MCMP_BODY_MAX)));
    ck_assert_ptr_nonnull(read_message(WLM_MCMP_INFO, "/", repeat("x", WLM_MCMP_BODY_MAX + 1)));
}
END_TEST

/* A NUL in a body ends nothing: what stands behind it would be read by one and not by another */
START_TEST(a_nul_is_refused)
{
    static const char body[] = "JVMRoute=n\0&Load=1";

    ck_assert_ptr_nonnull(wlm_mcmp_read(&message, WLM_MCMP_STATUS, "/", body, sizeof(body) - 1, unit_pool));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("registry/message");
    TCase *tc = unit_case(s, "messages");

    tcase_add_test(tc, commands_have_their_names);
    tcase_add_test(tc, a_node);
    tcase_add_test(tc, contexts_and_aliases);
    tcase_add_loop_test(tc, a_path_that_means_the_whole_node, 0, UNIT_COUNT(paths));
    tcase_add_test(tc, loads);
    tcase_add_loop_test(tc, what_is_refused, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, sizes_are_bounded);
    tcase_add_test(tc, a_nul_is_refused);
    return s;
}

UNIT_MAIN(suite)

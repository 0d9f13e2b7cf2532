/* TLS over a pair of sockets, against OpenSSL's own server side; with certificates that are made here. */
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include <sys/socket.h>
#include "unit.h"
#include "tls_unit.h"
#include "net/tls_conn.h"

/* -- two ends -------------------------------------------------------------------------- */

static int fds[2];
static SSL_CTX *server_ctx;
static SSL *server;
static wlm_tls_t *tls;
static wlm_tls_peer_t *peer;
static const char *server_pem;

static void setup(void)
{
    unit_setup();
    signal(SIGPIPE, SIG_IGN);
    temp_folder_setup();
    server_pem = make_pem("server", "DNS:app.example,IP:127.0.0.1");
    server_ctx = make_server_ctx(server_pem);
}

static void teardown(void)
{
    SSL_CTX_free(server_ctx);
    temp_folder_teardown();
    unit_teardown();
}

static const char *trust_server(void)
{
    return make_trust("trust", (const char *const[]){ server_pem, NULL });
}

static void use(const wlm_tls_settings_t *settings, const char *name)
{
    const char *why = NULL;

    ck_assert_msg(wlm_tls_make(&tls, settings, &why, unit_pool) == APR_SUCCESS, "%s", why);
    peer = wlm_tls_peer_make(tls, name, unit_pool);
}

static wlm_tls_conn_t *begin(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    server = SSL_new(server_ctx);
    SSL_set_fd(server, fds[1]);
    return wlm_tls_conn_make(peer, fds[0]);
}

static apr_status_t handshake(wlm_tls_conn_t *conn)
{
    apr_status_t rv = APR_EAGAIN;
    int i;

    for (i = 0; i < 20 && APR_STATUS_IS_EAGAIN(rv); ++i) {
        rv = wlm_tls_conn_handshake(conn);
        SSL_accept(server);
        ERR_clear_error();
    }
    return rv;
}

static wlm_tls_conn_t *connected(void)
{
    wlm_tls_conn_t *conn = begin();
    apr_status_t rv = handshake(conn);

    ck_assert_msg(rv == APR_SUCCESS, "%s", wlm_tls_conn_why(conn));
    return conn;
}

static void end(wlm_tls_conn_t *conn)
{
    wlm_tls_conn_free(conn);
    SSL_free(server);
    close(fds[0]);
    close(fds[1]);
}

/* -- whom it trusts ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    wlm_tls_verify_t verify;
    int trusts_server;
    const char *why;               /* NULL: it is accepted */
} peers[] = {
    { "app.example", WLM_TLS_FULL, 1, NULL },
    { "127.0.0.1", WLM_TLS_FULL, 1, NULL },
    { "APP.example", WLM_TLS_FULL, 1, NULL },
    { "other.example", WLM_TLS_FULL, 1, "hostname mismatch" },
    { "127.0.0.2", WLM_TLS_FULL, 1, "IP address mismatch" },
    { "other.example", WLM_TLS_CHAIN, 1, NULL },
    { "app.example", WLM_TLS_FULL, 0, "self-signed certificate" },
    { "app.example", WLM_TLS_CHAIN, 0, "self-signed certificate" },
    { "other.example", WLM_TLS_OFF, 0, NULL },
};

START_TEST(certificates_are_accepted_or_not)
{
    const char *other = make_pem("other", "DNS:x");
    wlm_tls_settings_t settings = trusting(peers[_i].trusts_server ? trust_server()
                                           : make_trust("trust", (const char *const[]){ other, NULL }));
    wlm_tls_conn_t *conn;
    apr_status_t rv;

    settings.verify = peers[_i].verify;
    use(&settings, peers[_i].name);
    conn = begin();
    rv = handshake(conn);
    if (peers[_i].why) {
        ck_assert_int_eq(rv, WLM_TLS_BROKEN);
        ck_assert_ptr_nonnull(strstr(wlm_tls_conn_why(conn), peers[_i].why));
        ck_assert_ptr_nonnull(strstr(wlm_tls_conn_why(conn), "\"CN=server\""));
        ck_assert_ptr_nonnull(strstr(wlm_tls_conn_why(conn), settings.trust));
    }
    else {
        ck_assert_msg(rv == APR_SUCCESS, "%s", wlm_tls_conn_why(conn));
    }
    end(conn);
}
END_TEST

/* -- bytes ------------------------------------------------------------------------------------ */

START_TEST(pieces_arrive_as_they_were)
{
    wlm_tls_settings_t settings = trusting(trust_server());
    static char data[300000], got[sizeof(data)];
    struct iovec iov[3] = { { data, 5 }, { data + 5, 40000 }, { data + 40005, sizeof(data) - 40005 } };
    size_t n, received = 0, first = 0, i;
    wlm_tls_conn_t *conn;
    apr_status_t rv;
    int blocked = 0;

    for (i = 0; i < sizeof(data); ++i) {
        data[i] = (char)(i * 7 + i / 251);
    }
    use(&settings, "app.example");
    conn = connected();
    while (received < sizeof(data)) {
        while (first < 3 && (rv = wlm_tls_conn_write(conn, iov + first, 3 - (int)first, &n)) == APR_SUCCESS) {
            while (first < 3 && n >= iov[first].iov_len) {
                n -= iov[first++].iov_len;
            }
            if (first < 3) {
                iov[first].iov_base = (char *)iov[first].iov_base + n;
                iov[first].iov_len -= n;
            }
        }
        blocked |= first < 3;
        while (SSL_read_ex(server, got + received, sizeof(got) - received, &n)) {
            received += n;
        }
    }
    ck_assert(blocked && wlm_tls_conn_write_events(conn) == POLLOUT);
    ck_assert_int_eq(memcmp(data, got, sizeof(data)), 0);
    end(conn);
}
END_TEST

START_TEST(tickets_are_no_data)
{
    wlm_tls_settings_t settings = trusting(trust_server());
    struct pollfd pfd;
    wlm_tls_conn_t *conn;
    char text[8];
    size_t n;

    use(&settings, "app.example");
    conn = connected(); /* the server has sent two tickets */
    pfd = (struct pollfd){ fds[0], POLLIN, 0 };
    ck_assert_int_eq(poll(&pfd, 1, 0), 1);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn)));
    ck_assert_int_eq(poll(&pfd, 1, 0), 0);
    ck_assert(SSL_write(server, "hello", 5) == 5);
    ck_assert(!wlm_tls_conn_has_pending(conn));
    ck_assert_int_eq(wlm_tls_conn_peek(conn), APR_SUCCESS);
    ck_assert_int_eq(poll(&pfd, 1, 0), 0); /* it lies in OpenSSL now */
    ck_assert(wlm_tls_conn_has_pending(conn));
    ck_assert_int_eq(wlm_tls_conn_read(conn, text, sizeof(text), &n), APR_SUCCESS);
    ck_assert(n == 5 && memcmp(text, "hello", 5) == 0);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_tls_conn_read(conn, text, sizeof(text), &n)));
    end(conn);
}
END_TEST

/* OpenSSL reads ahead: of two records that have come together the socket does not know the second any more */
START_TEST(what_openssl_has_read_is_not_overlooked)
{
    wlm_tls_settings_t settings = trusting(trust_server());
    struct pollfd pfd;
    wlm_tls_conn_t *conn;
    char text[8];
    size_t n;

    use(&settings, "app.example");
    conn = connected();
    ck_assert(SSL_write(server, "hello", 5) == 5 && SSL_write(server, "you", 3) == 3);
    ck_assert_int_eq(wlm_tls_conn_read(conn, text, 5, &n), APR_SUCCESS);
    pfd = (struct pollfd){ fds[0], POLLIN, 0 };
    ck_assert_int_eq(poll(&pfd, 1, 0), 0);
    ck_assert(wlm_tls_conn_has_pending(conn));
    ck_assert_int_eq(wlm_tls_conn_read(conn, text, sizeof(text), &n), APR_SUCCESS);
    ck_assert(n == 3 && memcmp(text, "you", 3) == 0);
    ck_assert(!wlm_tls_conn_has_pending(conn));
    end(conn);
}
END_TEST

/* half of a record on a kept connection may become bytes that were not asked for */
START_TEST(a_part_of_a_record_is_known)
{
    wlm_tls_settings_t settings = trusting(trust_server());
    wlm_tls_conn_t *conn;

    use(&settings, "app.example");
    conn = connected();
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn)));
    ck_assert(!wlm_tls_conn_is_in_record(conn));
    ck_assert_int_eq(write(fds[1], "\x17\x03\x03\x00\x20?", 6), 6);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn)));
    ck_assert(wlm_tls_conn_is_in_record(conn));
    end(conn);
}
END_TEST

START_TEST(an_end_with_and_without_a_goodbye)
{
    wlm_tls_settings_t settings = trusting(trust_server());
    wlm_tls_conn_t *conn;
    char text[8];
    size_t n;

    use(&settings, "app.example");
    conn = connected();
    if (_i) {
        SSL_shutdown(server);
    }
    shutdown(fds[1], SHUT_RDWR);
    ck_assert_int_eq(wlm_tls_conn_peek(conn), _i ? APR_EOF : WLM_TLS_BROKEN);
    ck_assert(wlm_tls_conn_has_pending(conn));
    ck_assert_int_eq(wlm_tls_conn_read(conn, text, sizeof(text), &n), _i ? APR_EOF : WLM_TLS_BROKEN);
    end(conn);
}
END_TEST

/* -- over several connections ----------------------------------------------------------------------- */

static int is_resumed(void)
{
    wlm_tls_conn_t *conn = connected();
    int resumed = SSL_session_reused(server);

    wlm_tls_conn_peek(conn); /* takes the tickets */
    end(conn);
    return resumed;
}

START_TEST(sessions_end_with_the_files_that_they_began_with)
{
    const char *why, *other = make_pem("other", "DNS:x"), *trust = trust_server();
    wlm_tls_settings_t settings = trusting(trust);
    apr_time_t now = apr_time_now(), expires;
    unsigned version;

    settings.protocols = _i ? WLM_TLS_1_3 : WLM_TLS_1_2;
    use(&settings, "app.example");
    ck_assert(!wlm_tls_peer_news(peer, &version, &expires));
    ck_assert(!is_resumed());
    ck_assert(is_resumed());
    ck_assert(wlm_tls_peer_news(peer, &version, &expires));
    ck_assert_int_eq(version, _i ? WLM_TLS_1_3_VERSION : WLM_TLS_1_2_VERSION);
    ck_assert(expires > now && expires < now + apr_time_from_sec(2 * 86400));

    make_trust("trust", (const char *const[]){ server_pem, other, NULL });
    ck_assert_int_eq(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_SAME); /* seen once */
    ck_assert_int_eq(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_RENEWED);
    ck_assert_int_eq(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_SAME);
    ck_assert_uint_eq(wlm_tls_generation(tls), 1);
    ck_assert(!is_resumed());
    ck_assert(is_resumed());
}
END_TEST

START_TEST(bad_files_leave_what_was_there)
{
    const char *why = NULL, *trust = trust_server();
    wlm_tls_settings_t settings = trusting(trust);
    apr_time_t now = 1;

    use(&settings, "app.example");
    ck_assert_int_eq(unlink(trust), 0);
    ck_assert_int_eq(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_SAME);
    ck_assert_int_eq(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_UNUSABLE);
    ck_assert_ptr_nonnull(strstr(why, trust));
    ck_assert_int_eq(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_SAME); /* it is told once */
    is_resumed();
    trust_server();
    wlm_tls_refresh(tls, ++now, &why, unit_pool);
    ck_assert_int_ne(wlm_tls_refresh(tls, ++now, &why, unit_pool), WLM_TLS_UNUSABLE);
    is_resumed();
}
END_TEST

/* -- our own certificate -------------------------------------------------------------------------------- */

START_TEST(a_keyring_has_both)
{
    const char *why = NULL, *own = make_pem("own", "DNS:x");
    wlm_tls_settings_t settings = { .keyring = own, .trust = trust_server(), .protocols = WLM_TLS_1_2 };
    wlm_tls_conn_t *conn;
    X509 *shown;

    SSL_CTX_set_verify(server_ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_load_verify_file(server_ctx, own);
    use(&settings, "app.example"); /* the keyring has no certificate but our own: `trust` counts */
    ck_assert(wlm_tls_expires(tls) > apr_time_now());
    conn = connected();
    shown = SSL_get0_peer_certificate(server);
    ck_assert(shown && X509_check_host(shown, "x", 0, 0, NULL) == 1);
    end(conn);
    settings.keyring = NULL;
    settings.certificate = settings.trust;
    ck_assert_int_ne(wlm_tls_make(&tls, &settings, &why, unit_pool), APR_SUCCESS);
    ck_assert_ptr_nonnull(strstr(why, "there is no private key in it"));
}
END_TEST

START_TEST(a_server_that_wants_none_of_us)
{
    wlm_tls_settings_t settings = trusting(trust_server());
    wlm_tls_conn_t *conn;
    char text[8];
    size_t n;
    apr_status_t rv;

    SSL_CTX_set_verify(server_ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    settings.protocols = _i ? WLM_TLS_1_3 : WLM_TLS_1_2;
    use(&settings, "app.example");
    conn = begin();
    rv = handshake(conn);
    if (_i) { /* TLS 1.3: the handshake is over for us before the server looks */
        ck_assert_int_eq(rv, APR_SUCCESS);
        rv = wlm_tls_conn_read(conn, text, sizeof(text), &n);
    }
    ck_assert_int_eq(rv, WLM_TLS_REFUSED);
    end(conn);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/tls");
    TCase *tc = tcase_create("tls");

    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, certificates_are_accepted_or_not, 0, UNIT_COUNT(peers));
    tcase_add_test(tc, pieces_arrive_as_they_were);
    tcase_add_test(tc, tickets_are_no_data);
    tcase_add_test(tc, what_openssl_has_read_is_not_overlooked);
    tcase_add_test(tc, a_part_of_a_record_is_known);
    tcase_add_loop_test(tc, an_end_with_and_without_a_goodbye, 0, 2);
    tcase_add_loop_test(tc, sessions_end_with_the_files_that_they_began_with, 0, 2);
    tcase_add_test(tc, bad_files_leave_what_was_there);
    tcase_add_test(tc, a_keyring_has_both);
    tcase_add_loop_test(tc, a_server_that_wants_none_of_us, 0, 2);
    return s;
}

UNIT_MAIN(suite)

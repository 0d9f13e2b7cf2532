/* Members that accept, refuse, are silent, and play a handshake in pieces. On the thread of the test. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include "unit.h"
#include "tls_unit.h"
#include "base/clock.h"
#include "net/conn_open.h"
#include "net/fake_unit.h"

static SSL_CTX *server_ctx;
wlm_tls_peer_t *peer;

void fake_setup(void)
{
    unit_setup();
    signal(SIGPIPE, SIG_IGN);
    temp_folder_setup();
    peer = make_peer(&server_ctx);
}

void fake_teardown(void)
{
    SSL_CTX_free(server_ctx);
    temp_folder_teardown();
    unit_teardown();
}

/* A listener whose queue is full drops further attempts */
static void fill_queue(fake_t *fake, const struct sockaddr_in *sa)
{
    int i;

    for (i = 0; i < FILLERS; ++i) {
        fake->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(fake->fillers[i], (const struct sockaddr *)sa, sizeof(*sa));
    }
}

static void empty_queue(fake_t *fake)
{
    int i, fd;

    for (i = 0; i < FILLERS && fake->fillers[i] >= 0; ++i) {
        close(fake->fillers[i]);
        fake->fillers[i] = -1;
    }
    while ((fd = accept(fake->listener, NULL, NULL)) >= 0) {
        close(fd);
    }
}

static void close_listener(fake_t *fake)
{
    if (fake->listener >= 0) {
        close(fake->listener);
        fake->listener = -1;
    }
}

void make_fake(fake_t *fake, kind_t kind, wlm_address_t *address)
{
    struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int has_full_queue = kind == SILENT || kind == LATE || kind == LATE_REFUSES;
    socklen_t len = sizeof(sa);

    *fake = (fake_t){ .kind = kind, .fd = -1 };
    memset(fake->fillers, -1, sizeof(fake->fillers));
    fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    ck_assert_int_eq(bind(fake->listener, (struct sockaddr *)&sa, sizeof(sa)), 0);
    ck_assert_int_eq(listen(fake->listener, has_full_queue ? 0 : 8), 0);
    ck_assert_int_eq(getsockname(fake->listener, (struct sockaddr *)&sa, &len), 0);
    if (has_full_queue) {
        fill_queue(fake, &sa);
    }
    if (kind == REFUSES) {
        close_listener(fake);
    }
    sa.sin_family = kind == UNKNOWN ? AF_MAX : AF_INET;
    memcpy(&address->at[address->n].sa, &sa, sizeof(sa));
    address->at[address->n++].len = len;
}

static void close_connection(fake_t *fake)
{
    close(fake->fd);
    fake->fd = -1;
    fake->kind = NONE;
}

void end_fake(fake_t *fake)
{
    empty_queue(fake);
    close_listener(fake);
    SSL_free(fake->ssl);
    if (fake->fd >= 0) {
        close_connection(fake);
    }
}

void handshake(fake_t *fake, int piece, int max)
{
    char bytes[16384];
    ssize_t n;

    if (!fake->ssl) {
        fake->ssl = SSL_new(server_ctx);
        SSL_set_bio(fake->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(fake->ssl);
    }
    while ((n = recv(fake->fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
        BIO_write(SSL_get_rbio(fake->ssl), bytes, (int)n);
    }
    SSL_do_handshake(fake->ssl);
    ERR_clear_error();
    piece = piece < max - fake->sent ? piece : max - fake->sent;
    n = piece > 0 ? BIO_read(SSL_get_wbio(fake->ssl), bytes, piece) : 0;
    if (n > 0) {
        ck_assert_int_eq(write(fake->fd, bytes, (size_t)n), n);
        fake->sent += (int)n;
    }
}

/* What is not read would make a reset of the end */
static void read_then_close(fake_t *fake)
{
    char byte;

    while (recv(fake->fd, &byte, 1, MSG_DONTWAIT) > 0) {
        fake->sent = 1;
    }
    if (fake->sent) {
        close_connection(fake);
    }
}

void reset(fake_t *fake)
{
    setsockopt(fake->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
    close_connection(fake);
}

static void play_accepted(fake_t *fake)
{
    switch (fake->kind) {
    case HANDSHAKES:
        handshake(fake, 16384, APR_INT32_MAX);
        break;
    case IN_PIECES:
        handshake(fake, PIECE, APR_INT32_MAX);
        break;
    case HALF:
        handshake(fake, PIECE, HALF_OF_IT);
        break;
    case HALF_CLOSES:
        handshake(fake, PIECE, HALF_OF_IT);
        if (fake->sent == HALF_OF_IT) {
            close_connection(fake);
        }
        break;
    case CLOSES:
        read_then_close(fake);
        break;
    case RESETS:
        reset(fake);
        break;
    case BABBLES:
        if (!fake->sent++) {
            ck_assert_int_eq(write(fake->fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28), 28);
        }
        break;
    default:
        break;
    }
}

void play(fake_t *fake)
{
    if (fake->kind == LATE || fake->kind == LATE_REFUSES) {
        empty_queue(fake);
        fake->kind = fake->kind == LATE ? ACCEPTS : REFUSES;
    }
    if (fake->kind == REFUSES) {
        close_listener(fake);
    }
    else if (fake->fd < 0 && fake->kind != SILENT) {
        fake->fd = accept(fake->listener, NULL, NULL);
    }
    if (fake->fd >= 0) {
        play_accepted(fake);
    }
}

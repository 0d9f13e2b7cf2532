/* wlm-member: a small HTTP/1.1 application server to balance to, for demos, tests and load tests.
 *
 * A thread for each connection. A request is read, answered and logged before the next one on that connection is read.
 * The threads share nothing but the sessions and a counter. tools/member/wlm-member.1 describes what it does.
 *
 * Here are the command line, and main()'s thread, which accepts connections. In reading order after that: handle.c
 * (what is done with a request), request.h, answer_options.h (what the query asks for), session.h, answer.h, conn.h.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/host.h"
#include "tools/member/agent.h"
#include "tools/member/member.h"
#include "tools/member/workers.h"
#include "tools/member/answer.h"
#include "tools/member/conn.h"
#include "tools/member/listen.h"

#ifndef WLM_VERSION
#define WLM_VERSION "unknown"
#endif

/* -- options --------------------------------------------------------------------- */

static const char usage[] =
    "Usage: wlm-member --name NAME [options]\n"
    "A small application server for demos and tests.\n"
    "\n"
    "  --name NAME         what it calls itself in every answer\n"
    "  --clone-id ID       its id in session cookies (default: NAME)\n"
    "  --listen HOST:PORT  where to listen (default: 127.0.0.1:0; port 0: any free one),\n"
    "                      or unix:/PATH: on a socket there, which every user may use\n"
    "  --delay MS          wait so long before every answer\n"
    "  --utilization U     say in every answer how busy it is: 0.3 for 30 %\n"
    "  --agent PORT        say there how it is, in a line as HAProxy's agent-check has it\n"
    "  --agent-file FILE   with the line that it says (default: 100 % less the utilization)\n"
    "  --workers N         answer at most N requests at a time; the others wait\n"
    "  --log FILE          append one line for each request answered\n"
    "  --received FILE     append one line for each request received\n"
    "  --help, --version\n";

/* Names and clone ids stand in header fields and cookies, where these characters have a meaning */
static void check_word(const char *text, const char *option)
{
    size_t len = strlen(text), i;

    for (i = 0; i < len && isgraph((unsigned char)text[i]) && !strchr(":;,+=\"/", text[i]); ++i) {
    }
    if (len == 0 || i < len || len > 200) {
        member_die(option, "a word of at most 200 characters without blanks and : ; , + = \" / is wanted");
    }
}

/* "host:port", "[v6]:port" */
static void read_listen(const char *text)
{
    char *host, *port;

    member_options.path = wlm_host_socket_path(text);
    if (member_options.path) {
        return;
    }
    wlm_host_split(strdup(text), &host, &port);
    if (!port || !*port) {
        member_die(text, "--listen wants HOST:PORT");
    }
    member_options.port = port;
    member_options.host = host;
}

static int open_log(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

    if (fd < 0) {
        member_die(path, strerror(errno));
    }
    return fd;
}

static double read_utilization(const char *text)
{
    char *end;
    double utilization = strtod(text, &end);

    if (!isdigit((unsigned char)text[0]) || *end || !(utilization <= 100)) {
        member_die(text, "--utilization wants a number from 0 to 100, such as 0.3");
    }
    return utilization;
}

static int64_t read_workers(const char *text)
{
    int64_t workers;

    if (!member_number(text, &workers)) {
        member_die(text, "--workers wants a number");
    }
    return workers;
}

static void read_options(int argc, char **argv)
{
    static const struct option known[] = {
        { "name", required_argument, NULL, 'n' },   { "clone-id", required_argument, NULL, 'c' },
        { "listen", required_argument, NULL, 'l' }, { "delay", required_argument, NULL, 'd' },
        { "utilization", required_argument, NULL, 'u' }, { "agent", required_argument, NULL, 'a' },
        { "agent-file", required_argument, NULL, 'f' },
        { "workers", required_argument, NULL, 'w' },
        { "log", required_argument, NULL, 'o' },    { "received", required_argument, NULL, 'r' },
        { "help", no_argument, NULL, 'h' },         { "version", no_argument, NULL, 'v' },
        { NULL, 0, NULL, 0 }
    };
    const char *listen_on = "127.0.0.1:0";
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 'n': member_options.name = optarg; break;
        case 'c': member_options.clone_id = optarg; break;
        case 'l': listen_on = optarg; break;
        case 'd':
            if (!member_number(optarg, &member_options.delay_ms)) {
                member_die(optarg, "--delay wants milliseconds");
            }
            break;
        case 'u': member_options.utilization = read_utilization(optarg); break;
        case 'a': member_options.agent_port = optarg; break;
        case 'f': member_options.agent_file = optarg; break;
        case 'w': workers_set(read_workers(optarg)); break;
        case 'o': member_options.log_fd = open_log(optarg); break;
        case 'r': member_options.received_fd = open_log(optarg); break;
        case 'h': fputs(usage, stdout); exit(0);
        case 'v': puts("wlm-member " WLM_VERSION); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (!member_options.name || optind < argc) {
        member_die(optind < argc ? argv[optind] : "--name", optind < argc ? "unknown argument" : "missing");
    }
    member_options.clone_id = member_options.clone_id ? member_options.clone_id : member_options.name;
    check_word(member_options.name, "--name");
    check_word(member_options.clone_id, "--clone-id");
    read_listen(listen_on);
}

/* -- listening ------------------------------------------------------------------------------------- */

static void print_ready(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);
    char port[16];
    int is_v6 = strchr(member_options.host, ':') != NULL;

    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0
        || getnameinfo((struct sockaddr *)&address, len, NULL, 0, port, sizeof(port), NI_NUMERICSERV) != 0) {
        member_die("getsockname", strerror(errno));
    }
    printf(is_v6 ? "wlm-member %s listening on [%s]:%s\n" : "wlm-member %s listening on %s:%s\n",
           member_options.name, member_options.host, port);
    fflush(stdout);
}

static void start_thread(int fd, const pthread_attr_t *attr)
{
    int on = 1;
    int error = ENOMEM;
    pthread_t thread;
    conn_t *c = malloc(sizeof(*c));

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (c) {
        memset(c, 0, offsetof(conn_t, out));
        c->fd = fd;
        error = pthread_create(&thread, attr, member_serve, c);
    }
    if (error) {
        fprintf(stderr, "wlm-member: no thread for a connection: %s\n", strerror(error));
        close(fd);
        free(c);
    }
}

static void accept_connections(int listener)
{
    pthread_attr_t attr;

    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, 128 * 1024);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            start_thread(fd, &attr);
        }
        else if (errno != EINTR && errno != ECONNABORTED) {
            fprintf(stderr, "wlm-member: accept: %s\n", strerror(errno));
            member_sleep(100);
        }
    }
}

static void on_end(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

static void set_up_process(void)
{
    struct rlimit files;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_end);
    signal(SIGINT, on_end);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    answer_prepare();
}

int main(int argc, char **argv)
{
    int listener;

    read_options(argc, argv);
    set_up_process();
    if (member_options.agent_port) {
        agent_start();
    }
    if (member_options.path) {
        listener = listen_on_path(member_options.path);
        printf("wlm-member %s listening on %s%s\n", member_options.name, WLM_HOST_SOCKET, member_options.path);
        fflush(stdout);
    }
    else {
        listener = listen_on_port(member_options.host, member_options.port);
        print_ready(listener);
    }
    accept_connections(listener);
    return 0;
}

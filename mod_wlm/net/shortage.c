/* Which errors of opening a connection are httpd's own shortage, and what is near one. Any thread. */
#include "net/shortage.h"
#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS     "/proc/self/fd"
#define OWN_FILES       32         /* listeners, logs, pipes, shared memory */

int wlm_shortage_is(apr_status_t rv)
{
    return rv == EMFILE || rv == ENFILE || rv == ENOBUFS || rv == ENOMEM || rv == EADDRNOTAVAIL;
}

apr_status_t wlm_shortage_now(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    apr_status_t rv = fd < 0 ? (apr_status_t)errno : APR_SUCCESS;

    if (fd >= 0) {
        close(fd);
    }
    return wlm_shortage_is(rv) ? rv : APR_SUCCESS;
}

static int limit_of_files(void)
{
    static _Atomic int limit;      /* 0: not asked for yet. It does not change while a process runs */
    int most = atomic_load(&limit);
    struct rlimit files;

    if (!most) {
        most = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < APR_INT32_MAX ? (int)files.rlim_cur
               : APR_INT32_MAX;
        atomic_store(&limit, most);
    }
    return most;
}

int wlm_shortage_is_near(int fd)
{
    return fd >= limit_of_files() - limit_of_files() / 4;
}

int wlm_shortage_files_max(void)
{
    return limit_of_files() < APR_INT32_MAX ? limit_of_files() : 0;
}

static int count_entries(const char *path)
{
    DIR *dir = opendir(path);
    int n = 0;

    while (dir && readdir(dir)) {
        ++n;
    }
    if (dir) {
        closedir(dir);
    }
    return n > 3 ? n - 3 : 0; /* ".", "..", and the one by which it is read */
}

/* Since Linux 6.2 the size of the directory is the number of its entries; before, and elsewhere, it is 0 */
int wlm_shortage_files(void)
{
    struct stat dir;

    return stat(DESCRIPTORS, &dir) == 0 && dir.st_size > 0 ? (int)dir.st_size : count_entries(DESCRIPTORS);
}

/* UDP finds its local address as TCP does, but has ports of its own */
int wlm_shortage_is_unreachable(const struct sockaddr *sa, socklen_t len)
{
    int fd = socket(sa->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int is_unreachable = fd >= 0 && connect(fd, sa, len) != 0 && errno == EADDRNOTAVAIL;

    if (fd >= 0) {
        close(fd);
    }
    return is_unreachable;
}

const char *wlm_shortage_remedy(apr_status_t rv)
{
    switch (rv) {
    case EMFILE:
        return "raise the limit of open files for httpd (LimitNOFILE= of systemd; on "
               "Debian APACHE_ULIMIT_MAX_FILES), or lower ThreadsPerChild";
    case ENFILE:
        return "raise the system's limit of open files (sysctl fs.file-max)";
    case EADDRNOTAVAIL:
        return "no local port is free: widen net.ipv4.ip_local_port_range, and look for who opens so many connections";
    default:
        return "the system or httpd's control group has no more memory to give";
    }
}

int64_t wlm_shortage_descriptors(int clients, int in_use, int spooled, int transports)
{
    return (int64_t)clients + in_use + spooled + transports + OWN_FILES;
}

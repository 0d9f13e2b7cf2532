/* The journal of a registry, and the locks on its files */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/whole_file.h"
#include "httpd/registration/journal.h"

#define TITLE "mod_wlm journal "   /* before its number */
#define SIZE_MAX_READ (64 * 1024 * 1024)

static const char *name_of(const char *path, apr_pool_t *p)
{
    return apr_pstrcat(p, path, ".journal", NULL);
}

/* @return -1, with the errno of before */
static int close_with_errno(int fd)
{
    int error = errno;

    close(fd);
    errno = error;
    return -1;
}

int wlm_journal_lock(const char *path, const char *suffix, int waits, apr_pool_t *p)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(apr_pstrcat(p, path, suffix, NULL), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), rv = -1;

    while (fd >= 0 && (rv = fcntl(fd, waits ? F_SETLKW : F_SETLK, &whole)) != 0 && errno == EINTR) {
    }
    return fd >= 0 && rv != 0 ? close_with_errno(fd) : fd;
}

/* -- its first line ------------------------------------------------------------------------------------------------ */

static const char *first_line(apr_uint64_t journal, apr_pool_t *p)
{
    return apr_psprintf(p, TITLE "%" APR_UINT64_T_FMT "\n", journal);
}

apr_uint64_t wlm_journal_first(apr_uint64_t journal, apr_pool_t *p)
{
    return strlen(first_line(journal, p));
}

static int has_number(int fd, apr_uint64_t journal, apr_pool_t *p)
{
    const char *line = first_line(journal, p);
    size_t length = strlen(line);
    char *begin = apr_palloc(p, length);

    return pread(fd, begin, length, 0) == (ssize_t)length && memcmp(begin, line, length) == 0;
}

int wlm_journal_begin(const char *path, apr_uint64_t journal, apr_uint64_t *pposition, apr_pool_t *p)
{
    const char *line = first_line(journal, p);

    *pposition = strlen(line);
    return wlm_whole_file_write(name_of(path, p), line, strlen(line), &(wlm_whole_file_t){ .mode = 0600 }, p);
}

/* -- its lines ----------------------------------------------------------------------------------------------------- */

/* Whole lines. @return -1, with errno */
static int read_behind(int fd, apr_uint64_t *pposition, char **ptext, apr_pool_t *p)
{
    size_t length, n = 0;
    struct stat info;
    ssize_t got = 1;
    char *text;

    if (fstat(fd, &info) != 0) {
        return -1;
    }
    length = (apr_uint64_t)info.st_size > *pposition ? (size_t)((apr_uint64_t)info.st_size - *pposition) : 0;
    if (length > SIZE_MAX_READ) {
        errno = EFBIG;
        return -1;
    }
    text = apr_palloc(p, length + 1);
    while (n < length && (got = pread(fd, text + n, length - n, (off_t)(*pposition + n))) > 0) {
        n += (size_t)got;
    }
    while (n > 0 && text[n - 1] != '\n') { /* a process has died while it wrote the last line */
        --n;
    }
    text[n] = '\0';
    *ptext = text;
    *pposition += n;
    return got < 0 ? -1 : 1;
}

int wlm_journal_read(const char *path, apr_uint64_t journal, apr_uint64_t *pposition, char **ptext, apr_pool_t *p)
{
    int fd = open(name_of(path, p), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rv;

    *ptext = apr_pstrdup(p, "");
    if (fd < 0) {
        return errno == ENOENT ? 0 : -1;
    }
    rv = has_number(fd, journal, p) ? read_behind(fd, pposition, ptext, p) : 0;
    if (rv < 0) {
        return close_with_errno(fd);
    }
    close(fd);
    return rv;
}

int wlm_journal_open(const char *path, apr_uint64_t journal, apr_pool_t *p)
{
    int fd = open(name_of(path, p), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    return fd >= 0 && !has_number(fd, journal, p) ? close_with_errno(fd) : fd;
}

int wlm_journal_ends_at(int fd, apr_uint64_t position)
{
    struct stat info;

    /* one that has another in its place has no name any more */
    return fstat(fd, &info) == 0 && info.st_nlink > 0 && (apr_uint64_t)info.st_size == position;
}

apr_uint64_t wlm_journal_length(const char *path, apr_uint64_t journal, apr_pool_t *p)
{
    int fd = open(name_of(path, p), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    apr_uint64_t length = 0;
    struct stat info;

    if (fd >= 0) {
        length = has_number(fd, journal, p) && fstat(fd, &info) == 0 ? (apr_uint64_t)info.st_size : 0;
        close(fd);
    }
    return length;
}

static int write_whole(int fd, const char *text, size_t length, apr_uint64_t at)
{
    ssize_t put = 1;
    size_t n = 0;

    while (n < length && (put = pwrite(fd, text + n, length - n, (off_t)(at + n))) > 0) {
        n += (size_t)put;
    }
    return n == length ? 0 : put < 0 ? errno : ENOSPC;
}

int wlm_journal_add(const char *path, apr_uint64_t *pposition, const char *line, apr_pool_t *p)
{
    const char *text = apr_pstrcat(p, line, "\n", NULL);
    int fd = open(name_of(path, p), O_WRONLY | O_CLOEXEC | O_NOFOLLOW), error;
    struct stat info;

    if (fd < 0) {
        return errno;
    }
    /* what is left of a line that was not complete goes */
    error = fstat(fd, &info) != 0 || ((apr_uint64_t)info.st_size > *pposition && ftruncate(fd, (off_t)*pposition) != 0)
            ? errno : write_whole(fd, text, strlen(text), *pposition);
    if (error && ftruncate(fd, (off_t)*pposition) != 0) {
        error = errno;
    }
    close(fd);
    *pposition += error ? 0 : strlen(text);
    return error;
}

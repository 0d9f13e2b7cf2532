/* A file that is read or written as a whole; written to a draft beside it, which then takes its name.
 * Any thread; one at a time writes a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <apr_strings.h>
#include "base/whole_file.h"

/* @return 0, with errno, when it cannot be done */
static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno != EINTR) {
            return 0;
        }
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 1;
}

/* The draft must be on the disk before its name is, else a crash could leave an empty file of that name */
static int fill(int fd, const struct iovec *parts, int n, const wlm_whole_file_t *file)
{
    int i;
    /* the owner first: a change of it may take permissions away. Only root may give files away; others keep theirs */
    int is_owned = !file->has_owner || fchown(fd, file->uid, file->gid) == 0;

    (void)is_owned;
    for (i = 0; i < n; ++i) {
        if (!write_all(fd, parts[i].iov_base, parts[i].iov_len)) {
            return 0;
        }
    }
    return fchmod(fd, file->mode) == 0 && fsync(fd) == 0;
}

/* The new name must be on the disk, too. The file has it already, so a failure here is ignored */
static void sync_directory(const char *directory)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

int wlm_whole_file_write_parts(const char *path, const struct iovec *parts, int n, const wlm_whole_file_t *file,
                               apr_pool_t *ptemp)
{
    const char *slash = strrchr(path, '/');
    const char *directory = slash ? apr_pstrmemdup(ptemp, path, (apr_size_t)(slash + 1 - path)) : "./";
    char *draft = apr_pstrcat(ptemp, directory, ".wlm-XXXXXX", NULL);
    int fd = mkostemp(draft, O_CLOEXEC), error = 0;

    if (fd < 0) {
        return errno;
    }
    if (!fill(fd, parts, n, file)) {
        error = errno;
    }
    if (close(fd) != 0 && !error) {
        error = errno;
    }
    if (!error && rename(draft, path) != 0) {
        error = errno;
    }
    if (error) {
        unlink(draft);
        return error;
    }
    sync_directory(directory);
    return 0;
}

int wlm_whole_file_write(const char *path, const char *bytes, size_t len, const wlm_whole_file_t *file,
                         apr_pool_t *ptemp)
{
    struct iovec whole = { (void *)(uintptr_t)bytes, len };

    return wlm_whole_file_write_parts(path, &whole, 1, file, ptemp);
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

/* Up to its end, or to what it had when it was opened. @return 0, with errno, when it cannot be read */
static int read_up_to(int fd, char *bytes, size_t size, size_t *plen)
{
    size_t len = 0;
    ssize_t n = 1;

    while (len < size && n != 0) {
        n = read(fd, bytes + len, size - len);
        if (n < 0 && errno != EINTR) {
            return 0;
        }
        len += n > 0 ? (size_t)n : 0;
    }
    *plen = len;
    return 1;
}

static int read_regular(const char **pbytes, size_t *plen, int fd, size_t most, apr_pool_t *p)
{
    struct stat info;
    size_t len;
    char *bytes;

    if (fstat(fd, &info) != 0) {
        return errno;
    }
    if (!S_ISREG(info.st_mode)) {
        return EINVAL;
    }
    if ((uint64_t)info.st_size > most) {
        return EFBIG;
    }
    bytes = apr_palloc(p, (apr_size_t)info.st_size + 1);
    if (!read_up_to(fd, bytes, (size_t)info.st_size, &len)) {
        return errno;
    }
    bytes[len] = '\0';
    *pbytes = bytes;
    if (plen) {
        *plen = len;
    }
    return 0;
}

int wlm_whole_file_read(const char **pbytes, size_t *plen, const char *path, size_t most, apr_pool_t *p)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), error;

    if (fd < 0) {
        return errno;
    }
    error = read_regular(pbytes, plen, fd, most, p);
    close(fd);
    return error;
}

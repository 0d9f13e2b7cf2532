/* base/whole_file.h: a file that is read or written as a whole, such as the state of members by httpd's parent, and the
 * output of wlmcfg. Any thread; it waits for the disk.
 */
#ifndef WLM_BASE_WHOLE_FILE_H
#define WLM_BASE_WHOLE_FILE_H

#include <sys/types.h>
#include <sys/uio.h>
#include <apr_pools.h>

/** What the file is to have. */
typedef struct wlm_whole_file_t {
    mode_t mode;                   /* whatever the umask is */
    int has_owner;                 /* uid and gid count, as far as the process may set them */
    uid_t uid;
    gid_t gid;
} wlm_whole_file_t;

/**
 * Write a file: a reader sees the old one or the new one, and after a crash of the machine there is one of the two. The
 * bytes go to another file in the same directory, which takes its place when they are on the disk. A symbolic link is
 * replaced, not followed.
 * @param ptemp  for the time of the call
 * @return 0, or errno: then the old file is as it was, and nothing else is left
 */
int wlm_whole_file_write(const char *path, const char *bytes, size_t len, const wlm_whole_file_t *file,
                         apr_pool_t *ptemp);

/** The same of what lies in several parts, one behind the other. */
int wlm_whole_file_write_parts(const char *path, const struct iovec *parts, int n, const wlm_whole_file_t *file,
                               apr_pool_t *ptemp);

/**
 * Read a file of which it is known what it may be: a FIFO, a device or a directory at its path is refused, and is not
 * waited for.
 * @param pbytes  set to what it has, with a NUL behind it, in p; unchanged on an error
 * @param plen    set to how much that is; may be NULL
 * @param most    bytes that it may have
 * @return 0, or errno: EINVAL for what is no regular file, EFBIG for one that is larger
 */
int wlm_whole_file_read(const char **pbytes, size_t *plen, const char *path, size_t most, apr_pool_t *p);

#endif

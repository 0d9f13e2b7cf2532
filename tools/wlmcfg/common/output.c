/* A file, written as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include "tools/wlmcfg/wlmcfg.h"
#include "tools/wlmcfg/common/output.h"

/* The file that is to be replaced, and how it is to be */
typedef struct place_t {
    const char *path, *directory;
    const char *draft;             /* the file that becomes it */
    mode_t mode;
    uid_t uid;
    gid_t gid;
    int is_new;
} place_t;

static int fail(const char *path, const char *why, apr_pool_t *p)
{
    return tool_failure(apr_pstrcat(p, path, " cannot be written: ", why, NULL));
}

static int write_stdout(const char *bytes, apr_size_t len)
{
    if (fwrite(bytes, 1, len, stdout) != len || fflush(stdout) != 0) {
        return tool_failure("the output cannot be written");
    }
    return WLMCFG_FINE;
}

static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* @return NULL; or why a file cannot be written there */
static const char *find_place(place_t *place, const char *path, apr_pool_t *p)
{
    const char *name;
    struct stat now;

    memset(place, 0, sizeof(*place));
    place->path = path;
    if (stat(path, &now) == 0) {
        char *target = realpath(path, NULL);
        if (!target) {
            return strerror(errno);
        }
        place->path = apr_pstrdup(p, target);
        free(target);
        place->mode = now.st_mode & 0777;
        place->uid = now.st_uid;
        place->gid = now.st_gid;
        if (!S_ISREG(now.st_mode)) {
            return "it is there and is no file; name a file, or - for standard output";
        }
    }
    else if (lstat(path, &now) == 0) {
        return "it is a symbolic link to a file that cannot be reached; remove it, or name that file";
    }
    else if (errno != ENOENT) {
        return strerror(errno);
    }
    else {
        place->is_new = 1;
        place->mode = usual_mode();
    }
    name = apr_filepath_name_get(place->path);
    place->directory = name == place->path ? "." : apr_pstrmemdup(p, place->path, (apr_size_t)(name - place->path));
    place->draft = apr_pstrcat(p, place->directory, "/.wlmcfg-XXXXXX", NULL);
    return *name ? NULL : "it ends in a slash; name a file";
}

/* @return 0, with errno, when it cannot be done */
static int write_all(int fd, const char *bytes, apr_size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR) {
            return 0;
        }
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (apr_size_t)n : 0;
    }
    return 1;
}

/* The draft must be on the disk before its name is, else a crash could leave an empty file of that name */
static int fill_draft(int fd, const place_t *place, const char *bytes, apr_size_t len)
{
    /* the owner first: a change of it may take permissions away. Only root may give files away; others keep theirs */
    int is_owned = place->is_new || fchown(fd, place->uid, place->gid) == 0;

    (void)is_owned;
    return write_all(fd, bytes, len) && fchmod(fd, place->mode) == 0 && fsync(fd) == 0;
}

/* The new name, too. It is in place already, so that this fails is no reason to take it back */
static void sync_directory(const char *directory)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static int replace(const place_t *place, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    char *draft = apr_pstrdup(p, place->draft);
    int fd = mkstemp(draft), is_done, error;

    if (fd < 0) {
        return fail(place->path, strerror(errno), p);
    }
    is_done = fill_draft(fd, place, bytes, len);
    error = errno;
    if (close(fd) != 0 && is_done) {
        is_done = 0;
        error = errno;
    }
    if (is_done && rename(draft, place->path) != 0) {
        is_done = 0;
        error = errno;
    }
    if (!is_done) {
        unlink(draft);
        return fail(place->path, strerror(error), p);
    }
    sync_directory(place->directory);
    return WLMCFG_FINE;
}

int wlmcfg_output_write(const char *path, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    const char *why;
    place_t place;

    if (!path || strcmp(path, "-") == 0) {
        return write_stdout(bytes, len);
    }
    why = find_place(&place, path, p);
    return why ? fail(path, why, p) : replace(&place, bytes, len, p);
}

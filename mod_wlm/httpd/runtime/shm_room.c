/* Whether there is room for the shared memory. Runs in the parent before there are children. */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include "httpd/context/context.h"
#include "httpd/runtime/shm_room.h"

/* Where shm_open() of Linux has its files; APR on Linux takes named shared memory from there */
#if APR_USE_SHMEM_MMAP_SHM && defined(__linux__)
#define FOLDER "/dev/shm"

int wlm_shm_room_is_there(apr_size_t size, const server_rec *s)
{
    struct statvfs room;
    apr_uint64_t left;

    if (statvfs(FOLDER, &room) != 0) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, errno, s, WLMNO(0176) "mod_wlm needs %" APR_SIZE_T_FMT " bytes of shared "
                     "memory in %s, which is not there: mount a tmpfs", size, FOLDER);
        return 0;
    }
    left = (apr_uint64_t)room.f_bavail * room.f_frsize;
    if (room.f_blocks && left < size) { /* a tmpfs without a limit has no blocks */
        ap_log_error(APLOG_MARK, APLOG_EMERG, 0, s, WLMNO(0174) "mod_wlm needs %" APR_SIZE_T_FMT " bytes of shared "
                     "memory, and %s has only %" APR_UINT64_T_FMT " left: make it larger, or give WLMSlots smaller "
                     "numbers", size, FOLDER, left);
        return 0;
    }
    return 1;
}

#else
int wlm_shm_room_is_there(apr_size_t size, const server_rec *s)
{
    (void)size;
    (void)s;
    return 1;
}
#endif

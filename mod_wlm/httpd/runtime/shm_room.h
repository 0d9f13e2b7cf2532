/* httpd/runtime/shm_room.h: whether there is room for the shared memory of httpd's processes. */
#ifndef WLM_HTTPD_RUNTIME_SHM_ROOM_H
#define WLM_HTTPD_RUNTIME_SHM_ROOM_H

#include <apr.h>
#include <httpd.h>

/**
 * Is there room for so many bytes, where APR takes named shared memory from a file system of limited size? Memory is
 * given when it is written, not when it is reserved: a process that writes where there is no room ends by SIGBUS.
 * In the parent, at a start and at a restart, before the memory is reserved.
 * @return 0: no; the reason is logged
 */
int wlm_shm_room_is_there(apr_size_t size, const server_rec *s);

#endif

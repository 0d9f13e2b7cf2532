/* Loaded before the C library: getaddrinfo() answers for a name by the file of that name in a folder (names.py):
 * addresses, or "silent": no answer until the file has other content. Each look-up is a line in the folder's file
 * "asked". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int lookup_t(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* @return 0: there is no such file */
static int read_answer(char text[1024], const char *name)
{
    char path[512];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", getenv("WLM_TEST_NAMES"), name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, text, 1023);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return n >= 0;
}

static void note(const char *name)
{
    char path[512], line[300];
    int fd;

    snprintf(path, sizeof(path), "%s/asked", getenv("WLM_TEST_NAMES"));
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd >= 0) {
        if (write(fd, line, (size_t)snprintf(line, sizeof(line), "%s\n", name)) < 0) {
            abort();
        }
        close(fd);
    }
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    lookup_t *real = (lookup_t *)dlsym(RTLD_NEXT, "getaddrinfo");
    char text[1024], *at, *word;

    if (!name || strchr(name, '/') || (hints && hints->ai_flags & AI_NUMERICHOST) || !read_answer(text, name)) {
        return real(name, service, hints, list);
    }
    note(name);
    while (strncmp(text, "silent", 6) == 0) {
        usleep(20000);
        if (!read_answer(text, name)) {
            return EAI_NONAME;
        }
    }
    *list = NULL;
    for (word = strtok_r(text, " \n", &at); word; word = strtok_r(NULL, " \n", &at)) {
        if (real(word, service, hints, list) != 0) {
            return EAI_FAIL;
        }
        list = &(*list)->ai_next;
    }
    return 0;
}

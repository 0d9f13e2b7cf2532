/* Session ids, and the table of their hits, which the threads of all connections share behind a mutex. */
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>
#include "tools/member/member.h"
#include "tools/member/session.h"

#define ID_MADE 23                 /* characters of an id made here */
#define SESSIONS_MAX (1 << 20)
#define BUCKETS (1 << 17)

static struct node_t {
    char id[ID_MAX + 1];
    unsigned hits, next;           /* next: index + 1 of the next node in the bucket, 0: none */
} nodes[SESSIONS_MAX];
static unsigned buckets[BUCKETS], nodes_made;
static pthread_mutex_t sessions_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned *bucket_of(const char *id)
{
    return &buckets[member_fnv(WLM_HASH_START, id, strlen(id)) % BUCKETS];
}

static struct node_t *node_make_locked(const char *id)
{
    unsigned index = nodes_made++ % SESSIONS_MAX, *link;
    struct node_t *node = &nodes[index];

    if (node->id[0]) {
        for (link = bucket_of(node->id); *link != index + 1; link = &nodes[*link - 1].next) {
        }
        *link = node->next;
    }
    link = bucket_of(id);
    strcpy(node->id, id);
    node->hits = 0;
    node->next = *link;
    *link = index + 1;
    return node;
}

unsigned session_hit(const char *id)
{
    unsigned at, hits;

    pthread_mutex_lock(&sessions_lock);
    for (at = *bucket_of(id); at && strcmp(nodes[at - 1].id, id) != 0; at = nodes[at - 1].next) {
    }
    hits = ++(at ? &nodes[at - 1] : node_make_locked(id))->hits;
    pthread_mutex_unlock(&sessions_lock);
    return hits;
}

static int is_id_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

int session_read(session_t *s, const char *text, const char *terminators)
{
    size_t id_len = 0, clones_len;

    if (strncmp(text, "0000", 4) != 0) {
        return 0;
    }
    text += 4;
    while (is_id_char(text[id_len])) {
        ++id_len;
    }
    clones_len = strcspn(text + id_len, terminators);
    if (id_len == 0 || id_len > ID_MAX || clones_len > CLONES_MAX || (clones_len && text[id_len] != ':')) {
        return 0;
    }
    memcpy(s->id, text, id_len);
    s->id[id_len] = '\0';
    memcpy(s->clones, text + id_len, clones_len);
    s->clones[clones_len] = '\0';
    return 1;
}

int session_read_cookie(session_t *s, const char *cookie)
{
    static const char name[] = "JSESSIONID=";

    while (*cookie) {
        cookie += strspn(cookie, "; \t");
        if (strncmp(cookie, name, sizeof(name) - 1) == 0
            && session_read(s, cookie + sizeof(name) - 1, "; \t")) {
            return 1;
        }
        cookie += strcspn(cookie, ";");
    }
    return 0;
}

void session_make(session_t *s)
{
    static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    unsigned char random[ID_MADE];
    int i;

    if (getrandom(random, sizeof(random), 0) != sizeof(random)) {
        member_die("getrandom", strerror(errno));
    }
    for (i = 0; i < ID_MADE; ++i) {
        s->id[i] = chars[random[i] % 64];
    }
    s->id[ID_MADE] = '\0';
    s->is_new = 1;
}

int session_has_this_clone(const char *clones)
{
    size_t len = strlen(member_options.clone_id);

    while (*clones == ':') {
        size_t n = strcspn(++clones, ":");
        if (n == len && strncmp(clones, member_options.clone_id, len) == 0) {
            return 1;
        }
        clones += n;
    }
    return 0;
}

/* registry/message.h: messages by which members register themselves: mod_cluster's protocol (MCMP), as Tomcat's
 * listener, WildFly and EAP speak it. Pure; any thread.
 *
 *     CONFIG / HTTP/1.1                JVMRoute=node1&Host=10.0.0.5&Port=8080&Type=http
 *     ENABLE-APP / HTTP/1.1            JVMRoute=node1&Alias=shop.example,www.shop.example&Context=/shop
 *     STATUS / HTTP/1.1                JVMRoute=node1&Load=87
 *     DISABLE-APP / HTTP/1.1           JVMRoute=node1&Alias=shop.example&Context=/shop
 *
 * The command is the request's method; a path that is or ends with "*" means all contexts of the node. The body is a
 * form. Source: the protocol's description in mod_cluster's documentation (MCMP 0.2.1), and what Tomcat 10.1's
 * listener sends.
 */
#ifndef WLM_REGISTRY_MESSAGE_H
#define WLM_REGISTRY_MESSAGE_H

#include <stddef.h>
#include <apr_tables.h>

/** Bytes of a body that are read. */
#define WLM_MCMP_BODY_MAX 16384
/** Bytes of a JVMRoute or a Balancer. */
#define WLM_MCMP_NAME_MAX 80
/** Bytes of a Host, an alias, a context, the name of a cookie. */
#define WLM_MCMP_VALUE_MAX 255
/** Contexts, or aliases, of one message. */
#define WLM_MCMP_LIST_MAX 64

typedef enum {
    WLM_MCMP_CONFIG, WLM_MCMP_ENABLE_APP, WLM_MCMP_DISABLE_APP, WLM_MCMP_STOP_APP, WLM_MCMP_REMOVE_APP,
    WLM_MCMP_STATUS, WLM_MCMP_PING, WLM_MCMP_INFO, WLM_MCMP_DUMP, WLM_MCMP_COMMANDS
} wlm_mcmp_command_t;

/** A message. What it does not say is NULL, or an empty array. All in the pool that it was read into. */
typedef struct wlm_mcmp_message_t {
    wlm_mcmp_command_t command;
    int is_for_node;               /* for all contexts of the node */
    const char *route;             /* JVMRoute */
    const char *balancer;          /* default "mycluster" */
    const char *host;              /* a name or an address, an IPv6 one without brackets */
    int port;
    int is_https;                  /* Type */
    const char *cookie, *parameter; /* StickySessionCookie, StickySessionPath; default JSESSIONID, jsessionid */
    int load;                      /* -1..100 */
    const char *note;              /* of who has added the node by hand; only in lines of a registry */
    apr_int64_t until;             /* s since 1970: then the node is removed; 0: never; likewise */
    apr_array_header_t *contexts;  /* const char *: begin with '/', end without one but for "/" */
    apr_array_header_t *aliases;   /* const char *: in lower case, sorted, each once */
} wlm_mcmp_message_t;

/** Why a message is refused, in the protocol's words: SYNTAX: it is none, and would not be one later either; MEM: it
 *  contradicts what is known, or there is no room. */
typedef struct wlm_mcmp_error_t {
    const char *type;              /* "SYNTAX" or "MEM" */
    const char *why;               /* a line of printable characters */
} wlm_mcmp_error_t;

/** An error in p. @param format  as apr_psprintf() */
const wlm_mcmp_error_t *wlm_mcmp_error(const char *type, apr_pool_t *p, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The command's name, the method of its request. */
const char *wlm_mcmp_name(wlm_mcmp_command_t command);
/** @param method  case counts @return WLM_MCMP_COMMANDS: it is no command */
wlm_mcmp_command_t wlm_mcmp_command(const char *method);

/**
 * Read a message. Fields that are not known are ignored; so are Context and Alias of CONFIG, which ENABLE-APP says
 * again.
 * @param pmessage  in p
 * @param path      of the request
 * @param body      len bytes, which may be any
 * @return NULL; or why it is none, in p: then *pmessage is undefined
 */
const wlm_mcmp_error_t *wlm_mcmp_read(wlm_mcmp_message_t **pmessage, wlm_mcmp_command_t command, const char *path,
                                      const char *body, size_t len, apr_pool_t *p);

/** A node has sent the message: it says nothing that only an administrator may. */
void wlm_mcmp_keep_to_nodes(wlm_mcmp_message_t *message);

/** The same message, all of it in p. */
wlm_mcmp_message_t *wlm_mcmp_copy(const wlm_mcmp_message_t *message, apr_pool_t *p);

#endif

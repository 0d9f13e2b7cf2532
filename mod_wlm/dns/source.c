/* The words of WLMMembers. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "base/address.h"
#include "base/host.h"
#include "dns/answer.h"
#include "dns/source.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

int wlm_dns_is_name(const char *name)
{
    return strspn(name, LETTERS ".") == strlen(name) && strspn(name, ".") == 0 && !strstr(name, "..") && *name
           && strlen(name) <= WLM_DNS_NAME_MAX;
}

static void lower(char *text)
{
    for (; *text; ++text) {
        *text = *text >= 'A' && *text <= 'Z' ? (char)(*text | 0x20) : *text;
    }
}

const char *wlm_dns_source_read(wlm_dns_source_t *source, const char *text, apr_pool_t *p)
{
    char *name = strchr(apr_pstrdup(p, text), ':'), *port;
    const char *end;

    source->is_srv = strncasecmp(text, "srv:", 4) == 0;
    if (!source->is_srv && strncasecmp(text, "a:", 2) != 0) {
        return apr_psprintf(p, "\"%s\" is neither a:NAME[:PORT] nor srv:NAME", text);
    }
    lower(++name);
    if (wlm_address_is_literal(name) || *name == '[') {
        return apr_psprintf(p, "\"%s\" is an address, which is a Server in plugin-cfg.xml", name);
    }
    port = strchr(name, ':');
    source->port = 0;
    if (port) {
        *port++ = '\0';
        source->port = wlm_host_read_port(port, &end);
        if (source->is_srv || !source->port || *end) {
            return source->is_srv ? "the ports of srv:NAME are those of its records"
                   : apr_psprintf(p, "\"%s\" is no port from 1 to 65535", port);
        }
    }
    if (!wlm_dns_is_name(name) || wlm_address_is_literal(name)) {
        return apr_psprintf(p, "\"%s\" is no name", name);
    }
    source->name = name;
    source->text = source->port ? apr_psprintf(p, "a:%s:%d", name, source->port)
                   : apr_pstrcat(p, source->is_srv ? "srv:" : "a:", name, NULL);
    return NULL;
}

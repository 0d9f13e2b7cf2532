/* Members that register themselves. Input: lines, each a command ('C' CONFIG, 'E' 'D' 'S' 'R' the contexts, 'T'
 * STATUS; in small letters for the whole node) and a body; or 'n' and what an administrator says of a node, which is
 * read as it was said, or refused; or after a line 'x' a text of a registry. Whatever is accepted is written as a
 * plugin-cfg.xml without errors, and what is read out of that is the same. */
#include <string.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include "fuzz.h"
#include "plugin-cfg/plugin_cfg.h"
#include "registry/info.h"
#include "registry/plugin_cfg_text.h"

static void check_text(const wlm_registry_t *registry, apr_pool_t *p)
{
    const char *text = wlm_registry_plugin_cfg(registry, p);
    wlm_registry_t *again;
    plugin_cfg_t *cfg;

    FUZZ_ASSERT(plugin_cfg_read_memory(&cfg, text, strlen(text), "r.xml", p) == APR_SUCCESS);
    FUZZ_ASSERT(!wlm_registry_of_plugin_cfg(&again, text, p));
    FUZZ_ASSERT(strcmp(wlm_registry_plugin_cfg(again, p), text) == 0);
    FUZZ_ASSERT(strcmp(wlm_registry_info(again, p), wlm_registry_info(registry, p)) == 0);
}

static void apply(wlm_registry_t *registry, wlm_mcmp_command_t command, int is_for_node, const char *body,
                  apr_pool_t *p)
{
    const char *before = wlm_registry_print(registry, p);
    const wlm_mcmp_error_t *error;
    wlm_registry_change_t change;
    wlm_mcmp_message_t *message;

    if (wlm_mcmp_read(&message, command, is_for_node ? "/*" : "/", body, strlen(body), p)) {
        return;
    }
    error = wlm_registry_apply(registry, message, NULL, &change, p);
    FUZZ_ASSERT((!error && change.what) || strcmp(wlm_registry_print(registry, p), before) == 0);
}

/* As an administrator's form is made a message */
static void note(wlm_registry_t *registry, const char *text, apr_pool_t *p)
{
    const char *body = apr_pstrcat(p, "JVMRoute=hand&Host=h&Port=1&Type=http&Note=", apr_pescape_urlencoded(p, text),
                                   "&Until=99", NULL);
    wlm_registry_change_t change;
    wlm_mcmp_message_t *message;

    if (!wlm_mcmp_read(&message, WLM_MCMP_CONFIG, "/", body, strlen(body), p)) {
        FUZZ_ASSERT(strcmp(message->note, text) == 0 && message->until == 99);
        FUZZ_ASSERT(!wlm_registry_apply(registry, message, NULL, &change, p));
        FUZZ_ASSERT(strcmp(wlm_registry_node(registry, "hand")->note, text) == 0);
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    static const char commands[] = "CEDSRT";
    fuzz_input_t input = { data, size };
    wlm_registry_t *registry = wlm_registry_make(p);

    while (input.size) {
        unsigned byte = fuzz_byte(&input);
        const char *command = byte ? strchr(commands, (int)(byte & ~0x20u)) : NULL;

        if (command && *command) {
            apply(registry, (wlm_mcmp_command_t)(command - commands), (byte & 0x20) != 0, fuzz_line(&input, p), p);
        }
        else if (byte == 'n') {
            note(registry, fuzz_line(&input, p), p);
        }
        else if (byte == 'x') {
            const wlm_mcmp_error_t *error = wlm_registry_read(&registry, fuzz_rest(&input, p), p);
            FUZZ_ASSERT(!error || strcmp(error->type, "MEM") == 0);
            break;
        }
    }
    check_text(registry, p);
}

/* Which driver serves requests that wait, how many there are, and what httpd's directives allow. Runs on the thread
 * that answers the request. */
#include "view/page_engine.h"
#include "view/page_text.h"

#define MIB  1048576.0
#define NEAR 80                    /* percent of connections_max; as the log warns (httpd/engine/capacity.c) */

static int is_near(uint64_t used, uint64_t most)
{
    return most && used * 100 >= most * NEAR;
}

static void print_parked(const wlm_page_t *page, const wlm_view_engine_t *engine)
{
    wlm_out_printf(page->out,
                   "<p>A request that waits is parked: it holds no thread (WLMEngine). Parked requests: <b>%s</b>; "
                   "tunnels among them: %s. Connections of clients that the engine owns: %s; idle ones among them: "
                   "%s.</p>\n",
                   wlm_page_text_count(page, engine->parked), wlm_page_text_count(page, engine->tunnels),
                   wlm_page_text_count(page, engine->owned), wlm_page_text_count(page, engine->kept));
}

static void print_capacity(const wlm_page_t *page, const wlm_view_engine_t *engine)
{
    const wlm_out_t *out = page->out;

    wlm_out_printf(out, "<p>Connections of clients: %s of %s that AsyncRequestWorkerFactor %s allows.",
                   wlm_page_text_count(page, engine->connections), wlm_page_text_count(page, engine->connections_max),
                   wlm_page_text_count(page, engine->worker_factor));
    if (engine->connections * 100 >= engine->connections_max * NEAR) {
        wlm_out_printf(out, " <b class=\"failing\">That is nearly all</b> AsyncRequestWorkerFactor %s allows twice as "
                       "many.", wlm_page_text_count(page, 2 * engine->worker_factor + 1));
    }
    wlm_out_puts(out, "</p>\n");
}

/* What a process may run out of */
static void print_process(const wlm_page_t *page, const wlm_view_engine_t *engine)
{
    const wlm_out_t *out = page->out;

    if (!engine->why) {
        wlm_out_printf(out, "Threads of the engine: %s; busy ones among them: %s. ",
                       wlm_page_text_count(page, engine->threads), wlm_page_text_count(page, engine->threads_busy));
    }
    if (engine->descriptors) {
        wlm_out_printf(out, "Most file descriptors of a process: %s%s%s.",
                       wlm_page_text_count(page, engine->descriptors), engine->descriptors_max ? " of " : "",
                       engine->descriptors_max ? wlm_page_text_count(page, engine->descriptors_max) : "");
        wlm_out_puts(out, is_near(engine->descriptors, engine->descriptors_max)
                     ? " <b class=\"failing\">That is nearly all</b> that it may open (LimitNOFILE= of systemd). "
                     : " ");
    }
}

/* Shared memory, in MiB */
static void print_memory(const wlm_page_t *page, const wlm_view_memory_t *memory)
{
    wlm_out_printf(page->out, "Shared memory: %.1f MiB for members and clusters (WLMSlots).",
                   (double)memory->records / MIB);
    if (memory->learned) {
        wlm_out_printf(page->out, " Learned sessions: about %s of %s, in %.1f MiB.",
                       wlm_page_text_count(page, memory->learned_sessions),
                       wlm_page_text_count(page, memory->learned_sessions_max), (double)memory->learned / MIB);
    }
}

void wlm_page_engine_print(const wlm_page_t *page)
{
    const wlm_view_engine_t *engine = &page->view->engine;

    wlm_out_puts(page->out, "<section class=\"engine\"><h2>Requests that wait</h2>\n");
    if (engine->why) {
        wlm_out_printf(page->out, "<p>Each holds a thread of httpd: %s. Tunnels: %s.</p>\n",
                       wlm_page_text_escape(page, engine->why), wlm_page_text_count(page, engine->tunnels));
    }
    else {
        print_parked(page, engine);
        print_capacity(page, engine);
    }
    if (engine->ending) {
        wlm_out_printf(page->out, "<p>Child processes that end with their last request: %s; they occupy places among "
                       "the %s of ServerLimit. Parked requests of earlier configurations: %s.</p>\n",
                       wlm_page_text_count(page, engine->ending), wlm_page_text_count(page, engine->process_slots),
                       wlm_page_text_count(page, engine->parked_earlier));
    }
    wlm_out_puts(page->out, "<p>");
    print_process(page, engine);
    print_memory(page, &page->view->memory);
    wlm_out_puts(page->out, "</p>\n</section>\n");
}

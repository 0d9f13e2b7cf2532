/* What people, members and files have said, on the status page, in JSON and in the metrics: whatever it is, the page
 * has the same elements, the JSON is JSON, and a metric is a line. Input, a line each: a member's name, the comment of
 * the form, an error, an event, the result of an action. */
#include <string.h>
#include <apr_strings.h>
#include <jansson.h>
#include "fuzz.h"
#include "shared/shared_text.h"
#include "view/json.h"
#include "view/metrics.h"
#include "view/page.h"

enum { NAME, COMMENT, ERROR, EVENT, RESULT, TEXTS };

typedef struct output_t {
    char bytes[1 << 18];
    size_t length;
} output_t;

static output_t output;

static void append(void *to, const char *data, apr_size_t n)
{
    output_t *into = to;

    FUZZ_ASSERT(n < sizeof(into->bytes) - into->length);
    memcpy(into->bytes + into->length, data, n);
    into->length += n;
    into->bytes[into->length] = '\0';
}

/* As it is kept in shared memory, cut to its room */
static const char *kept(const char *text, apr_pool_t *p)
{
    wlm_shared_text_t *line = apr_pcalloc(p, sizeof(*line));
    char *copy = apr_palloc(p, WLM_SHARED_TEXT_SIZE);
    uint64_t at;

    wlm_shared_text_put(line, 7, text);
    if (!wlm_shared_text_get(line, &at, copy)) {
        return "";
    }
    FUZZ_ASSERT(strlen(copy) < WLM_SHARED_TEXT_SIZE && strncmp(copy, text, strlen(copy)) == 0);
    return copy;
}

static wlm_view_t *make_view(const char *const *texts, apr_pool_t *p)
{
    wlm_view_event_t *event = apr_pcalloc(p, sizeof(*event));
    wlm_view_member_t *member = apr_pcalloc(p, sizeof(*member));
    wlm_view_cluster_t *cluster = apr_pcalloc(p, sizeof(*cluster));
    wlm_view_t *view = apr_pcalloc(p, sizeof(*view));

    *event = (wlm_view_event_t){ 1000, kept(texts[EVENT], p) };
    *member = (wlm_view_member_t){ .name = texts[NAME],
                                   .clone_id = texts[NAME],
                                   .address = "h:80",
                                   .tier = "primary",
                                   .state = "down",
                                   .admin_state = "draining",
                                   .comment = kept(texts[COMMENT], p),
                                   .last_error = kept(texts[ERROR], p),
                                   .since = 1000,
                                   .attention = WLM_ATTENTION_OUT,
                                   .attention_name = "out",
                                   .events = event,
                                   .nevents = 1 };
    *cluster = (wlm_view_cluster_t){ .name = texts[NAME],
                                     .file = "f",
                                     .policy = "Random",
                                     .members = member,
                                     .nmembers = 1,
                                     .by_attention = { [WLM_ATTENTION_OUT] = 1 },
                                     .primaries = 1 };
    *view = (wlm_view_t){ .version = "1", .now = 2000, .clusters = cluster, .nclusters = 1 };
    return view;
}

/* What ends or begins something in HTML, with what follows a '<': an element's name */
static const char *skeleton(const char *page, apr_pool_t *p)
{
    char *bones = apr_palloc(p, strlen(page) * 2 + 1), *to = bones;

    for (; *page; ++page) {
        if (strchr("<>\"", *page)) { /* attributes stand in double quotes */
            *to++ = *page;
            *to++ = *page == '<' ? page[1] : ' ';
        }
    }
    *to = '\0';
    return bones;
}

static const char *page_of(const char *const *texts, int of_member, apr_pool_t *p)
{
    const wlm_out_t out = { append, &output, p };
    const char *name = of_member ? texts[NAME] : NULL;
    wlm_page_t page = { .out = &out, .view = make_view(texts, p), .host = "h", .nonce = "n", .token = "t",
                             .result = texts[RESULT], .cluster = name, .member = name };

    output.length = 0;
    wlm_page_write(&page);
    return skeleton(output.bytes, p);
}

static void check_json(const char *const *texts, apr_pool_t *p)
{
    const wlm_out_t out = { append, &output, p };
    const wlm_view_t *view = make_view(texts, p);
    json_t *json, *member;
    const char *comment;

    output.length = 0;
    wlm_json_write(&out, view);
    json = json_loadb(output.bytes, output.length, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_ASSERT(json);
    member = json_array_get(json_object_get(json_array_get(json_object_get(json, "clusters"), 0), "members"), 0);
    FUZZ_ASSERT(json_is_string(json_object_get(member, "name")));
    comment = json_string_value(json_object_get(member, "comment"));
    FUZZ_ASSERT(!comment || !*view->clusters[0].members[0].comment == !*comment);
    json_decref(json);
}

/* Each line is a comment or NAME{LABELS} VALUE */
static void check_metrics(const char *const *texts, apr_pool_t *p)
{
    const wlm_out_t out = { append, &output, p };
    char *line, *last, *value;

    output.length = 0;
    wlm_metrics_write(&out, make_view(texts, p), WLM_OPENMETRICS, WLM_METRICS_HISTOGRAMS);
    for (line = apr_strtok(output.bytes, "\n", &last); line; line = apr_strtok(NULL, "\n", &last)) {
        value = strrchr(line, ' ');
        FUZZ_ASSERT(*line == '#'
                    || (strncmp(line, "wlm_", 4) == 0 && value && value[1]
                        && strspn(value + 1, "0123456789.e+-") == strlen(value + 1)));
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    static const char *const plain[TEXTS] = { "x", "x", "x", "x", "x" };
    fuzz_input_t input = { data, size };
    const char *texts[TEXTS];
    int i;

    for (i = 0; i < TEXTS; ++i) {
        texts[i] = fuzz_line(&input, p);
        texts[i] = *texts[i] ? texts[i] : "x";
    }
    FUZZ_ASSERT(strcmp(page_of(texts, 0, p), page_of(plain, 0, p)) == 0);
    FUZZ_ASSERT(strcmp(page_of(texts, 1, p), page_of(plain, 1, p)) == 0);
    check_json(texts, p);
    check_metrics(texts, p);
}

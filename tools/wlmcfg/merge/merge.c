/* `wlmcfg merge`: one file of several. On main()'s thread.
 *
 * The rule: the files are put one behind the other; where a pair of a virtual host and a URI is in several of them,
 * it leads to the servers of all. So a request finds the pair that it would find if the routes of all files were in
 * one, and behind it the servers of every file that has this pair. The attributes of a pair are those of the first
 * file that has it.
 *
 * pairs.c finds the pairs, and the clusters that each of them leads to; clusters.c makes the clusters of the merged
 * file, one for each set of clusters that some pair leads to, with their members from members.c; routes.c makes groups
 * and routes, tree.c the document, and report.c prints what the merged file does not have. Decisions are made with the
 * model; what is written is copied from the trees.
 */
#include <string.h>
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/pairs.h"
#include "tools/wlmcfg/merge/report.h"
#include "tools/wlmcfg/merge/tree.h"
#include "tools/wlmcfg/wlmcfg.h"

static const plugin_cfg_finding_t *find_finding(const plugin_cfg_t *cfg, const char *id)
{
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);
        if (strcmp(finding->id, id) == 0) {
            return finding;
        }
    }
    return NULL;
}

/* @return 0 when it cannot be merged; its findings are printed */
static int read_input(merge_t *m, merge_input_t *input, const char *file)
{
    const plugin_cfg_finding_t *refused;
    apr_status_t rv = plugin_cfg_read_document(&input->document, file, m->p);

    input->cfg = input->document->cfg;
    wlmcfg_print_findings(stderr, input->cfg, 0);
    if ((refused = find_finding(input->cfg, "intelligent-management")) != NULL) {
        wlmcfg_merge_report(m, input, refused->line, PLUGIN_CFG_ERROR, "a file with IntelligentManagement cannot be "
                            "merged, because its routes are not in it; remove that element if the routes of the file "
                            "are enough");
        return 0;
    }
    return rv == APR_SUCCESS;
}

static int add_input(merge_t *m, const char *file, int is_backup)
{
    merge_input_t *input = apr_pcalloc(m->p, sizeof(*input));

    input->number = m->inputs->nelts;
    input->is_backup = is_backup;
    APR_ARRAY_PUSH(m->inputs, merge_input_t *) = input;
    return read_input(m, input, file);
}

/* A file that is named twice would merge with itself */
static const char *find_twice(const apr_array_header_t *files)
{
    int i, k;

    for (i = 0; i < files->nelts; ++i) {
        for (k = 0; k < i; ++k) {
            if (strcmp(APR_ARRAY_IDX(files, i, const char *), APR_ARRAY_IDX(files, k, const char *)) == 0) {
                return APR_ARRAY_IDX(files, i, const char *);
            }
        }
    }
    return NULL;
}

/* @return bytes, which the reader has accepted; NULL when there are none, and *pcode says why */
static const char *make_bytes(apr_size_t *plen, merge_t *m, int *pcode)
{
    const char *bytes = NULL;
    plugin_cfg_t *cfg;

    wlmcfg_merge_pairs(m);
    if (wlmcfg_merge_tree(m)) {
        bytes = wlmcfg_output_bytes(plen, m->doc, m->p);
    }
    xmlFreeDoc(m->doc);
    if (!bytes) {
        *pcode = tool_failure("out of memory");
        return NULL;
    }
    if (plugin_cfg_read_memory(&cfg, bytes, *plen, "the merged file", m->p) != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        *pcode = WLMCFG_ERRORS;
        return NULL;
    }
    return bytes;
}

static int merge(merge_t *m, const apr_array_header_t *files, int nbackups, const char *output)
{
    int i, is_good = 1, code = WLMCFG_FINE;
    const char *bytes;
    apr_size_t len;

    for (i = 0; i < files->nelts; ++i) {
        is_good &= add_input(m, APR_ARRAY_IDX(files, i, const char *), i >= files->nelts - nbackups);
    }
    if (!is_good) {
        return WLMCFG_ERRORS;
    }
    bytes = make_bytes(&len, m, &code);
    if (bytes) {
        wlmcfg_merge_report_covered(m);
        code = wlmcfg_output_write(output, bytes, len, m->p);
    }
    return code;
}

int wlmcfg_run_merge(int argc, char **argv, apr_pool_t *p)
{
    merge_t m = { .p = p, .inputs = apr_array_make(p, 8, sizeof(merge_input_t *)), .reported = apr_hash_make(p) };
    apr_array_header_t *files = apr_array_make(p, 8, sizeof(const char *));
    apr_array_header_t *backups = apr_array_make(p, 2, sizeof(const char *));
    const char *output = NULL, *twice;
    const tool_option_t options[] = {
        { .name = "output", .letter = 'o', .value = &output }, { .name = "backup", .values = backups },
        { .name = "first", .flag = &m.first_only }, { .name = "sort", .flag = &m.by_group },
        { .name = "app", .flag = &m.by_application }, { .name = "numbered", .flag = &m.numbered },
        { .name = NULL }
    };
    char **words;
    int i, n = tool_read_call(argc, argv, options, &words);

    if (n < 1) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("merge", "name a file; those of --backup come behind it");
    }
    if (m.first_only && backups->nelts) {
        return tool_misuse("merge", "with --first later files serve nothing that is shared, so --backup would have no "
                             "effect; choose one");
    }
    for (i = 0; i < n; ++i) {
        APR_ARRAY_PUSH(files, const char *) = words[i];
    }
    apr_array_cat(files, backups);
    if ((twice = find_twice(files)) != NULL) {
        return tool_misuse(twice, "it is named twice");
    }
    return merge(&m, files, backups->nelts, output);
}

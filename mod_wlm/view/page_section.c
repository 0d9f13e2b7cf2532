/* A section of mod_status' page, without the style sheet of the module's own page. Runs on the thread that answers the
 * request. */
#include <string.h>
#include "view/fields.h"
#include "view/page.h"
#include "view/page_section.h"
#include "view/page_text.h"

static const char *const columns[] = {
    "name", "address", "tier", "state", "admin_state", "weight", "requests", "in_flight", "failures", "sessions_new",
    "sessions_kept", "sessions_moved"
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const wlm_field_t *field_of(const char *name)
{
    const wlm_field_t *field = wlm_fields_member;

    while (strcmp(field->name, name) != 0) {
        ++field;
    }
    return field;
}

static void print_cluster(const wlm_page_t *page, const wlm_view_cluster_t *cluster)
{
    size_t i;
    int m;

    wlm_out_printf(page->out, "<h3>Cluster %s, %s</h3>\n<table border=\"0\"><tr>",
                   wlm_page_text_escape(page, cluster->name), cluster->policy);
    for (i = 0; i < COLUMNS; ++i) {
        wlm_out_printf(page->out, "<th scope=\"col\">%s</th>", field_of(columns[i])->key);
    }
    wlm_out_puts(page->out, "</tr>\n");
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_out_puts(page->out, "<tr>");
        for (i = 0; i < COLUMNS; ++i) {
            wlm_out_printf(page->out, "<td>%s</td>",
                           wlm_page_text_field(page, field_of(columns[i]), &cluster->members[m]));
        }
        wlm_out_puts(page->out, "</tr>\n");
    }
    wlm_out_puts(page->out, "</table>\n");
}

void wlm_page_section_write(const wlm_out_t *out, const wlm_view_t *view)
{
    const wlm_page_t page = { .out = out, .view = view };
    int f, c;

    for (f = 0; f < view->nfiles; ++f) {
        const wlm_view_file_t *file = &view->files[f];

        wlm_out_printf(out, "<hr />\n<h2>mod_wlm: %s</h2>\n", wlm_page_text_escape(&page, file->path));
        if (file->refused) {
            wlm_out_printf(out, "<p><b>configuration refused</b> since %s: %s</p>\n",
                           wlm_page_text_time(&page, file->refused_since), wlm_page_text_escape(&page, file->refused));
        }
    }
    for (c = 0; c < view->nclusters; ++c) {
        print_cluster(&page, &view->clusters[c]);
    }
}

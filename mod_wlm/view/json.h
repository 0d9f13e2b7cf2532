/* view/json.h: the view as JSON. Runs on the thread that answers the request. */
#ifndef WLM_VIEW_JSON_H
#define WLM_VIEW_JSON_H

#include "view/out.h"
#include "view/view.h"

/** Write one JSON object; docs/status.md describes it. */
void wlm_json_write(const wlm_out_t *out, const wlm_view_t *view);

/** A text in quotes, escaped; null for NULL. */
void wlm_json_write_text(const wlm_out_t *out, const char *text);

#endif

/* tools/wlmcfg/fmt/comment.h: a comment, whose further lines move with the first one. Any thread. */
#ifndef WLMCFG_FMT_COMMENT_H
#define WLMCFG_FMT_COMMENT_H

#include "tools/wlmcfg/fmt/buffer.h"
#include "tools/wlmcfg/fmt/tokens.h"

/** @param text    in which the comment stands, from its beginning
 *  @param indent  the column in which it begins now; what is there already */
void wlmcfg_fmt_put_comment(wlmcfg_fmt_buffer_t *out, const wlmcfg_fmt_token_t *comment, const char *text, int indent);

#endif

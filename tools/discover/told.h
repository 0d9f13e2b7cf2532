/* tools/discover/told.h: lines on stderr. A trouble is told when it begins, when it becomes another one, and when it is
 * over. Any thread; a told_t belongs to one. */
#ifndef DISCOVER_TOLD_H
#define DISCOVER_TOLD_H

/** Kinds of trouble. To be told again it has to be another kind, since reasons in words have times and numbers. */
enum {
    DISCOVER_FINE, DISCOVER_NO_TOKEN, DISCOVER_UNREACHABLE, DISCOVER_NO_ANSWER, DISCOVER_REFUSED,
    DISCOVER_STATUS = 1000         /* and the HTTP status */
};

typedef struct discover_told_t {
    const char *subject;           /* what it is about: a URL */
    int kind;                      /* of what was told last; all zero: nothing */
} discover_told_t;

/** Print a line; control characters in it are replaced. */
void discover_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** @param why  the reason @param effect  what that means until it is over */
void discover_tell_trouble(discover_told_t *told, int kind, const char *why, const char *effect);
/** It is over, if there was any. */
void discover_tell_fine(discover_told_t *told);

#endif

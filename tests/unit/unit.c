/* The pool of a test. On the thread of the test. */
#include "unit.h"

apr_pool_t *unit_pool;

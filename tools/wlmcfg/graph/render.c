/* `wlmcfg graph`, the picture: SVG by Graphviz' program dot, in a child process. A library of Graphviz would have to be
 * installed for the other commands, too. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_signal.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include "tools/wlmcfg/graph/graph.h"

/* what a shell returns for a program that is not there */
#define NOT_STARTED 127

/* Runs in the child. By its exit code the parent knows that dot was not started; APR would end the child with one that
 * dot may have, too. */
static void exit_child(apr_pool_t *p, apr_status_t rv, const char *why)
{
    (void)p;
    (void)rv;
    (void)why;
    _exit(NOT_STARTED);
}

static apr_status_t start(apr_proc_t *proc, apr_pool_t *p)
{
    static const char *const args[] = { "dot", "-Tsvg", NULL };
    apr_procattr_t *attr;
    apr_status_t rv;

    if ((rv = apr_procattr_create(&attr, p)) != APR_SUCCESS
        || (rv = apr_procattr_io_set(attr, APR_FULL_BLOCK, APR_FULL_BLOCK, APR_NO_PIPE)) != APR_SUCCESS
        || (rv = apr_procattr_cmdtype_set(attr, APR_PROGRAM_PATH)) != APR_SUCCESS
        || (rv = apr_procattr_child_errfn_set(attr, exit_child)) != APR_SUCCESS) {
        return rv;
    }
    return apr_proc_create(proc, args[0], args, NULL, attr, p);
}

/* dot reads all before it writes. When it ends early, the parent gets its exit status instead of SIGPIPE */
static void write_all(apr_file_t *file, const char *text)
{
    apr_sigfunc_t *before = apr_signal(SIGPIPE, SIG_IGN);

    apr_file_write_full(file, text, strlen(text), NULL);
    apr_file_close(file);
    apr_signal(SIGPIPE, before);
}

/* @return NULL when memory ran out */
static const char *read_all(apr_file_t *file, apr_pool_t *p)
{
    char *text = NULL, buffer[8192];
    const char *copy = NULL;
    size_t len = 0;
    apr_size_t n = sizeof(buffer);
    FILE *out = open_memstream(&text, &len);

    while (out && apr_file_read(file, buffer, &n) == APR_SUCCESS) {
        fwrite(buffer, 1, n, out);
        n = sizeof(buffer);
    }
    if (out && fclose(out) == 0) {
        copy = apr_pstrmemdup(p, text, len);
    }
    free(text);
    return copy;
}

int wlmcfg_graph_render(const char **psvg, const char *dot, apr_pool_t *p)
{
    apr_exit_why_e why;
    apr_proc_t proc;
    int status;

    if (start(&proc, p) != APR_SUCCESS) {
        return tool_failure("no process can be started");
    }
    write_all(proc.in, dot);
    *psvg = read_all(proc.out, p);
    apr_file_close(proc.out);
    apr_proc_wait(&proc, &status, &why, APR_WAIT);
    if (APR_PROC_CHECK_EXIT(why) && status == NOT_STARTED) {
        return tool_failure("the program dot cannot be started; install Graphviz (Debian package: graphviz), or use "
                              "--format dot");
    }
    if (!APR_PROC_CHECK_EXIT(why) || status != 0) {
        return tool_failure("dot has failed");
    }
    return *psvg ? WLMCFG_FINE : tool_failure("out of memory");
}

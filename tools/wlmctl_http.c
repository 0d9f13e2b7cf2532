/* Requests to the handler wlm-status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <curl/curl.h>
#include "wlmctl.h"

#define OWN_FIELD "X-WLM-Admin"    /* which a browser cannot be tricked into sending, and the handler's answers have */
#define CONNECT_SECONDS 10L

static size_t collect(char *data, size_t size, size_t n, void *to)
{
    FILE *body = to;

    return fwrite(data, size, n, body);
}

static char *encode(CURL *curl, const char *const *form)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    int i;

    for (i = 0; out && form[i]; i += 2) {
        char *name = curl_easy_escape(curl, form[i], 0), *value = curl_easy_escape(curl, form[i + 1], 0);
        fprintf(out, "%s%s=%s", i ? "&" : "", name ? name : "", value ? value : "");
        curl_free(name);
        curl_free(value);
    }
    if (out) {
        fclose(out);
    }
    return text;
}

static void set_place(CURL *curl, const wlmctl_place_t *place)
{
    curl_easy_setopt(curl, CURLOPT_URL, place->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_ANY);
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "wlmctl/" WLM_VERSION);
    if (place->netrc) {
        curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
        curl_easy_setopt(curl, CURLOPT_NETRC_FILE, place->netrc);
    }
    if (place->socket) {
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, place->socket);
    }
}

static const char *explain_status(long status)
{
    switch (status) {
    case 401:
        return "it wants a user and a password; put them into a netrc file";
    case 403:
        return "httpd does not let you pass";
    default:
        return "that is no answer of the handler wlm-status";
    }
}

static int perform(wlmctl_answer_t *answer, CURL *curl, const wlmctl_place_t *place)
{
    char error[CURL_ERROR_SIZE] = "";
    size_t length;
    FILE *body = open_memstream(&answer->body, &length);
    struct curl_header *field;
    CURLcode code;

    if (!body) {
        fputs("wlmctl: out of memory\n", stderr);
        return WLMCTL_NOBODY;
    }
    set_place(curl, place);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    code = curl_easy_perform(curl);
    fclose(body);
    if (code != CURLE_OK) {
        fprintf(stderr, "wlmctl: %s: %s\n", place->url, *error ? error : curl_easy_strerror(code));
        free(answer->body);
        return WLMCTL_NOBODY;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    if (curl_easy_header(curl, OWN_FIELD, 0, CURLH_HEADER, -1, &field) == CURLHE_OK) {
        return WLMCTL_FINE;
    }
    fprintf(stderr, "wlmctl: %s answers with status %ld: %s\n", place->url, answer->status, explain_status(answer->status));
    free(answer->body);
    return WLMCTL_NOBODY;
}

int wlmctl_post(wlmctl_answer_t *answer, const wlmctl_place_t *place, const char *const *form)
{
    CURL *curl = curl_easy_init();
    char *text = curl ? encode(curl, form) : NULL;
    struct curl_slist *fields = curl_slist_append(NULL, OWN_FIELD ": 1");
    int code = WLMCTL_NOBODY;

    if (!curl || !text || !fields) {
        fputs("wlmctl: out of memory\n", stderr);
    }
    else {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
        code = perform(answer, curl, place);
    }
    curl_slist_free_all(fields);
    free(text);
    curl_easy_cleanup(curl);
    return code;
}

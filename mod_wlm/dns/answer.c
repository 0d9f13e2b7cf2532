/* Reads messages of the name service (RFC 1035, 4.1). Each read is bounded by the message's end. */
#include <stdlib.h>
#include <string.h>
#include "dns/answer.h"

#define HEAD        12             /* bytes of a message before its sections */
#define RECORD_HEAD 10             /* of a record, behind its name: type, class, TTL, length */
#define SRV_HEAD    6              /* of its data: priority, weight, port */
#define CLASS_IN    1
#define LABEL_MAX   63
#define POINTERS_MAX 64            /* that a name goes along */

int wlm_dns_number(wlm_dns_type_t type)
{
    static const int numbers[WLM_DNS_TYPES] = { 1, 28, 33 };

    return numbers[type];
}

wlm_dns_record_t *wlm_dns_add(wlm_dns_answer_t *answer, wlm_dns_type_t type)
{
    wlm_dns_record_t *larger;

    if (answer->n == WLM_DNS_RECORDS_MAX) {
        answer->left_out++;
        return NULL;
    }
    if (answer->n == answer->room) {
        int room = answer->room ? 2 * answer->room : 16;

        larger = realloc(answer->at, sizeof(*larger) * (size_t)room);
        if (!larger) {
            answer->left_out++;
            return NULL;
        }
        answer->at = larger;
        answer->room = room;
    }
    memset(&answer->at[answer->n], 0, sizeof(*answer->at));
    answer->at[answer->n].type = type;
    return &answer->at[answer->n++];
}

void wlm_dns_clear(wlm_dns_answer_t *answer)
{
    free(answer->at);
    memset(answer, 0, sizeof(*answer));
}

/* RFC 2181, 8: a value above 2^31 - 1 counts as 0 */
static void note_ttl(wlm_dns_answer_t *answer, uint32_t ttl)
{
    ttl = ttl > INT32_MAX ? 0 : ttl;
    if (!answer->has_ttl || ttl < answer->ttl) {
        answer->ttl = ttl;
    }
    answer->has_ttl = 1;
}

/* -- messages ------------------------------------------------------------------------------------------------------ */

typedef struct message_t {
    const unsigned char *bytes;
    size_t length, at;
} message_t;

static uint32_t number(const unsigned char *bytes, int n)
{
    uint32_t value = 0;

    while (n--) {
        value = value << 8 | *bytes++;
    }
    return value;
}

static int has(const message_t *message, size_t n)
{
    return message->length - message->at >= n;
}

/* Up to its end, or to its first pointer. @return 0: it is malformed */
static int skip_name(message_t *message)
{
    while (has(message, 1)) {
        unsigned length = message->bytes[message->at++];

        if (length > LABEL_MAX) {
            return (length & 0xc0) == 0xc0 && has(message, 1) ? (message->at++, 1) : 0;
        }
        if (!length) {
            return 1;
        }
        if (!has(message, length)) {
            return 0;
        }
        message->at += length;
    }
    return 0;
}

/* A label whose bytes are not printable, or have a dot, is none of a host: '?' stands for such a byte */
static size_t put_label(char *name, size_t n, const unsigned char *label, size_t length)
{
    size_t i;

    if (n + length + 1 > WLM_DNS_NAME_MAX) {
        return WLM_DNS_NAME_MAX + 1;
    }
    if (n) {
        name[n++] = '.';
    }
    for (i = 0; i < length; ++i) {
        name[n++] = label[i] > ' ' && label[i] < 127 && label[i] != '.' ? (char)label[i] : '?';
    }
    return n;
}

/* @param name  "" when it is too long @return 0: it is malformed */
static int read_name(char name[WLM_DNS_NAME_MAX + 1], message_t message)
{
    int pointers = 0;
    size_t n = 0;

    while (has(&message, 1)) {
        size_t length = message.bytes[message.at++];

        if (!length) {
            name[n <= WLM_DNS_NAME_MAX ? n : 0] = '\0';
            return 1;
        }
        if ((length & 0xc0) == 0xc0) {
            if (!has(&message, 1) || ++pointers > POINTERS_MAX) {
                return 0;
            }
            message.at = (length & 0x3f) << 8 | message.bytes[message.at];
            if (message.at >= message.length) {
                return 0;
            }
        }
        else if (length > LABEL_MAX || !has(&message, length)) {
            return 0;
        }
        else {
            n = n > WLM_DNS_NAME_MAX ? n : put_label(name, n, message.bytes + message.at, length);
            message.at += length;
        }
    }
    return 0;
}

/* -- records ------------------------------------------------------------------------------------------------------- */

/* The data begins where the message is. @return 0: it is malformed */
static int read_data(wlm_dns_answer_t *answer, const message_t *message, size_t length, wlm_dns_type_t type)
{
    size_t address = type == WLM_DNS_A ? 4 : 16;
    const unsigned char *data = message->bytes + message->at;
    wlm_dns_record_t *record;
    message_t target = { message->bytes, message->at + length, message->at + SRV_HEAD };

    if (type == WLM_DNS_SRV ? length <= SRV_HEAD : length != address) {
        return 0;
    }
    record = wlm_dns_add(answer, type);
    if (!record) {
        return 1;
    }
    if (type != WLM_DNS_SRV) {
        memcpy(record->address, data, address);
        return 1;
    }
    record->priority = (int)number(data, 2);
    record->weight = (int)number(data + 2, 2);
    record->port = (int)number(data + 4, 2);
    return read_name(record->target, target);
}

static int read_record(wlm_dns_answer_t *answer, message_t *message, wlm_dns_type_t type)
{
    const unsigned char *head;
    size_t length;

    if (!skip_name(message) || !has(message, RECORD_HEAD)) {
        return 0;
    }
    head = message->bytes + message->at;
    length = number(head + 8, 2);
    message->at += RECORD_HEAD;
    if (!has(message, length)) {
        return 0;
    }
    note_ttl(answer, number(head + 4, 4)); /* of an alias, too */
    if ((int)number(head, 2) == wlm_dns_number(type) && number(head + 2, 2) == CLASS_IN
        && !read_data(answer, message, length, type)) {
        return 0;
    }
    message->at += length;
    return 1;
}

static int read_all(wlm_dns_answer_t *answer, message_t *message, wlm_dns_type_t type)
{
    uint32_t questions, records;

    if (!has(message, HEAD)) {
        return 0;
    }
    questions = number(message->bytes + 4, 2);
    records = number(message->bytes + 6, 2);
    message->at = HEAD;
    for (; questions; --questions) {
        if (!skip_name(message) || !has(message, 4)) {
            return 0;
        }
        message->at += 4;          /* type, class */
    }
    while (records && read_record(answer, message, type)) {
        --records;
    }
    return !records;
}

void wlm_dns_read(wlm_dns_answer_t *answer, const unsigned char *bytes, size_t length, wlm_dns_type_t type)
{
    int before = answer->n, left_out = answer->left_out;
    message_t message = { bytes, length, 0 };

    if (!read_all(answer, &message, type)) {
        answer->n = before;
        answer->left_out = left_out;
        answer->results[type] = WLM_DNS_FAILED;
        return;
    }
    answer->results[type] = answer->n > before ? WLM_DNS_FOUND : WLM_DNS_EMPTY;
}

# awk -f rooms.awk -f layers.awk rooms.txt INCLUDES: lines FILE:LINE:#include ... that the file's room may not have.

BEGIN {
    known["libxml2"] = "^<libxml/[A-Za-z]+\\.h>$"
    known["openssl"] = "^<openssl/[a-z0-9]+\\.h>$"
    known["jansson"] = "^<jansson\\.h>$"
    known["curl"] = "^<curl/curl\\.h>$"
    known["httpd"] = "^<[a-z_]+\\.h>$"
    free = "^<(assert|ctype|dirent|errno|fcntl|float|glob|ifaddrs|inttypes|limits|netdb|poll|pthread|sched|signal|stdarg|stdatomic|" \
        "stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|unistd|getopt|iconv|linux/futex|sys/[a-z]+|" \
        "netinet/[a-z]+|arpa/(inet|nameser)|resolv|(apr|apu)(_[a-z0-9_]+)?)\\.h>$"
}

function has_library(room, header,    name, n, i) {
    n = split(libraries[room], name, " ")
    for (i = 1; i <= n; i++)
        if (header ~ known[name[i]]) return 1
    return 0
}

{
    file = substr($0, 1, index($0, ":") - 1)
    room = room_of(file)
    header = $0
    sub(/^.*# *include +/, "", header)
    sub(/[ \t]*(\/[\/*].*)?$/, "", header)
    if (room == "") print "no row in rooms.txt: " file
    else if (header ~ /^"/ ? may_use(room, substr(header, 2, length(header) - 2)) : header ~ free || has_library(room, header)) next
    else print "not for this room: " $0
}

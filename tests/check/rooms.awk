# Reads rooms.txt, which is the first file, for the programs that go on with what files include (layers.awk) or call (calls.awk).
# room_of(FILE): the room of its row, "" if there is none. may_use(ROOM, FILE): whether files of the room may use that one.

function trim(s) { gsub(/^ +| +$/, "", s); return s }
function wrong(what) { print "rooms.txt, line " FNR ": " what }

FNR == NR && /^[a-z-]+ = / {
    group[$1] = substr($0, index($0, "=") + 1)
    next
}

FNR == NR {
    if (/^#/ || !/[^ ]/) next
    n = split($0, part, "|")
    room = trim(part[1])
    if (n != 3 || room in uses) wrong("not a row of its own with three parts")
    n = split(part[2], name, " ")
    for (i = 1; i <= n; i++) uses[room] = uses[room] " " (name[i] in group ? group[name[i]] : name[i])
    uses[room] = uses[room] ""
    n = split(uses[room], name, " ")
    for (i = 1; i <= n; i++)
        if (!(name[i] in uses) && name[i] !~ /\.h$/) wrong(room " uses " name[i] ", which has no row further up")
    libraries[room] = trim(part[3])
    next
}

function plain(file) { sub(/^mod_wlm\//, "", file); return file }

function room_of(file) {
    file = plain(file)
    while (sub(/\/[^\/]*$/, "", file))
        if (file in uses) return file
    return ""
}

function may_use(room, file,    name, n, i, header) {
    file = plain(file)
    header = file
    sub(/\.c$/, ".h", header)
    if (room_of(file) == room) return 1
    n = split(uses[room], name, " ")
    for (i = 1; i <= n; i++)
        if (index(file, name[i] "/") == 1 || name[i] == header) return 1
    return 0
}

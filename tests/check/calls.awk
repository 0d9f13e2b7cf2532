# awk -f rooms.awk -f calls.awk rooms.txt SYMBOLS: SYMBOLS are lines FILE TYPE SYMBOL, as nm tells them of each file's object.
# Prints the calls that a file's room does not allow, and the circles of files that call each other; says at the end how many
# files there were. A call is any use of another file's symbol, also of its data; but for wlm_module, the record by whose
# address httpd knows the module, and all of its files are known to httpd.

function uses_symbol(file, symbol) {
    if (file == owner[symbol] || !(symbol in owner)) return
    if (!((file, owner[symbol]) in symbols)) {
        called[file] = called[file] " " owner[symbol]
        callers[owner[symbol]]++
        calls[file]++
    }
    symbols[file, owner[symbol]] = symbols[file, owner[symbol]] " " symbol
}

# Files that nothing calls, or that call nothing, are in no circle; without them others are not
function peel(    done, file, name, n, i) {
    do {
        done = 1
        for (file in left) {
            if (callers[file] > 0 && calls[file] > 0) continue
            delete left[file]
            done = 0
            for (i = split(called[file], name, " "); i > 0; i--) callers[name[i]]--
            for (i = split(calling[file], name, " "); i > 0; i--) calls[name[i]]--
        }
    } while (!done)
}

# reached[FILE, OTHER] for all that FILE comes to by calls
function follow(file,    queue, name, n, i, at) {
    queue[n = 1] = file
    for (at = 1; at <= n; at++)
        for (i = split(called[queue[at]], name, " "); i > 0; i--)
            if (name[i] in left && !((file, name[i]) in reached)) {
                reached[file, name[i]] = 1
                queue[++n] = name[i]
            }
}

function print_circle(file,    other, name, n, i, count) {
    for (other in left)
        if ((file, other) in reached && (other, file) in reached) {
            seen[other] = 1
            count++
        }
    if (!count) return
    circles++
    for (other in left) {
        if (!((file, other) in reached && (other, file) in reached)) continue
        n = split(called[other], name, " ")
        for (i = 1; i <= n; i++)
            if (name[i] in left && (file, name[i]) in reached && (name[i], file) in reached)
                print "circle " circles " of " count " files: " other " calls " name[i] ":" symbols[other, name[i]]
    }
}

{
    file = $1
    if (!(file in files)) files[file] = 1
    if (room_of(file) == "") no_row[file] = 1
    if ($3 == "wlm_module") next
    if ($2 ~ /^[TDBRVWCi]$/ && $3 != "main") {
        if ($3 in owner && owner[$3] != file) twice[$3] = 1
        owner[$3] = file
    }
    if ($2 == "U" || $2 == "w") {
        user[++uses_count] = file
        used[uses_count] = $3
    }
}

END {
    # two programs may each have their own
    for (symbol in twice) delete owner[symbol]
    for (i = 1; i <= uses_count; i++) uses_symbol(user[i], used[i])
    for (file in no_row) print "no row in rooms.txt: " file
    for (file in called) {
        room = room_of(file)
        for (i = split(called[file], name, " "); i > 0; i--) {
            calling[name[i]] = calling[name[i]] " " file
            if (!may_use(room, name[i]))
                print "not for this room: " file " calls " name[i] ":" symbols[file, name[i]]
        }
    }
    for (file in files) left[file] = 1
    peel()
    for (file in left) follow(file)
    for (file in left)
        if (!(file in seen)) print_circle(file)
    for (file in files) count_files++
    print "files: " count_files + 0
}

# Reads docs/messages.md, which is the first file, then the sources of mod_wlm/httpd. Says which log messages have no id, an id that
# another one has or that is not documented, or another level than the documented one, and which documented ones do not exist.

function where(file, line) { return file ":" line ": " }

# level_of(ARGUMENTS): what may stand in the table: "warning", or "notice debug" where the code chooses; "" for tracing
function level_of(text,    levels, name) {
    while (match(text, /APLOG_[A-Z0-9]+/)) {
        name = substr(text, RSTART + 6, RLENGTH - 6)
        text = substr(text, RSTART + RLENGTH)
        if (name in word) levels = levels (levels == "" ? "" : " ") word[name]
        else if (name !~ /^(MARK|STARTUP|TRACE[1-8])$/) levels = levels " APLOG_" name
    }
    return levels
}

# call(TEXT): a call of httpd's logging functions, from its name up to its id, or to its end
function call(text, file, line,    id, levels, may, n, i, found) {
    if (!match(text, /WLMNO\([0-9]+\)/)) {
        if (text !~ /APLOG_TRACE[1-8]/) print where(file, line) "message without id"
        return
    }
    id = "WLM" substr(text, RSTART + 6, RLENGTH - 7)
    if (id in used) print where(file, line) "message id " id " is used twice, also at " used[id]
    used[id] = file ":" line
    ++calls
    if (!(id in level)) {
        print where(file, line) "message id " id " is not in docs/messages.md"
        return
    }
    levels = level_of(substr(text, 1, RSTART))
    if (levels == "") levels = "as the finding"
    if (levels == level[id]) return
    n = split(levels, may, " ")
    for (i = 1; i <= n; i++) found = found || may[i] == level[id]
    if (!found) print where(file, line) "level of " id ": " levels ", and " level[id] " in docs/messages.md"
}

BEGIN {
    split("EMERG emerg ALERT alert CRIT crit ERR error WARNING warning NOTICE notice INFO info DEBUG debug", pair, " ")
    for (p = 1; p in pair; p += 2) word[pair[p]] = pair[p + 1]
}

FNR == NR && /^\| WLM/ {
    n = split($0, cell, /\|/)
    id = cell[2]
    gsub(/ /, "", id)
    if (id !~ /^WLM[0-9][0-9][0-9][0-9]$/ || n < 6 || cell[4] ~ /^ *$/ || cell[5] ~ /^ *$/)
        print where(FILENAME, FNR) "not a row with id, level, message, meaning"
    if (id in level) print where(FILENAME, FNR) "message id " id " is documented twice"
    level[id] = cell[3]
    gsub(/^ +| +$/, "", level[id])
    at[id] = FNR
    next
}

FNR == NR { next }

FNR == 1 { text = "" }
{ ids += gsub(/WLMNO\([0-9]/, "&") }
text == "" && match($0, /ap_log_[a-z]*error\(/) && !/^ *(\/\*|\*)/ {
    text = substr($0, RSTART)
    begun = FNR
}
text != "" {
    if (FNR > begun) text = text " " $0
    if (text ~ /WLMNO\(|;/) {
        call(text, FILENAME, begun)
        text = ""
    }
}

END {
    for (id in level) if (!(id in used)) print where("docs/messages.md", at[id]) "message id " id " is documented, but not used"
    if (calls != ids) print ids - calls " ids stand in no call of httpd's logging functions"
    if (!calls) print "no message found"
}

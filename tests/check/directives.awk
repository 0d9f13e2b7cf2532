# Reads the tables of directives (base/settings.h), the sources of httpd/directives/, and docs/directives.md; prints what
# one says of a directive and the other does not.

BEGIN {
    contexts["WLM_GLOBAL_SETTINGS"] = "server config"
    contexts["WLM_SERVER_SETTINGS"] = "server config, virtual host"
    contexts["WLM_DIRECTORY_SETTINGS"] = "directory, location"
    contexts["WLM_ANYWHERE_SETTINGS"] = "server config, virtual host, directory, location"
    contexts["WLM_OPTIONS"] = "server config, <WLMCluster>"
}

# -- the code ---------------------------------------------------------------------------------------------

FNR == 1 { end_row(); row = table = "" }

/^#define WLM_[A-Z]+(_[A-Z]+)*\(ROW\)/ {
    end_row()
    table = $2
    sub(/\(.*/, "", table)
    sub(/_FOR_.*/, "", table)
    if (!(table in contexts)) {
        print FILENAME ": " table " is a table of directives whose context tests/check/directives.awk does not know"
    }
    next
}
/^ *ROW\(/ { end_row(); row = " " }
row != "" { row = row $0; sub(/ *\\$/, " ", row) }
row != "" && !/\\$/ { end_row() }

# A text that is the name of a directive and nothing else: there has to be a row for it
FILENAME ~ /\.[ch]$/ {
    line = $0
    while (match(line, /"<?(WLM|WebSphere)[A-Za-z]+"/)) {
        literals[word(substr(line, RSTART, RLENGTH))] = FILENAME
        line = substr(line, RSTART + RLENGTH)
    }
}
/^ *AP_INIT_[A-Z0-9_]+\("/ { in_code[word(substr($0, index($0, "\"")))] = "" }

# The directive at the beginning of a text in quotes
function word(text) {
    match(text, /[A-Za-z]+/)
    return substr(text, RSTART, RLENGTH)
}

# The row that has been read so far: ROW(name, "directive", KIND(...), default, help)
function end_row(    parts, name, kind, value) {
    if (row ~ /ROW\(/) {
        gsub(/" *"/, "", row)
        name = word(substr(row, index(row, "\"")))
        in_code[name] = contexts[table]
        sub(/^[^"]*"[^"]*", */, "", row)
        kind = row
        sub(/[(,].*/, "", kind)
        defaults[name] = default_of(kind, row)
        helps[name] = default_in(row)
    }
    row = ""
}

# What the document has to say: "10" of apr_time_from_sec(10), "OFF" of FLAG, 0; "" of what only a person can write
function default_of(kind, rest,    value) {
    if (kind == "WORDS" || kind == "LIST" || kind == "LINES") {
        return ""
    }
    value = rest
    sub(/^[A-Z]+ *(\([^)]*\))?, */, "", value)
    if (match(value, /^apr_time_from_[a-z]+\([0-9]+\)/)) {
        value = substr(value, 15, RLENGTH - 15)
        return value ~ /^msec/ ? substr(value, 6) "ms" : substr(value, 5)
    }
    if (match(value, /^WLM_MIB\([0-9]+\)/)) {
        return substr(value, 9, RLENGTH - 9) "M"
    }
    sub(/,.*/, "", value)
    if (kind == "FLAG") {
        return value + 0 ? "ON" : "OFF"
    }
    return value
}

# The default that the help text names: "default 10ms; Off", "Full (default)"; "" when it names none in a word
function default_in(help) {
    if (match(help, /default [A-Za-z0-9][A-Za-z0-9-]*/)) {
        return substr(help, RSTART + 8, RLENGTH - 8)
    }
    return match(help, /[A-Za-z0-9]+ \(default\)/) ? substr(help, RSTART, RLENGTH - 10) : ""
}

# -- the document -----------------------------------------------------------------------------------------

FILENAME ~ /\.md$/ && /^## WLM/ { entry = $2; in_document[entry] = 1 }
FILENAME ~ /\.md$/ && /^#/ && !/^## WLM/ { entry = "" }
entry != "" && /^    (Syntax|Alias|Context|Default): / {
    said = $0
    sub(/^ *[A-Za-z]+: +/, "", said)
    parts[entry, $1] = said
    if ($1 == "Alias:") {
        in_document[$2] = 1
        parts[$2, "Context:"] = "as " entry
    }
}

# The form of an entry: what the directive does in a paragraph, then three points: when to use it, when not, what it costs
entry != "" && !/^    / && NF > 0 && !/^[#-]/ { said_of[entry] = said_of[entry] "What " }
entry != "" && match($0, /^- \*\*(When|When not|Cost):\*\* [^ ]/) {
    said_of[entry] = said_of[entry] substr($0, 5, RLENGTH - 8) " "
}

END {
    for (name in literals) {
        if (!(name in in_code)) {
            print literals[name] ": directive " name " is in no row of a table"
        }
    }
    for (name in in_code) {
        if (!(name in in_document)) {
            print "directive " name " has no entry in docs/directives.md"
            continue
        }
        ++n
        check(name)
        if (parts[name, "Context:"] !~ /^as /) {
            check_form(name)
        }
    }
    for (name in in_document) {
        if (!(name in in_code)) {
            print "docs/directives.md: the module has no directive " name
        }
    }
    if (n < 30) {
        print n + 0 " directives found: tests/check/directives.awk does not find them any more"
    }
}

function check(name,    said, last) {
    if (!((name, "Context:") in parts)) {
        print "docs/directives.md: " name " has no line Context"
    }
    else if (in_code[name] != "" && parts[name, "Context:"] != in_code[name]) {
        print "docs/directives.md: the context of " name " is " in_code[name] ", not " parts[name, "Context:"]
    }
    if (!(name in defaults)) {
        return
    }
    said = parts[name, "Default:"]
    if (said == "") {
        print "docs/directives.md: " name " has no line Default"
    }
    last = toupper(said)
    sub(/^[^ ]* /, "", last)
    if (said ~ /^[^ ]+ [^ ]+$/ && toupper(helps[name]) != last) {
        print "docs/directives.md: the default of " name " is " said ", but not in its help text: " helps[name]
    }
    if (defaults[name] == "") {
        return
    }
    if (said !~ "^" name " " || !ends_with(defaults[name], last)) {
        print "docs/directives.md: the default of " name " is " defaults[name] ", not " said
    }
}

function check_form(name) {
    if (!((name, "Syntax:") in parts)) {
        print "docs/directives.md: " name " has no line Syntax"
    }
    if (said_of[name] !~ /^(What )+(When: )/) {
        print "docs/directives.md: " name " does not say what it does, and behind that in a point \"- **When:** ...\" " \
            "when to use it"
    }
    if (said_of[name] !~ /When not: /) {
        print "docs/directives.md: " name " does not say in a point \"- **When not:** ...\" when not to use it"
    }
    if (said_of[name] !~ /Cost: /) {
        print "docs/directives.md: " name " does not say in a point \"- **Cost:** ...\" what it costs"
    }
}

# Is the word the whole value, or the end of an enumerator: FULL of WLM_TLS_FULL, IDEMPOTENCYKEY of RETRY_IDEMPOTENCY_KEY?
function ends_with(value, last,    end) {
    for (value = toupper(value); value != ""; value = substr(value, RLENGTH + 1)) {
        end = value
        gsub(/_/, "", end)
        if (end == last) {
            return 1
        }
        if (!match(value, /^[^_]*_/)) {
            return 0
        }
    }
    return 0
}

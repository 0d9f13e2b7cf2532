# Makes a man page out of a page of the manual. Reads docs/man/NAME.in, which is the page but for the lines
#
#     @FILE LEVEL@
#
# in whose place the Markdown of docs/FILE comes: headings of the level LEVEL become sections, those below it become
# parts of a section, those above it are left out. A table becomes a list of its first column; a heading of 20 characters or
# more is not repeated there.
#
# It knows the Markdown that docs/directives.md and docs/plugin-cfg.md use, and no more; tests/check/man.sh shows that.
# For any awk, because it runs when the module is built.

/^@[^ ]+ [1-6]@$/ {
    convert("docs/" substr($1, 2), $2 + 0)
    next
}
{ gsub(/@VERSION@/, version); print }

# -- blocks -------------------------------------------------------------------------------------------

function convert(file, level,    line, got) {
    block = last = ""
    while ((got = (getline line <file)) > 0) {
        read_line(line, level)
    }
    if (got < 0) {
        print "man.awk: cannot read " file >"/dev/stderr"
        exit 1
    }
    end_block()
    close(file)
}

# block: what the lines so far belong to: "" nothing, "text", "item", "code" (between fences), "indented", "table"
function read_line(line, level) {
    if (block == "code") {
        if (line ~ /^```/) { end_block() } else { print code_line(line) }
    }
    else if (line ~ /^```/) { begin_code("code") }
    else if (line ~ /^    / && (block == "" || block == "indented")) {
        if (block == "") { begin_code("indented") }
        print code_line(substr(line, 5))
    }
    else if (line ~ /^ *$/ || line ~ /^<!--/) { end_block() }
    else if (line ~ /^#+ /) {
        end_block()
        put_heading(line, level)
    }
    else if (line ~ /^\|/) { read_row(line) }
    else {
        if (line ~ /^- /) {
            end_block()
            block = "item"
            line = substr(line, 3)
        }
        else if (block == "" || block == "indented") {
            end_block()
            block = "text"
        }
        sub(/^ +/, "", line)
        words = words (words == "" ? "" : " ") line
    }
}

function begin_code(kind) {
    end_block()
    block = kind
    begin_paragraph()
    print ".RS 4"
    print ".EX"
}

# A section begins with a paragraph by itself
function begin_paragraph() {
    if (last != "heading") { print ".PP" }
    last = ""
}

function end_block() {
    if (block == "code" || block == "indented") {
        print ".EE"
        print ".RE"
    }
    else if (block == "text" || block == "item") {
        if (block == "text") { begin_paragraph() } else { print ".IP \\(bu 2" }
        last = ""
        put_text(inline(words))
    }
    block = words = ""
    rows = 0
}

function put_heading(line, level,    depth) {
    depth = index(line, " ") - 1
    line = substr(line, depth + 2)
    if (depth == level) { print ".SH " toupper(inline(line)) }
    if (depth > level) { print ".SS " inline(line) }
    last = depth < level ? last : "heading"
}

# -- tables ----------------------------------------------------------------------------------------------

function read_row(line,    cells, n, i, text) {
    if (block != "table") {
        end_block()
        block = "table"
    }
    n = split_row(line, cells)
    if (++rows == 1) {
        for (i = 1; i <= n; ++i) { heading[i] = cells[i] }
    }
    else if (rows > 2) {
        print ".TP"
        last = ""
        text = inline(cells[1])
        gsub(/\\f[BIR]/, "", text)
        print "\\fB" text "\\fR"
        text = ""
        for (i = 2; i <= n; ++i) {
            text = text (n > 2 && length(heading[i]) < 20 ? heading[i] ": " : "") cells[i]
            text = text (i < n ? text ~ /[.:;]$/ ? " " : ". " : "")
        }
        put_text(inline(text))
    }
}

# @return the number of cells; a \| does not end one
function split_row(line, cells,    n, i) {
    sub(/^\| */, "", line)
    sub(/ *\| *$/, "", line)
    gsub(/\\\|/, "\001", line)
    n = split(line, cells, / *\| */)
    for (i = 1; i <= n; ++i) { gsub(/\001/, "|", cells[i]) }
    return n
}

# -- text ----------------------------------------------------------------------------------------------------

# Code spans, links, ** and * of a text without line breaks
function inline(text,    made, c, end, bold, italic) {
    made = ""
    while (match(text, /[`*[\\]/)) {
        made = made escape(substr(text, 1, RSTART - 1))
        text = substr(text, RSTART)
        c = substr(text, 1, 1)
        if (c == "`" && (end = index(substr(text, 2), "`")) > 0) {
            made = made "\\fB" escape_code(substr(text, 2, end - 1)) (bold ? "\\fB" : italic ? "\\fI" : "\\fR")
            text = substr(text, end + 2)
        }
        else if (c == "[" && match(text, /^\[[^]]*\]\([^)]*\)/)) {
            end = RLENGTH # the next match() changes it
            made = made inline_link(substr(text, 1, end))
            text = substr(text, end + 1)
        }
        else if (substr(text, 1, 2) == "**") {
            bold = !bold
            made = made (bold ? "\\fB" : "\\fR")
            text = substr(text, 3)
        }
        else if (c == "*" && (italic || text ~ /^\*[A-Za-z]/)) {
            italic = !italic
            made = made (italic ? "\\fI" : "\\fR")
            text = substr(text, 2)
        }
        else {
            if (c == "\\" && text ~ /^\\[^A-Za-z0-9 ]/) { text = substr(text, 2) }
            made = made escape(substr(text, 1, 1))
            text = substr(text, 2)
        }
    }
    return made escape(text)
}

# [text](target): within the page the text is enough; of another page of the manual its name stands behind it
function inline_link(link,    text, target) {
    text = link
    sub(/^\[/, "", text)
    sub(/\]\(.*/, "", text)
    target = link
    sub(/^\[[^]]*\]\(/, "", target)
    sub(/\)$/, "", target)
    if (target ~ /^#/ || target ~ /^man\//) { return inline(text) }
    if (target ~ /^[a-z]+:/) { return inline(text) " (" escape_code(target) ")" }
    sub(/#.*/, "", target)
    return text == target ? "\\fIdocs/" escape_code(target) "\\fR" \
                          : inline(text) " (\\fIdocs/" escape_code(target) "\\fR)"
}

function escape(text) {
    gsub(/\\/, "\\e", text)
    return text
}

# What programs read must be copied as it stands: so no typographic signs
function escape_code(text,    made, at, c) {
    made = ""
    while ((at = match(text, /[-'`^~\\]/)) > 0) {
        c = substr(text, at, 1)
        made = made substr(text, 1, at - 1) \
               (c == "'" ? "\\(aq" : c == "`" ? "\\(ga" : c == "^" ? "\\(ha" : c == "~" ? "\\(ti" : c == "-" ? "\\-" : "\\e")
        text = substr(text, at + 1)
    }
    return made text
}

function code_line(line) {
    line = escape_code(line)
    return line ~ /^[.']/ ? "\\&" line : line
}

# Lines that are no requests, and not too long
function put_text(text,    at, line) {
    while (text != "") {
        at = length(text) + 1
        if (at > 100) {
            for (at = 100; at > 1 && substr(text, at, 1) != " "; --at) { }
            if (at == 1 && !(at = index(text, " "))) { at = length(text) + 1 }
        }
        line = substr(text, 1, at - 1)
        text = substr(text, at + 1)
        print (line ~ /^[.']/ ? "\\&" line : line)
    }
}

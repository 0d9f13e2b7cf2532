# bash completion for wlmctl. Commands and options are those of the lists in its help, where an option's text begins with the
# commands that have it; members and clusters are asked of the server.

# _wlmctl_words COMMAND: its options; without a command all commands and the options for all of them
_wlmctl_words() {
    wlmctl --help 2>/dev/null | awk -v command="$1" '
        /^  [a-z]/ && command == "" { print $1 }
        /^  --/ {
            owners = $0
            sub(/^ *--[a-z-]+ +/, "", owners)
            is_for_all = owners !~ /^[a-z, ]+:/
            sub(/:.*/, "", owners)
            if (is_for_all || index(", " owners ",", ", " command ",")) print $1
        }'
}

# _wlmctl_names KIND: the names of clusters (1) or members (2) that the server has
_wlmctl_names() {
    wlmctl status --json 2>/dev/null | awk -v kind="$1" '
        /^{"name":"/ { split($0, parts, "\""); if (($0 ~ /"policy":/) == (kind == 1)) print parts[4] }' | sort -u
}

_wlmctl() {
    local word=${COMP_WORDS[COMP_CWORD]} command="" i line

    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        --url | --socket | --netrc | --cacert | --cluster | --host | --for | --comment | --idle | --timeout | --interval) ((++i)) ;;
        -*) ;;
        *) command=${command:-${COMP_WORDS[i]}} ;;
        esac
    done
    while IFS= read -r line; do
        [[ $line != "$word"* ]] || COMPREPLY+=("$line")
    done < <(
        case ${COMP_WORDS[COMP_CWORD - 1]} in
        --cluster) _wlmctl_names 1 ;;
        --url | --host | --for | --comment | --idle | --timeout | --interval) ;;
        --socket | --netrc | --cacert) compgen -f -- "$word" ;;
        *)
            if [[ $word == -* || -z $command ]]; then
                _wlmctl_words "$command"
            elif [[ $command == help ]]; then
                _wlmctl_words ""
            elif [[ $command == status || $command == top ]]; then
                _wlmctl_names 1
            elif [[ $command != reload ]]; then
                _wlmctl_names 2
            fi
            ;;
        esac
    )
}
complete -F _wlmctl wlmctl

# bash completion for wlmcfg. What there is to complete is asked of wlmcfg itself: commands and options are those of the
# lists in its help, where an option's text begins with the commands that have it ("  --json      show, explain: ...").

# _wlmcfg_words COMMAND: its options; without a command all commands and options
_wlmcfg_words() {
    wlmcfg --help 2>/dev/null | awk -v command="$1" '
        /^  [a-z]/ && command == "" { print $1 }
        /^  --/ {
            owners = $0
            sub(/^ *--[a-z-]+ +/, "", owners)
            is_for_all = owners !~ /:/
            sub(/:.*/, "", owners)
            if (is_for_all || command == "" || index(", " owners ",", ", " command ",")) print $1
        }'
}

_wlmcfg_findings() {
    wlmcfg check --explain all 2>/dev/null | sed -n 's/^\([a-z-]*\): .*/\1/p'
}

# _wlmcfg_members FILE
_wlmcfg_members() {
    wlmcfg show --json "$1" 2>/dev/null | sed -n '/"members"/,/^    }/s/^          "name": "\(.*\)",$/\1/p' | sort -u
}

# _wlmcfg_clusters FILE
_wlmcfg_clusters() {
    wlmcfg show --json "$1" 2>/dev/null | sed -n '/"clusters"/,/^  ]/s/^      "name": "\(.*\)",$/\1/p'
}

# _wlmcfg_offer WORD: the lines of standard input that begin so. (compgen -W would expand them like a command line, and
# names come from files.)
_wlmcfg_offer() {
    local line

    while IFS= read -r line; do
        [[ $line != "$1"* ]] || COMPREPLY+=("$line")
    done
}

_wlmcfg() {
    local word=${COMP_WORDS[COMP_CWORD]} command="" file="" i

    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        --explain | --header | --down | --backup | --output | -o | --port | --define | --uri | --cluster | --format) ((++i)) ;;
        --sessions | --requests-per-session | --duration | --*-time | --slow-start | --seed) ((++i)) ;;
        --kill | --revive | --drain | --weight | --svg) ((++i)) ;;
        -*) ;;
        *) if [[ -z $command ]]; then command=${COMP_WORDS[i]}; else file=${file:-${COMP_WORDS[i]}}; fi ;;
        esac
    done
    case ${COMP_WORDS[COMP_CWORD - 1]} in
    --explain) _wlmcfg_offer "$word" < <(_wlmcfg_findings && echo all) ;;
    --down) _wlmcfg_offer "$word" < <(_wlmcfg_members "$file") ;;
    --port | --define | --uri) ;;
    --format) _wlmcfg_offer "$word" < <(printf '%s\n' svg dot) ;;
    --cluster) _wlmcfg_offer "$word" < <(_wlmcfg_clusters "$file") ;;
    --kill | --revive | --drain) _wlmcfg_offer "$word" < <(_wlmcfg_members "$file" | sed 's/$/@/') ;;
    --weight) _wlmcfg_offer "$word" < <(_wlmcfg_members "$file" | sed 's/$/=/') ;;
    --header) _wlmcfg_offer "$word" < <(printf '%s\n' Cookie: Host:) ;;
    *)
        if [[ $word == -* || -z $command ]]; then
            _wlmcfg_offer "$word" < <(_wlmcfg_words "$command")
        elif [[ $command == import && -z $file && ${COMP_WORDS[COMP_CWORD - 1]} != -* ]]; then
            _wlmcfg_offer "$word" < <(printf '%s\n' mod_jk mod_proxy_balancer tomcat)
        else
            _wlmcfg_offer "$word" < <(compgen -f -- "$word")
        fi
        ;;
    esac
}
complete -o filenames -F _wlmcfg wlmcfg

#!/bin/sh
# The checks find what they are there for: a fault is planted in a copy of the sources, and the check must fail and name it.
set -u
cd "$(dirname "$0")/../.." || exit 2
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
unset WLM_BUILD # the copy has its own
failed=0

# finds CHECK TEXT: the check fails in the copy, and says that
finds() {
    if output=$("$copy/tests/check/$1"); then
        echo "tests/check/$1 does not fail: $2"
        failed=1
    elif ! printf '%s\n' "$output" | grep -qF "$2"; then
        echo "tests/check/$1 fails, but does not say: $2"
        failed=1
    fi
}

# plant FILE LINE TEXT: with the line at the file's end layers.sh fails and says the text
plant() {
    printf '%s\n' "$2" >>"$copy/$1"
    finds layers.sh "$3"
    sed -i '$d' "$copy/$1"
}

cp -r .clang-format mod_wlm plugin-cfg tools docs "$copy"
mkdir "$copy/tests"
cp -r tests/check "$copy/tests"
"$copy/tests/check/layers.sh" >/dev/null || { echo "tests/check/layers.sh fails without a fault"; failed=1; }
plant mod_wlm/balance/pick.c '#include <httpd.h>' 'not for this room: mod_wlm/balance/pick.c'
plant mod_wlm/view/json.c '#include "httpd/context/context.h"' 'not for this room: mod_wlm/view/json.c'
plant mod_wlm/base/hash.c '#include "balance/pick.h"' 'not for this room: mod_wlm/base/hash.c'
plant mod_wlm/httpd/context/config.c '#include "httpd/runtime/reload.h"' 'not for this room: mod_wlm/httpd/context/config.c'
plant tools/wlmcfg/diff/text.c '#include "tools/wlmcfg/merge/merge.h"' 'not for this room: tools/wlmcfg/diff/text.c'
plant tools/wlmcfg/common/json.c '#include "tools/wlmcfg/diff/diff.h"' 'not for this room: tools/wlmcfg/common/json.c'
plant tools/wlmcfg/import/jk/jk.c '#include "tools/wlmcfg/import/httpd/httpd.h"' 'not for this room: tools/wlmcfg/import/jk/jk.c'
plant tools/wlmcfg/import/common/text.c '#include "tools/wlmcfg/import/jk/jk.h"' 'not for this room: tools/wlmcfg/import/common/text.c'
plant tools/wlmcfg/graph/dot.c '#include <curl/curl.h>' 'not for this room: tools/wlmcfg/graph/dot.c'
plant tests/check/rooms.txt 'zeal | zest |' 'zeal uses zest, which has no row further up'

# alter CHECK FILE COMMAND TEXT: with the file as that command of sed makes it the check fails and says the text
alter() {
    cp "$copy/$2" "$copy/before"
    sed -i "$3" "$copy/$2"
    cmp -s "$copy/$2" "$copy/before" && { echo "nothing to alter in $2: $3"; failed=1; }
    finds "$1" "$4"
    mv "$copy/before" "$copy/$2"
}
"$copy/tests/check/messages.sh" >/dev/null || { echo "tests/check/messages.sh fails without a fault"; failed=1; }
alter messages.sh mod_wlm/httpd/mod_wlm.c 's/WLMNO(0008) //' 'message without id'
alter messages.sh mod_wlm/httpd/mod_wlm.c 's/WLMNO(0008)/WLMNO(0002)/' 'message id WLM0002 is used twice'
alter messages.sh mod_wlm/httpd/mod_wlm.c 's/WLMNO(0008)/WLMNO(9999)/' 'message id WLM9999 is not in docs/messages.md'
alter messages.sh mod_wlm/httpd/mod_wlm.c 's/APLOG_NOTICE/APLOG_DEBUG/' 'level of WLM0008: debug, and notice in docs/messages.md'
alter messages.sh docs/messages.md 's/^| WLM0008 | notice |/| WLM0008 | info |/' 'level of WLM0008: notice, and info in docs/messages.md'
alter messages.sh docs/messages.md 's/^\(| WLM0008 | notice |\).*/\1/' 'not a row with id, level, message, meaning'
alter messages.sh docs/messages.md '$a| WLM9999 | info | text | meaning |' 'message id WLM9999 is documented, but not used'
alter messages.sh docs/messages.md '$a| WLM0008 | info | text | meaning |' 'message id WLM0008 is documented twice'
alter messages.sh mod_wlm/httpd/mod_wlm.c '$aconst char *id = WLMNO(9998);' '1 ids stand in no call'

"$copy/tests/check/directives.sh" >/dev/null || { echo "tests/check/directives.sh fails without a fault"; failed=1; }
alter directives.sh docs/directives.md 's/^## WLMQueue$/## WLMQueues/' 'directive WLMQueue has no entry in docs/directives.md'
alter directives.sh docs/directives.md '$a## WLMNone' 'docs/directives.md: the module has no directive WLMNone'
alter directives.sh docs/directives.md '/WLMVia Off.On/{n;d}' 'WLMVia has no line Context'
alter directives.sh docs/directives.md '/WLMSlowStart 30$/d' 'WLMSlowStart has no line Default'
alter directives.sh docs/directives.md '/Syntax:   WLMVia/d' 'WLMVia has no line Syntax'
alter directives.sh docs/directives.md '/^## WLMVia$/,/\*\*When:/{/^[^ #-]/d}' 'WLMVia does not say what it does'
alter directives.sh docs/directives.md '/^## WLMVia$/,/\*\*When:/s/^- \*\*When/- **Then/' 'WLMVia does not say what it does, and'
alter directives.sh docs/directives.md '/^## WLMVia$/,/\*\*When not:/s/not:\*\* .*/not:**/' \
    'WLMVia does not say in a point "- **When not:** ..." when not to use it'
alter directives.sh docs/directives.md '/^## WLMVia$/,/\*\*Cost:/s/^- \*\*Cost/- **Price/' \
    'WLMVia does not say in a point "- **Cost:** ..." what it costs'
alter directives.sh docs/directives.md 's/WLMMemberShare 100$/WLMMemberShare 50/' 'the default of WLMMemberShare is 100, not WLMMemberShare 50'
alter directives.sh docs/directives.md 's/WLMResolveInterval 60$/WLMResolveInterval 30/' 'the default of WLMResolveInterval is 60, not'
alter directives.sh docs/directives.md 's/WLMAllDown Oldest$/WLMAllDown Fail/' 'the default of WLMAllDown is WLM_ALL_DOWN_OLDEST, not'
alter directives.sh mod_wlm/httpd/context/settings_table.h 's/"WLMRefuseEmpty", FLAG, 1/"WLMRefuseEmpty", FLAG, 0/' \
    'the default of WLMRefuseEmpty is OFF, not WLMRefuseEmpty On'
alter directives.sh mod_wlm/httpd/context/settings_table.h 's/"WLMVia"/"WLMVias"/' 'directive WLMVias has no entry in docs/directives.md'
alter directives.sh mod_wlm/httpd/context/settings_table.h 's/WLM_DIRECTORY_SETTINGS/WLM_SERVER_SETTINGS/' \
    'the context of WLMAdmin is server config, virtual host, not directory, location'
alter directives.sh mod_wlm/balance/option_table_tls.h 's/System (default)/System/' \
    'the default of WLMTLSTrust is WLMTLSTrust System, but not in its help text'
alter directives.sh mod_wlm/httpd/directives/directives.c 's/    AP_INIT_TAKE1("WebSpherePluginConfig"/    OTHER("WebSpherePluginConfig"/' \
    'directive WebSpherePluginConfig is in no row of a table'

"$copy/tests/check/man.sh" >/dev/null || { echo "tests/check/man.sh fails without a fault"; failed=1; }
alter man.sh mod_wlm/httpd/context/settings_table.h 's/"WLMVia"/"WLMVias"/' 'mod_wlm(8) does not have WLMVias'
alter man.sh docs/man/plugin-cfg.xml.5.in '/^@plugin-cfg.md/d' 'plugin-cfg.xml(5) does not have Server in ServerCluster: CloneID'
alter man.sh tools/manual/man.awk 's/made = made (bold ?.*/made = made "**"/' 'mod_wlm.8: Markdown is left'
if command -v groff >/dev/null; then
    alter man.sh docs/man/wlmctl.1 's/^\.SH OPTIONS/.HS OPTIONS/' 'wlmctl.1'
fi

# file FILE TEXT: a source of the copy, and its object
file() {
    mkdir -p "$copy/$(dirname "$1")" "$copy/build/obj/$(dirname "$1")"
    printf '%s\n' "$2" >"$copy/$1"
    "${CC:-cc}" -c -o "$copy/build/obj/${1%.c}.o" "$copy/$1" || exit 2
}

rm -r "$copy/mod_wlm" "$copy/plugin-cfg" "$copy/tools"
mkdir "$copy/plugin-cfg" "$copy/tools"
file mod_wlm/base/ground.c 'int ground(void) { return 1; }'
file mod_wlm/route/one.c 'int ground(void); int one(void) { return ground(); }'
file mod_wlm/route/two.c 'extern int three; int one(void); int two(void) { return one() + three; }'
file mod_wlm/route/three.c 'int three = 3;'
"$copy/tests/check/circles.sh" >/dev/null || { echo "tests/check/circles.sh fails without a fault"; failed=1; }
file mod_wlm/route/three.c 'int one(void); int three; int more(void) { return one(); }'
file mod_wlm/route/one.c 'int ground(void); int two(void); int one(void) { return ground() + two(); }'
finds circles.sh 'circle 1 of 3 files: mod_wlm/route/two.c calls mod_wlm/route/three.c: three'
file mod_wlm/base/ground.c 'int two(void); int ground(void) { return two(); }'
finds circles.sh 'not for this room: mod_wlm/base/ground.c calls mod_wlm/route/two.c: two'
file tools/wlmcfg/diff/four.c 'int four(void) { return 4; }'
file tools/wlmcfg/merge/five.c 'int four(void); int five(void) { return four(); }'
finds circles.sh 'not for this room: tools/wlmcfg/merge/five.c calls tools/wlmcfg/diff/four.c: four'
touch -d '1 minute' "$copy/mod_wlm/base/ground.c"
finds circles.sh 'build/obj/mod_wlm/base/ground.o is not newer than its source'

# layout TEXT SAID: a source that is the text; format.sh fails and says that
layout() {
    printf "$1" >"$copy/mod_wlm/route/one.c"
    finds format.sh "$2: mod_wlm/route/one.c"
}
"$copy/tests/check/format.sh" >/dev/null || { echo "tests/check/format.sh fails without a fault"; failed=1; }
layout '/* %0116d */\n' 'more than 120 columns'
layout 'int one;\t\n' 'a tab'
layout 'int one; \n' 'blanks at the end of the line'
layout 'int one;' 'no end of line at the end of the file'
layout 'int one(void) {\n}\n' 'a brace that opens a function behind its name'

[ $failed -eq 0 ] && echo "layers.sh, messages.sh, directives.sh, man.sh, circles.sh, format.sh: find what is planted"
exit $failed

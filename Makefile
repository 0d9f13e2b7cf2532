# make          build/mod_wlm.so, build/wlmcfg, build/wlmctl, build/wlm-discover, build/wlm-member, build/man
# make demo     installs what is missing, builds, shows the running module (KEEP=1: leaves it running)
# make check    installs what is missing, runs all tests (WLM_TEST_ENGINE=On or Off in the environment: each httpd of them has this
#               WLMEngine, but those that are about one of the two; TEST_JOBS=1: one test after the other)
# make check-layers     finds includes that a file's room may not have (tests/check/rooms.txt), and directives and messages that
#               the manual or the man pages do not have, or have otherwise
# make check-circles    finds files that call each other in a circle, or what their room may not have
# make format-check     finds lines of C that are too long, and what clang-format, which it installs, would write in another way
# make faults   measures what a fault of a member costs the clients, writes the tables of docs/failover.md
#               (PEERS=1: also with other proxies, which it installs)
# make framing  plays messages that can be read in two ways, tells what came of each (PEERS=1: also with other proxies, and
#               writes the comparison into docs/security.md)
# make bench    measures what a request costs, compared with other proxies, writes the tables of docs/performance.md
#               (CASES=small,1m SYSTEMS=mod_wlm,nginx ROUNDS=3 SECONDS=1: only that; nothing is written)
# make waiting  measures what requests that wait cost the others, writes the tables of docs/performance.md
# make affinity measures what it costs to share learned sessions in Redis, also when that is gone, writes the tables of
#               docs/performance.md
# make load     measures what slow members, errors and overload cost, by policy (PEERS=1: also with other proxies, and writes the
#               tables and the plot of docs/load.md)
# make registration  measures how long 1,000 nodes take to register, and what their STATUS costs; writes the table of
#               docs/registration.md; fails above its bounds
# make scale    measures how what a site costs grows with URIs, members and virtual hosts, writes the tables of docs/scale.md; fails
#               when something is above its bound (CASES=tools,checks: only these)
# make soak     10,000 clients for MINUTES (30), while members die, httpd restarts gracefully and its file changes: is each request
#               answered, does nothing grow, is nothing left (CONNECTIONS=1000 SEED=2). EVERYTHING=1: 300 clients for 12 MINUTES, with
#               TLS, HTTP/2, checks, faults, steering and all else at once: is an answer wrong or cut, a POST with two members
# make fuzz     runs each fuzz target for SECONDS (60), or only TARGETS="saved trace"
# make chaos    everything that can go wrong at once for MINUTES (10), with the module under AddressSanitizer and UBSan
#               (SEED=2: other things at other times; MPM=worker)
# make tsan     httpd with the module built for ThreadSanitizer: tests of the engine in which many threads are at work
# make check-valgrind   httpd with the module under valgrind: start, use, changes, restart, stop
# make check-ansible    contrib/ansible with a real ansible-playbook, which it installs (without that, make check skips it)
# make install  the module into httpd's own directories, wlmcfg, wlmctl and wlm-discover, man pages, completions for bash and zsh; not
#               build/wlm-member, which is for the demo and the tests (DESTDIR is honoured); make uninstall removes what it
#               has installed
# make dist     build/mod_wlm-VERSION.tar.gz of what git tracks but debian/, with a configure that is made: it needs no autoconf
# make distcheck    builds, tests, installs and uninstalls from that, in a folder of its own, with the sources read-only
# make deb      Debian packages, each in a clean root of its suite (SUITES="bookworm trixie"), into build/deb/SUITE; as root or by sudo
# make check-deb    tests these in bare roots: install, serve, upgrade while requests come, remove, purge
# make clean, distclean, maintainer-clean   removes what make, what configure, and what autoconf has made
#
# In another folder: mkdir F; cd F; PATH-TO-SOURCES/configure; make. What is made is in F/build then.

# The goals that promise to need nothing beforehand install the packages first, then start over.
NEEDS_NOTHING = demo check check-ansible format-check check-valgrind chaos faults framing bench waiting affinity load scale soak fuzz deb check-deb
.DEFAULT_GOAL := all
# where everything is made, and what configure has written; a build in another folder gives its own (tools/other-folder.mk.in)
B      = build
CONFIG = config.mk
# and where scripts and tests find that
export WLM_BUILD  = $(B)
export WLM_CONFIG = $(CONFIG)

ifeq ($(filter $(NEEDS_NOTHING) setup clean distclean maintainer-clean,$(MAKECMDGOALS)),)
include $(CONFIG)
endif

SOURCES_CFG  = $(wildcard plugin-cfg/*.c)
SOURCES_MOD  = $(sort $(shell find mod_wlm/httpd -name '*.c'))
# the commands without their main(), so that their parts can be tested
SOURCES_TOOL = $(filter-out %/wlmcfg.c %/wlmctl.c %/wlm-discover.c,$(sort $(shell find tools/common tools/wlmcfg tools/wlmctl tools/discover -name '*.c')))
SOURCES_BASE = $(wildcard mod_wlm/base/*.c)
SOURCES_WLM  = $(filter-out $(SOURCES_MOD) $(SOURCES_BASE),$(sort $(shell find mod_wlm -name '*.c')))
COMMANDS     = wlmcfg wlmctl $(DISCOVER)
COMPLETIONS  = $(datadir)/bash-completion/completions
# Debian's zsh looks into .../vendor-completions instead
ZSH_COMPLETIONS = $(datadir)/zsh/site-functions
# man pages that are made of pages of the manual
PAGES        = mod_wlm.8 plugin-cfg.xml.5
# of plugin-cfg.xml, for editors
SCHEMAS      = plugin-cfg.xsd plugin-cfg.rng
UNIT_TESTS   = $(patsubst tests/unit/%.c,%,$(sort $(shell find tests/unit -name 'test_*.c')))
SOURCES_UNIT = $(filter-out $(UNIT_TESTS:%=tests/unit/%.c),$(sort $(shell find tests/unit -name '*.c')))
THREAD_TESTS = $(patsubst tests/unit/%.c,%,$(sort $(shell grep -rl "include <pthread.h>" --include='test_*.c' tests/unit)))
SHARED_FUZZ  = tests/fuzz/fuzz.c tests/fuzz/fuzz_pool.c tests/unit/route_rule.c tests/unit/plugin_cfg_truth.c
# the parts of wlm-discover that read answers, without connections
DISCOVER_FUZZ = $(patsubst %,tools/discover/%.c,consul known members plan received slices value) tools/wlmctl/state.c tools/common/call.c
FUZZ_TARGETS = $(patsubst tests/fuzz/fuzz_%.c,%,$(filter-out $(SHARED_FUZZ),$(wildcard tests/fuzz/fuzz_*.c)))

WARN     = -Wall -Wextra -Werror=implicit-function-declaration -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2 $(WERROR)
BASE     = -std=gnu11 -fPIC -fvisibility=hidden -MMD -MP -iquote . -iquote mod_wlm -iquote $(B)/made -iquote tests/unit $(APR_CPPFLAGS) $(CPPFLAGS) -DWLM_VERSION='"$(VERSION)"'
# object-size: APR 1.7.5 declares apr_pstrmemdup() with a size that it does not have
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize=object-size -fno-sanitize-recover=all -fno-omit-frame-pointer
# fences are not understood, but there is nothing between them that is not atomic by itself
THREADS  = -O1 -g -fsanitize=thread -Wno-tsan -fno-omit-frame-pointer
CLANG   ?= clang
FUZZ     = $(SANITIZE) -fsanitize=fuzzer
FUZZ_LD  = $(patsubst %,-Wl$(comma)--wrap=%,apr_palloc apr_pcalloc apr_pmemdup apr_pstrmemdup apr_pstrdup \
           apr_pool_clear apr_pool_destroy)
LIBS     = $(XML_LIBS) $(APR_LIBS)
comma    = ,
AWK     ?= awk

# one line a file; make V=1 shows the commands
cc = $(if $(V),,@echo "  CC  $(1)";)
ld = $(if $(V),,@echo "  LD  $(1)";)
man = $(if $(V),,@echo "  MAN $(1)";)

.PHONY: all demo check check-all check-without-httpd check-ansible check-unit check-layers check-circles check-docs check-format format-check check-hardening check-tsan tsan check-valgrind chaos check-http check-fallbacks check-real-files faults framing bench waiting affinity load registration scale soak fuzz run-fuzz setup install uninstall dist distcheck deb check-deb clean distclean maintainer-clean

all: $(B)/mod_wlm.so $(COMMANDS:%=$(B)/%) $(B)/wlm-member $(PAGES:%=$(B)/man/%)

# a changed configure runs with the arguments of the last time
$(CONFIG): configure config.mk.in
	cd '$(dir $(abspath $@))' && if [ -x config.status ] && [ -z '$(CONFIGURE_FLAGS)' ]; \
		then ./config.status --recheck && ./config.status; else '$(CURDIR)'/configure $(CONFIGURE_FLAGS); fi
AUTOCONF ?= autoconf
configure: configure.ac
	$(AUTOCONF)

# -- objects: one rule a layer and a flavour (plain, sanitized) ---------------
$(B)/obj/plugin-cfg/%.o: plugin-cfg/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(XML_CFLAGS) -c -o $@ $<
$(B)/obj/mod_wlm/%.o: mod_wlm/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(TLS_CFLAGS) -c -o $@ $<
$(B)/obj/mod_wlm/httpd/%.o: mod_wlm/httpd/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(HTTPD_CPPFLAGS) -c -o $@ $<
$(B)/obj/tools/%.o: tools/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(XML_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) -c -o $@ $<
$(B)/san/plugin-cfg/%.o: plugin-cfg/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(XML_CFLAGS) -c -o $@ $<
$(B)/san/tools/%.o: tools/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(XML_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) -c -o $@ $<
$(B)/san/mod_wlm/httpd/%.o: mod_wlm/httpd/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(HTTPD_CPPFLAGS) -c -o $@ $<
$(B)/san/mod_wlm/%.o: mod_wlm/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(TLS_CFLAGS) -c -o $@ $<
$(B)/obj/tests/%.o: tests/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(XML_CFLAGS) $(CHECK_CFLAGS) -c -o $@ $<
$(B)/san/tests/%.o: tests/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(XML_CFLAGS) $(CHECK_CFLAGS) -c -o $@ $<
$(B)/tsan/%.o: %.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(THREADS) $(XML_CFLAGS) $(CHECK_CFLAGS) -c -o $@ $<
$(B)/tsan/mod_wlm/httpd/%.o: mod_wlm/httpd/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(THREADS) $(HTTPD_CPPFLAGS) -c -o $@ $<
# a style sheet as a C string
$(B)/made/%_css.h: mod_wlm/%.css
	@mkdir -p $(@D)
	@sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $< >$@
$(patsubst %,$(B)/%/mod_wlm/view/page.o,obj san tsan fuzz/obj): $(B)/made/view/page_css.h
$(B)/fuzz/obj/%.o: %.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CLANG) $(BASE) $(WARN) $(FUZZ) $(XML_CFLAGS) $(JANSSON_CFLAGS) -c -o $@ $<
.SECONDARY:

objects = $(patsubst %.c,$(B)/$(1)/%.o,$(2))
$(B)/libplugincfg.a: $(call objects,obj,$(SOURCES_CFG))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/libbase.a: $(call objects,obj,$(SOURCES_BASE))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/libwlm.a: $(call objects,obj,$(SOURCES_WLM))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/libtools.a: $(call objects,obj,$(SOURCES_TOOL))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/san/libtools.a: $(call objects,san,$(SOURCES_TOOL))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/san/libplugincfg.a: $(call objects,san,$(SOURCES_CFG))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/san/libbase.a: $(call objects,san,$(SOURCES_BASE))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/san/libwlm.a: $(call objects,san,$(SOURCES_WLM))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/tsan/libplugincfg.a: $(call objects,tsan,$(SOURCES_CFG))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/tsan/libbase.a: $(call objects,tsan,$(SOURCES_BASE))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/tsan/libwlm.a: $(call objects,tsan,$(SOURCES_WLM))
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^

# -- what is shipped -----------------------------------------------------------
$(B)/mod_wlm.so: $(call objects,obj,$(SOURCES_MOD)) $(B)/libwlm.a $(B)/libplugincfg.a $(B)/libbase.a
	$(call ld,$@)$(CC) -shared $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(XML_LIBS) $(TLS_LIBS)
$(B)/wlmcfg: $(B)/obj/tools/wlmcfg/wlmcfg.o $(B)/libtools.a $(B)/libwlm.a $(B)/libplugincfg.a $(B)/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(LIBS) $(JANSSON_LIBS)
$(B)/wlmctl: $(B)/obj/tools/wlmctl/wlmctl.o $(B)/libtools.a $(B)/libwlm.a $(B)/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(CURL_LIBS) $(JANSSON_LIBS) $(APR_LIBS)
$(B)/wlm-discover: $(B)/obj/tools/discover/wlm-discover.o $(B)/libtools.a $(B)/libwlm.a $(B)/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -pthread -o $@ $^ $(CURL_LIBS) $(JANSSON_LIBS) $(APR_LIBS)
$(B)/wlm-member: $(call objects,obj,$(wildcard tools/member/*.c)) $(B)/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -pthread -o $@ $^ $(APR_LIBS)

$(B)/man/%: docs/man/%.in tools/manual/man.awk docs/directives.md docs/plugin-cfg.md $(CONFIG)
	@mkdir -p $(@D)
	$(call man,$@)$(AWK) -v version=$(VERSION) -f tools/manual/man.awk $< >$@.new && mv $@.new $@

# -- what is installed, with or without blanks in DESTDIR -----------------------
install: all
	install -d '$(DESTDIR)$(HTTPD_LIBEXECDIR)' '$(DESTDIR)$(bindir)' '$(DESTDIR)$(COMPLETIONS)' '$(DESTDIR)$(ZSH_COMPLETIONS)' \
		'$(DESTDIR)$(datadir)/wlm' \
		$(foreach n,1 5 8,'$(DESTDIR)$(mandir)/man$(n)')
	install -m 644 $(B)/mod_wlm.so '$(DESTDIR)$(HTTPD_LIBEXECDIR)/'
	install -m 755 $(COMMANDS:%=$(B)/%) '$(DESTDIR)$(bindir)/'
	install -m 644 $(COMMANDS:%=docs/man/%.1) '$(DESTDIR)$(mandir)/man1/'
	$(foreach p,$(PAGES),install -m 644 $(B)/man/$(p) '$(DESTDIR)$(mandir)/man$(patsubst .%,%,$(suffix $(p)))/' &&) :
	install -m 644 $(COMMANDS:%=tools/completion/%) '$(DESTDIR)$(COMPLETIONS)/'
	install -m 644 $(SCHEMAS:%=docs/schema/%) '$(DESTDIR)$(datadir)/wlm/'
	$(foreach c,$(COMMANDS),install -m 644 tools/completion/$(c) '$(DESTDIR)$(ZSH_COMPLETIONS)/_$(c)' &&) :
uninstall:
	rm -f '$(DESTDIR)$(HTTPD_LIBEXECDIR)/mod_wlm.so' $(foreach c,$(COMMANDS),'$(DESTDIR)$(bindir)/$(c)' \
		'$(DESTDIR)$(mandir)/man1/$(c).1' '$(DESTDIR)$(COMPLETIONS)/$(c)' '$(DESTDIR)$(ZSH_COMPLETIONS)/_$(c)') \
		$(foreach p,$(PAGES),'$(DESTDIR)$(mandir)/man$(patsubst .%,%,$(suffix $(p)))/$(p)') \
		$(SCHEMAS:%='$(DESTDIR)$(datadir)/wlm/%')

# -- a release: the same bytes each time from the same sources ------------------
RELEASE = mod_wlm-$(VERSION)
dist: $(B)/$(RELEASE).tar.gz
$(B)/$(RELEASE).tar.gz: configure FORCE
	@mkdir -p $(@D)
	{ git ls-files ':!debian'; echo configure; } | sort | tar --create --gzip --file=$@ --files-from=- --transform='s,^,$(RELEASE)/,' \
		--owner=0 --group=0 --numeric-owner --mode=u+w,go-w --mtime="@$$(git log -1 --format=%ct)"
distcheck: dist
	tests/check/dist.sh $(B)/$(RELEASE).tar.gz
.PHONY: FORCE # .SECONDARY makes every other goal one that need not be there
FORCE:
SUITES = bookworm trixie
deb:
	tools/setup.sh deb
	$(MAKE) dist
	set -e; for suite in $(SUITES); do tools/deb.sh build $$suite; done
check-deb:
	tools/setup.sh deb
	set -e; for suite in $(SUITES); do tools/deb.sh check $$suite; done

# the module for make chaos: httpd needs the sanitizers' runtime beforehand (LD_PRELOAD)
$(B)/asan/mod_wlm.so: $(call objects,san,$(SOURCES_MOD)) $(B)/san/libwlm.a $(B)/san/libplugincfg.a $(B)/san/libbase.a
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) -shared $(SANITIZE) -o $@ $^ $(XML_LIBS) $(TLS_LIBS)

# the module for make tsan, in the same way
$(B)/tsan/mod_wlm.so: $(call objects,tsan,$(SOURCES_MOD)) $(B)/tsan/libwlm.a $(B)/tsan/libplugincfg.a $(B)/tsan/libbase.a
	$(call ld,$@)$(CC) -shared $(THREADS) -o $@ $^ $(XML_LIBS) $(TLS_LIBS)

# the module as for the oldest httpd that it works with (httpd/context/compat.h)
FALLBACK_SOURCES = $(shell grep -l '"httpd/context/compat.h"' $(SOURCES_MOD))
$(B)/fallbacks/mod_wlm/httpd/%.o: mod_wlm/httpd/%.c $(CONFIG)
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(HTTPD_CPPFLAGS) -DWLM_FALLBACKS -c -o $@ $<
$(B)/fallbacks/mod_wlm.so: $(call objects,fallbacks,$(FALLBACK_SOURCES)) $(call objects,obj,$(filter-out $(FALLBACK_SOURCES),$(SOURCES_MOD))) \
		$(B)/libwlm.a $(B)/libplugincfg.a $(B)/libbase.a
	$(call ld,$@)$(CC) -shared $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(XML_LIBS) $(TLS_LIBS)

# -- what is tested ------------------------------------------------------------
$(foreach flavour,obj san tsan,$(eval $(B)/$(flavour)/libunit.a: $(call objects,$(flavour),$(SOURCES_UNIT))))
$(B)/%/libunit.a:
	$(call ld,$@)rm -f $@ && $(AR) rcs $@ $^
$(B)/unit/%: $(B)/obj/tests/unit/%.o $(B)/obj/libunit.a $(B)/libtools.a $(B)/libwlm.a $(B)/libplugincfg.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(TLS_LIBS) $(JANSSON_LIBS) $(CURL_LIBS)
$(B)/unit-san/%: $(B)/san/tests/unit/%.o $(B)/san/libunit.a $(B)/san/libtools.a $(B)/san/libwlm.a $(B)/san/libplugincfg.a $(B)/san/libbase.a
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) $(SANITIZE) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(TLS_LIBS) $(JANSSON_LIBS) $(CURL_LIBS)

$(B)/unit-tsan/%: $(B)/tsan/tests/unit/%.o $(B)/tsan/libunit.a $(call objects,tsan,$(SOURCES_WLM) $(SOURCES_CFG) $(SOURCES_BASE))
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) $(THREADS) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(TLS_LIBS)

$(B)/bench-micro: $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/measure/bench/micro/*.c)) $(B)/libwlm.a $(B)/libplugincfg.a $(B)/libbase.a
	$(call ld,$@)$(CC) $(LDFLAGS) -pthread -o $@ $^ $(LIBS)

setup:
	tools/setup.sh
check: setup
	$(MAKE) check-all
# as many jobs as there are processors, where make was not told a number
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
# httpd has the machine for itself, since its tests tell how long something takes
check-all:
	$(MAKE) $(PARALLEL) -Otarget --no-print-directory check-without-httpd
	$(MAKE) $(PARALLEL) check-http
	$(MAKE) $(PARALLEL) check-fallbacks
check-without-httpd: check-layers check-format check-docs check-hardening check-circles check-unit check-tsan
check-layers:
	tests/check/layers.sh
	tests/check/messages.sh
	tests/check/directives.sh
	tests/check/man.sh
	tests/check/selftest.sh
check-circles: all
	tests/check/circles.sh
check-docs: $(COMMANDS:%=$(B)/%)
	tests/check/docs.sh
check-format:
	tests/check/format.sh
format-check:
	tools/setup.sh format
	$(MAKE) check-format
check-hardening: all
	tests/check/hardening.sh $(B)/mod_wlm.so $(COMMANDS:%=$(B)/%) $(B)/wlm-member
UNIT_FLAVOURS = unit unit-san
check-unit: $(foreach f,$(UNIT_FLAVOURS),$(UNIT_TESTS:%=$(B)/$(f)/%))
	tests/run/unit.sh $^
# ThreadSanitizer knows nothing of the shadow memory of a forked process, nor of addresses at random in newer kernels
check-tsan: $(THREAD_TESTS:%=$(B)/unit-tsan/%)
	CK_FORK=no setarch -R tests/run/unit.sh $^
tsan: $(B)/tsan/mod_wlm.so
	tests/run/tsan.sh
check-valgrind:
	tools/setup.sh valgrind
	$(MAKE) $(PARALLEL) all
	WLM_VALGRIND=1 tests/run/http.sh tests/http/test_900_valgrind.py
check-ansible:
	tools/setup.sh ansible
	$(MAKE) all
	tests/run/http.sh -k "530_1" tests/http/test_530_contrib.py
chaos:
	tools/setup.sh measure
	$(MAKE) all $(B)/asan/mod_wlm.so
	tests/measure/run chaos $(MINUTES:%=--minutes %) $(SEED:%=--seed %) $(MPM:%=--mpm %)
# all of them, then those of requests once more with the driver that is not the default; so many at a time (tests/run/http.sh)
TEST_JOBS ?= $(shell nproc)
ENGINE_TESTS = $(foreach n,130 140 145 165 170 190 192 200 210 240 510,$(wildcard tests/http/test_$(n)_*.py))
check-http check-fallbacks: export WLM_TEST_JOBS = $(TEST_JOBS)
check-http: all
	tests/run/http.sh
	WLM_TEST_ENGINE=Off tests/run/http.sh $(ENGINE_TESTS)
# the module with all that stands in for functions of newer versions of httpd: the tests of what uses these, but for WebSocket
# over HTTP/2, which needs a newer httpd
FALLBACK_TESTS = $(wildcard tests/http/test_165_*.py tests/http/test_170_*.py)
check-fallbacks: all $(B)/fallbacks/mod_wlm.so
	WLM_TEST_MODULE=$(abspath $(B))/fallbacks/mod_wlm.so tests/run/http.sh -k "not h2 and not http2" $(FALLBACK_TESTS)
# only what reads real files, which lie in ../shared
check-real-files: all $(B)/unit/plugin-cfg/test_files
	tests/run/unit.sh $(B)/unit/plugin-cfg/test_files
	tests/run/http.sh -k real_files tests/http

$(B)/fuzz/fuzz_discover: $(call objects,fuzz/obj,$(DISCOVER_FUZZ))
$(B)/fuzz/fuzz_%: $(B)/fuzz/obj/tests/fuzz/fuzz_%.o $(call objects,fuzz/obj,$(SHARED_FUZZ) $(SOURCES_WLM) $(SOURCES_CFG) $(SOURCES_BASE) $(wildcard tools/wlmcfg/check/review*.c))
	$(call ld,$@)$(CLANG) $(FUZZ) $(FUZZ_LD) -o $@ $^ $(LIBS) $(TLS_LIBS) $(JANSSON_LIBS)
fuzz:
	tools/setup.sh fuzz
	$(MAKE) $(PARALLEL) run-fuzz
run-fuzz: $(FUZZ_TARGETS:%=$(B)/fuzz/fuzz_%)
	tests/run/fuzz.sh $(SECONDS) $(TARGETS)

demo: export KEEP := $(KEEP)
demo:
	tools/setup.sh demo
	$(MAKE) all
	tools/demo.sh

faults:
	tools/setup.sh $(if $(PEERS),peers,faults)
	$(MAKE) all
	tests/measure/run faults --write $(if $(PEERS),--peers)

framing:
	tools/setup.sh $(if $(PEERS),peers,measure)
	$(MAKE) all
	tests/measure/run framing $(if $(PEERS),--peers --write)

bench:
	tools/setup.sh bench
	$(MAKE) all $(B)/bench-micro
	tests/measure/run bench $(if $(CASES)$(SYSTEMS),$(CASES:%=--cases %) $(SYSTEMS:%=--systems %),--write) \
		$(ROUNDS:%=--rounds %) $(SECONDS:%=--seconds %)

waiting:
	tools/setup.sh measure
	$(MAKE) all
	tests/measure/run waiting $(if $(CASES),--cases $(CASES),--write)

affinity:
	tools/setup.sh affinity
	$(MAKE) all
	tests/measure/run affinity $(if $(CASES),--cases $(CASES),--write) $(ROUNDS:%=--rounds %)

load:
	tools/setup.sh $(if $(PEERS),peers,measure)
	$(MAKE) all
	tests/measure/run load $(if $(CASES),--cases $(CASES)) $(if $(PEERS),--peers $(if $(CASES),,--write))

scale:
	tools/setup.sh measure
	$(MAKE) all $(B)/bench-micro
	tests/measure/run scale $(if $(CASES),--cases $(CASES),--write)

registration:
	tools/setup.sh measure
	$(MAKE) all
	tests/measure/run registration --write

soak:
	tools/setup.sh measure
	$(MAKE) all
	tests/measure/run soak $(if $(EVERYTHING),--everything) $(MINUTES:%=--minutes %) $(CONNECTIONS:%=--connections %) $(SEED:%=--seed %)

clean:
	rm -rf $(B)
distclean: clean
	rm -rf $(CONFIG) $(addprefix $(dir $(CONFIG)),config.log config.status)
maintainer-clean: distclean
	rm -rf configure autom4te.cache

-include $(shell find $(B) -path $(B)/deb -prune -o -name '*.d' -type f -print 2>/dev/null)

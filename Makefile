# make          build/mod_wlm.so, build/wlmcfg, build/wlmctl, build/wlm-member
# make demo     installs what is missing, builds, shows the running module (KEEP=1: leaves it running)
# make check    installs what is missing, runs all tests
# make check-layers     finds includes that a file's room may not have (tests/check/rooms.txt), and directives and messages that
#               the manual does not have, or has otherwise
# make check-circles    finds files that call each other in a circle, or what their room may not have
# make format-check     finds lines of C that are too long, and what clang-format, which it installs, would write in another way
# make faults   measures what a fault of a member costs the clients, writes the tables of docs/failover.md
#               (PEERS=1: also with other proxies, which it installs)
# make framing  plays messages that can be read in two ways, tells what came of each (PEERS=1: also with other proxies, and
#               writes the comparison into docs/security.md)
# make bench    measures what a request costs, compared with other proxies, writes the tables of docs/performance.md
#               (CASES=small,1m SYSTEMS=mod_wlm,nginx ROUNDS=3 SECONDS=1: only that; nothing is written)
# make waiting  measures what requests that wait cost the others, writes the tables of docs/performance.md
# make soak     10,000 clients for MINUTES (30), while members die, httpd restarts gracefully and its file changes: is each request
#               answered, does nothing grow, is nothing left (CONNECTIONS=1000 SEED=2)
# make fuzz     runs each fuzz target for SECONDS (60), or only TARGETS="saved trace"
# make chaos    everything that can go wrong at once for MINUTES (10), with the module under AddressSanitizer and UBSan
#               (SEED=2: other things at other times; MPM=worker)
# make check-valgrind   httpd with the module under valgrind: start, use, changes, restart, stop
# make install  the module into httpd's own directories, wlmcfg and wlmctl with their man pages; not build/wlm-member, which
#               is for the demo and the tests (DESTDIR is honoured)

# The goals that promise to need nothing beforehand install the packages first, then start over.
NEEDS_NOTHING = demo check format-check check-valgrind chaos faults framing bench waiting soak fuzz
.DEFAULT_GOAL := all

ifeq ($(filter $(NEEDS_NOTHING) setup clean distclean,$(MAKECMDGOALS)),)
include config.mk
endif

SOURCES_CFG  = $(wildcard plugin-cfg/*.c)
SOURCES_MOD  = $(sort $(shell find mod_wlm/httpd -name '*.c'))
# both commands without their main(), so that their parts can be tested
SOURCES_TOOL = $(filter-out %/wlmcfg.c %/wlmctl.c,$(sort $(shell find tools/common tools/wlmcfg tools/wlmctl -name '*.c')))
SOURCES_BASE = $(wildcard mod_wlm/base/*.c)
SOURCES_WLM  = $(filter-out $(SOURCES_MOD) $(SOURCES_BASE),$(sort $(shell find mod_wlm -name '*.c')))
COMPLETIONS  = $(datadir)/bash-completion/completions
UNIT_TESTS   = $(patsubst tests/unit/%.c,%,$(sort $(shell find tests/unit -name 'test_*.c')))
THREAD_TESTS = $(patsubst tests/unit/%.c,%,$(sort $(shell grep -rl "include <pthread.h>" --include='test_*.c' tests/unit)))
SHARED_FUZZ  = tests/fuzz/fuzz.c tests/fuzz/fuzz_pool.c
FUZZ_TARGETS = $(patsubst tests/fuzz/fuzz_%.c,%,$(filter-out $(SHARED_FUZZ),$(wildcard tests/fuzz/fuzz_*.c)))

WARN     = -Wall -Wextra -Werror=implicit-function-declaration -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2 $(WERROR)
CFLAGS  ?= -O2 -g
BASE     = -std=gnu11 -fPIC -fvisibility=hidden -MMD -MP -iquote . -iquote mod_wlm -iquote build/made -iquote tests/unit $(APR_CPPFLAGS) -DWLM_VERSION='"$(VERSION)"'
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

# one line a file; make V=1 shows the commands
cc = $(if $(V),,@echo "  CC  $(1)";)
ld = $(if $(V),,@echo "  LD  $(1)";)

.PHONY: all demo check check-all check-unit check-layers check-circles check-docs check-format format-check check-hardening check-tsan check-valgrind chaos check-http check-real-files faults framing bench waiting soak fuzz run-fuzz setup install clean distclean

all: build/mod_wlm.so build/wlmcfg build/wlmctl build/wlm-member

config.mk: configure config.mk.in
	./configure $(CONFIGURE_FLAGS)
configure: configure.ac
	autoconf

# -- objects: one rule a layer and a flavour (plain, sanitized) ---------------
build/obj/plugin-cfg/%.o: plugin-cfg/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(XML_CFLAGS) -c -o $@ $<
build/obj/mod_wlm/%.o: mod_wlm/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(TLS_CFLAGS) -c -o $@ $<
build/obj/mod_wlm/httpd/%.o: mod_wlm/httpd/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(HTTPD_CPPFLAGS) -c -o $@ $<
build/obj/tools/%.o: tools/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(XML_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) -c -o $@ $<
build/san/plugin-cfg/%.o: plugin-cfg/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(XML_CFLAGS) -c -o $@ $<
build/san/tools/%.o: tools/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(XML_CFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) -c -o $@ $<
build/san/mod_wlm/httpd/%.o: mod_wlm/httpd/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(HTTPD_CPPFLAGS) -c -o $@ $<
build/san/mod_wlm/%.o: mod_wlm/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(TLS_CFLAGS) -c -o $@ $<
build/obj/tests/%.o: tests/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(CFLAGS) $(HARDEN) $(XML_CFLAGS) $(CHECK_CFLAGS) -c -o $@ $<
build/san/tests/%.o: tests/%.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(SANITIZE) $(XML_CFLAGS) $(CHECK_CFLAGS) -c -o $@ $<
build/tsan/%.o: %.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CC) $(BASE) $(WARN) $(THREADS) $(XML_CFLAGS) $(CHECK_CFLAGS) -c -o $@ $<
# a style sheet as a C string
build/made/%_css.h: mod_wlm/%.css
	@mkdir -p $(@D)
	@sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $< >$@
$(patsubst %,build/%/mod_wlm/view/page.o,obj san tsan fuzz/obj): build/made/view/page_css.h
build/fuzz/obj/%.o: %.c config.mk
	@mkdir -p $(@D)
	$(call cc,$@)$(CLANG) $(BASE) $(WARN) $(FUZZ) $(XML_CFLAGS) $(JANSSON_CFLAGS) -c -o $@ $<
.SECONDARY:

objects = $(patsubst %.c,build/$(1)/%.o,$(2))
build/libplugincfg.a: $(call objects,obj,$(SOURCES_CFG))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/libbase.a: $(call objects,obj,$(SOURCES_BASE))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/libwlm.a: $(call objects,obj,$(SOURCES_WLM))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/libtools.a: $(call objects,obj,$(SOURCES_TOOL))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/san/libtools.a: $(call objects,san,$(SOURCES_TOOL))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/san/libplugincfg.a: $(call objects,san,$(SOURCES_CFG))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/san/libbase.a: $(call objects,san,$(SOURCES_BASE))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^
build/san/libwlm.a: $(call objects,san,$(SOURCES_WLM))
	$(call ld,$@)rm -f $@ && ar rcs $@ $^

# -- what is shipped -----------------------------------------------------------
build/mod_wlm.so: $(call objects,obj,$(SOURCES_MOD)) build/libwlm.a build/libplugincfg.a build/libbase.a
	$(call ld,$@)$(CC) -shared $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(XML_LIBS) $(TLS_LIBS)
build/wlmcfg: build/obj/tools/wlmcfg/wlmcfg.o build/libtools.a build/libwlm.a build/libplugincfg.a build/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(LIBS) $(JANSSON_LIBS)
build/wlmctl: build/obj/tools/wlmctl/wlmctl.o build/libtools.a build/libwlm.a build/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -o $@ $^ $(CURL_LIBS) $(JANSSON_LIBS) $(APR_LIBS)
build/wlm-member: $(call objects,obj,$(wildcard tools/member/*.c)) build/libbase.a
	$(call ld,$@)$(CC) -pie $(HARDEN_LIBS) $(LDFLAGS) -pthread -o $@ $^ $(APR_LIBS)

install: all
	install -d $(DESTDIR)$(HTTPD_LIBEXECDIR) $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1 \
		$(DESTDIR)$(COMPLETIONS)
	install -m 644 build/mod_wlm.so $(DESTDIR)$(HTTPD_LIBEXECDIR)/
	install -m 755 build/wlmcfg build/wlmctl $(DESTDIR)$(bindir)/
	install -m 644 docs/man/*.1 $(DESTDIR)$(mandir)/man1/
	install -m 644 tools/completion/wlmcfg $(DESTDIR)$(COMPLETIONS)/wlmcfg
	install -m 644 tools/completion/wlmctl $(DESTDIR)$(COMPLETIONS)/wlmctl

# the module for make chaos: httpd needs the sanitizers' runtime beforehand (LD_PRELOAD)
build/asan/mod_wlm.so: $(call objects,san,$(SOURCES_MOD)) build/san/libwlm.a build/san/libplugincfg.a build/san/libbase.a
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) -shared $(SANITIZE) -o $@ $^ $(XML_LIBS) $(TLS_LIBS)

# -- what is tested ------------------------------------------------------------
build/unit/%: build/obj/tests/unit/%.o build/libtools.a build/libwlm.a build/libplugincfg.a build/libbase.a
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(TLS_LIBS) $(JANSSON_LIBS) $(CURL_LIBS)
build/unit-san/%: build/san/tests/unit/%.o build/san/libtools.a build/san/libwlm.a build/san/libplugincfg.a build/san/libbase.a
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) $(SANITIZE) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(TLS_LIBS) $(JANSSON_LIBS) $(CURL_LIBS)

build/unit-tsan/%: build/tsan/tests/unit/%.o $(call objects,tsan,$(SOURCES_WLM) $(SOURCES_CFG) $(SOURCES_BASE))
	@mkdir -p $(@D)
	$(call ld,$@)$(CC) $(THREADS) -o $@ $^ $(CHECK_LIBS) $(LIBS) $(TLS_LIBS)

build/bench-micro: $(patsubst %.c,build/obj/%.o,$(wildcard tests/measure/bench/micro/*.c)) build/libwlm.a build/libplugincfg.a build/libbase.a
	$(call ld,$@)$(CC) $(LDFLAGS) -pthread -o $@ $^ $(LIBS)

setup:
	tools/setup.sh
check: setup
	$(MAKE) check-all
check-all: check-layers check-format check-docs check-hardening check-circles check-unit check-tsan check-http
check-layers:
	tests/check/layers.sh
	tests/check/messages.sh
	tests/check/directives.sh
	tests/check/selftest.sh
check-circles: all
	tests/check/circles.sh
check-docs: build/wlmcfg build/wlmctl
	tests/check/docs.sh
check-format:
	tests/check/format.sh
format-check:
	tools/setup.sh format
	$(MAKE) check-format
check-hardening: all
	tests/check/hardening.sh build/mod_wlm.so build/wlmcfg build/wlmctl build/wlm-member
check-unit: $(UNIT_TESTS:%=build/unit/%) $(UNIT_TESTS:%=build/unit-san/%)
	tests/run/unit.sh $^
# ThreadSanitizer knows nothing of the shadow memory of a forked process, nor of addresses at random in newer kernels
check-tsan: $(THREAD_TESTS:%=build/unit-tsan/%)
	CK_FORK=no setarch -R tests/run/unit.sh $^
check-valgrind:
	tools/setup.sh valgrind
	$(MAKE) all
	WLM_VALGRIND=1 tests/run/http.sh tests/http/test_900_valgrind.py
chaos:
	tools/setup.sh
	$(MAKE) all build/asan/mod_wlm.so
	tests/measure/run chaos $(MINUTES:%=--minutes %) $(SEED:%=--seed %) $(MPM:%=--mpm %)
# all of them, then those of requests once more with the driver that is not the default (WLMEngine On)
ENGINE_TESTS = $(foreach n,130 140 145 165 170 190 192 200 210 240,$(wildcard tests/http/test_$(n)_*.py))
check-http: all
	tests/run/http.sh
	WLM_TEST_ENGINE=On tests/run/http.sh $(ENGINE_TESTS)
# only what reads real files, which lie in ../shared
check-real-files: all build/unit/plugin-cfg/test_files
	tests/run/unit.sh build/unit/plugin-cfg/test_files
	tests/run/http.sh -k real_files tests/http

build/fuzz/fuzz_%: build/fuzz/obj/tests/fuzz/fuzz_%.o $(call objects,fuzz/obj,$(SHARED_FUZZ) $(SOURCES_WLM) $(SOURCES_CFG) $(SOURCES_BASE) $(wildcard tools/wlmcfg/check/review*.c))
	$(call ld,$@)$(CLANG) $(FUZZ) $(FUZZ_LD) -o $@ $^ $(LIBS) $(TLS_LIBS) $(JANSSON_LIBS)
fuzz:
	tools/setup.sh fuzz
	$(MAKE) run-fuzz
run-fuzz: $(FUZZ_TARGETS:%=build/fuzz/fuzz_%)
	tests/run/fuzz.sh $(SECONDS) $(TARGETS)

demo: export KEEP := $(KEEP)
demo: setup
	$(MAKE) all
	tools/demo.sh

faults:
	tools/setup.sh $(if $(PEERS),peers)
	$(MAKE) all
	tests/measure/run faults --write $(if $(PEERS),--peers)

framing:
	tools/setup.sh $(if $(PEERS),peers)
	$(MAKE) all
	tests/measure/run framing $(if $(PEERS),--peers --write)

bench:
	tools/setup.sh bench
	$(MAKE) all build/bench-micro
	tests/measure/run bench $(if $(CASES)$(SYSTEMS),$(CASES:%=--cases %) $(SYSTEMS:%=--systems %),--write) \
		$(ROUNDS:%=--rounds %) $(SECONDS:%=--seconds %)

waiting:
	tools/setup.sh
	$(MAKE) all
	tests/measure/run waiting $(if $(CASES),--cases $(CASES),--write)

soak:
	tools/setup.sh
	$(MAKE) all
	tests/measure/run soak $(MINUTES:%=--minutes %) $(CONNECTIONS:%=--connections %) $(SEED:%=--seed %)

clean:
	rm -rf build
distclean: clean
	rm -rf config.mk configure config.log config.status autom4te.cache

-include $(shell find build -name '*.d' 2>/dev/null)

# make build      release binaries in .build/release
# make run        the daemon of this clone in the foreground (ARGS=--once: one turn)
# make test       every test tier, and a line for each at the end; one tier: make test-unit, test-functional, ...
# make lint       format, shell scripts, our own patterns
# make soak       the test runs of minutes
# make bench      memory and times of the release binaries, measured here
# make install    DESTDIR= PREFIX=/usr; after `make build`
# make uninstall  removes what install wrote, leaves configuration and state

SHELL := /bin/sh
SWIFT ?= swift
PYTHON ?= python3
PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=
BIN_DIR ?= .build/release
ARGS ?=

bindir = $(DESTDIR)$(PREFIX)/bin
libexecdir = $(DESTDIR)$(PREFIX)/lib/bedrock-keyd
unitdir = $(DESTDIR)$(PREFIX)/lib/systemd/system
sysusersdir = $(DESTDIR)$(PREFIX)/lib/sysusers.d
catalogdir = $(DESTDIR)$(PREFIX)/lib/systemd/catalog
mandir = $(DESTDIR)$(PREFIX)/share/man
docdir = $(DESTDIR)$(PREFIX)/share/doc/bedrock-keyd
# Where each shell of Debian looks for what packages complete; the command itself writes these files.
completion_bash = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/bedrock-keyd
completion_zsh = $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_bedrock-keyd
completion_fish = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/bedrock-keyd.fish
completions = $(completion_bash) $(completion_zsh) $(completion_fish)
units = $(notdir $(wildcard systemd/*.service systemd/*.socket systemd/*.path))

venv = .build/venv
# The SDKs that use keys fill a folder of their own: some 400 MB, for one tier only.
clients_venv = .build/clients
docker_client = .build/docker/docker
# The AWS settings of whoever runs the tests are none of theirs.
clean_environment = env $(foreach name,$(filter AWS_%,$(.VARIABLES)),-u $(name))
swift_test = $(clean_environment) $(SWIFT) test
pytest = $(clean_environment) BEDROCK_KEYD_BIN_DIR=$(abspath $(BIN_DIR)) $(venv)/bin/python -m pytest
python_tiers = functional clients fault systemd differential fuzz
tiers = unit simulation $(foreach tier,$(python_tiers),$(if $(wildcard $(tests_$(tier))),$(tier)))
# What the functional tests stand on is tested with them.
tests_functional = $(wildcard Tests/FakeAWS Tests/Processes Tests/FunctionalTests Tests/PackagingTests)
tests_clients = $(wildcard Tests/ClientTests)
tests_fault = $(wildcard Tests/FaultTests)
tests_systemd = $(wildcard Tests/SystemdTests)
tests_differential = $(wildcard Tests/Differential)
tests_fuzz = $(wildcard Tests/Fuzz)

.PHONY: all build run test test-unit test-simulation $(python_tiers:%=test-%) soak bench lint install uninstall clean

all: build

# Colours are a compiler flag: with them on a terminal only, every change between the two would build all anew.
build:
	$(SWIFT) build -c release --static-swift-stdlib --no-color-diagnostics

run:
	@.ci/install-packages build run
	@$(MAKE) --no-print-directory build
	@packaging/run-in-clone $(ARGS)

test:
	@.ci/install-packages build test
	@$(MAKE) --no-print-directory build
	@$(PYTHON) .ci/run-tests $(tiers)

test-unit:
	$(swift_test) --skip SimulationTests

test-simulation:
	$(swift_test) --filter SimulationTests

$(python_tiers:%=test-%): test-%: $(venv)/.made $(BIN_DIR)/bedrock-keyd
	$(pytest) $(tests_$*)

test-clients: $(clients_venv)/.made

# Without a client (no Debian, no network) the one test that is about it says so and is skipped.
test-functional: | $(docker_client)

$(docker_client):
	@command -v docker > /dev/null || .ci/unpack-docker-client $(@D) || true

soak: $(venv)/.made $(clients_venv)/.made $(BIN_DIR)/bedrock-keyd
	$(pytest) -m soak $(foreach tier,$(python_tiers),$(tests_$(tier)))

bench: $(BIN_DIR)/bedrock-keyd
	$(clean_environment) $(PYTHON) Tests/Benchmarks/measure.py $(abspath $(BIN_DIR)) $(ARGS)

$(venv)/.made: Tests/requirements.txt
$(clients_venv)/.made: Tests/ClientTests/requirements.txt
$(venv)/.made $(clients_venv)/.made:
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

lint:
	@.ci/install-packages lint
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	shellcheck $$(.ci/shell-scripts)
	$(PYTHON) .ci/lint-patterns --self-test
	$(PYTHON) .ci/lint-patterns
	$(PYTHON) .ci/run-tests --self-test

$(BIN_DIR)/bedrock-keyd:
	@echo "cannot find $@: run \`make build\` first" >&2; exit 1

install: $(BIN_DIR)/bedrock-keyd
	install -d $(bindir) $(libexecdir) $(unitdir) $(sysusersdir) $(catalogdir) $(docdir)/examples $(docdir)/iam \
	  $(mandir)/man5 $(mandir)/man8 $(dir $(completions))
	install -d -m 0755 $(DESTDIR)$(SYSCONFDIR)/bedrock-keyd
	install -s -m 0755 $(BIN_DIR)/bedrock-keyd $(bindir)/bedrock-keyd
	install -s -m 0755 $(BIN_DIR)/bedrock-keyd-keeper $(libexecdir)/bedrock-keyd-keeper
	for unit in $(units); do \
	  sed -e 's,/usr/bin/bedrock-keyd,$(PREFIX)/bin/bedrock-keyd,' -e 's,file:/usr/share,file:$(PREFIX)/share,' \
	    "systemd/$$unit" > "$(unitdir)/$$unit" && chmod 0644 "$(unitdir)/$$unit" || exit 1; \
	done
	install -m 0644 packaging/sysusers.d/bedrock-keyd.conf $(sysusersdir)/bedrock-keyd.conf
	install -m 0644 packaging/catalog/bedrock-keyd.catalog $(catalogdir)/bedrock-keyd.catalog
	install -m 0644 packaging/iam/* $(docdir)/iam/
	install -m 0644 packaging/man/*.5 $(mandir)/man5/
	install -m 0644 packaging/man/*.8 $(mandir)/man8/
	$(foreach name,bash zsh fish,$(BIN_DIR)/bedrock-keyd --generate-completion-script $(name) > $(completion_$(name)) &&) \
	  chmod 0644 $(completions)
	install -m 0644 CHANGELOG.md LICENSE docs/differences-from-botocore.md $(docdir)/
	install -d $(docdir)/design
	install -m 0644 docs/design/*.md $(docdir)/design/
	sed -e 's,](packaging/,](,g' -e 's,](docs/,](,g' README.md > $(docdir)/README.md
	chmod 0644 $(docdir)/README.md
	install -m 0644 packaging/examples/* $(docdir)/examples/

uninstall:
	rm -f $(bindir)/bedrock-keyd $(sysusersdir)/bedrock-keyd.conf $(catalogdir)/bedrock-keyd.catalog \
	  $(units:%=$(unitdir)/%) $(completions) $(mandir)/man5/bedrock-keyd.toml.5 $(mandir)/man8/bedrock-keyd.8
	rm -rf $(libexecdir) $(docdir)
	-rmdir $(DESTDIR)$(SYSCONFDIR)/bedrock-keyd
	@echo "Left as they are, if they exist: $(SYSCONFDIR)/bedrock-keyd, $(SYSCONFDIR)/default/bedrock-keyd," \
	  "/var/lib/bedrock-keyd, /run/bedrock-keyd and the user bedrock-keyd."

clean:
	rm -rf .build .run

# The front door: `make` alone prints what there is. What an owner needs is in scripts/deploy.mk.

FUNCTIONS := router-enrichment gmail-forwarder bouncer smtp-credential-manager digest
PYTEST := cd scripts && ../.venv/bin/python -m pytest -q --durations=10

include scripts/deploy.mk

.PHONY: setup build program test test-simulation test-swift test-end-to-end test-account \
	test-dist test-python test-page test-terraform test-demo test-fuzz check bench bench-growth \
	bench-load fuzz mutants soak package dist man demo local ci fmt clean

setup: ## Install what the other targets need (apt-get, .venv)
	@scripts/setup.sh

build: setup ## Build everything for this machine
	swift build --build-tests

# Side by side, because most of them wait more than they work.
SIDE_BY_SIDE := $(MAKE) --no-print-directory -j12 --output-sync=target
TESTS := test-simulation test-swift test-end-to-end test-account test-dist test-python test-terraform

# Terraform and its provider collect garbage less often: a quarter of their time.
test ci $(TESTS) check demo soak bench-load test-demo: export GOGC := 400

test: setup ## Run all tests; they start and stop what they need
	@echo "The tests of Swift, Python and Terraform run side by side; each prints when it has ended."
	@$(SIDE_BY_SIDE) $(TESTS) test-page test-fuzz

# The command line, which the demo and the end-to-end tests run too.
program: setup
	swift build --product ses-mail

soak bench-load test-demo test-end-to-end: export SES_MAIL_PROGRAM := $(CURDIR)/.build/debug/ses-mail

test-swift: package program
	scripts/test-swift.sh

# The simulation alone is built with optimisation, apart from the debug build.
test-simulation: setup ## Run HISTORIES= simulated histories of all functions (20,000)
	HISTORIES=$(HISTORIES) scripts/test-simulation.sh

test-end-to-end: package program
	$(PYTEST) local_cloud/tests/test_end_to_end.py local_cloud/tests/test_init.py

test-account: setup
	$(PYTEST) local_cloud/tests/test_account_root.py local_cloud/tests/test_rule_set_moves.py

test-dist: dist
	$(PYTEST) local_cloud/tests/test_dist.py

test-python: package
	@scripts/setup.sh swaks libnet-ssleay-perl || echo "Without swaks, its tests are left out."
	$(PYTEST) local_cloud/tests --ignore-glob='*/test_end_to_end.py' --ignore-glob='*/test_init.py' \
		--ignore-glob='*/test_dist.py' --ignore-glob='*/test_account_root.py' \
		--ignore-glob='*/test_rule_set_moves.py' --ignore-glob='*/test_page_in_browser.py'

test-page: setup ## Try the page of `make local` in Chromium, which it installs
	@if scripts/setup.sh chromium; then $(PYTEST) local_cloud/tests/test_page_in_browser.py; \
	else echo "Without Chromium, the page is not tried in a browser."; fi

test-terraform: setup
	scripts/check-terraform.sh

test-demo: package program
	scripts/local-cloud demo --anew

# The same inputs each time, on a machine of any speed.
test-fuzz: setup ## Fuzz with 10,000 inputs a target
	scripts/fuzz.sh --runs 10000

fuzz: setup ## Fuzz what reads strangers' bytes: RUNS= inputs a target, or SECONDS= for all
	@scripts/fuzz.sh --jobs 2 --growth $(if $(SECONDS),--seconds $(SECONDS),--runs $(or $(RUNS),1000000))

check: setup ## Check style, secrets, versions and Terraform's plan
	swift format lint --strict --recursive Sources Tests Package.swift
	cd scripts && ../.venv/bin/ruff check . && ../.venv/bin/ruff format --check . && ../.venv/bin/mypy
	shellcheck scripts/*.sh scripts/local-cloud scripts/ses-mail .ci/run
	terraform fmt -check -recursive terraform
	python3 scripts/check_secrets.py
	python3 scripts/check_versions.py
	scripts/check-plan.sh

bench: setup package ## Measure a mail beside a C program and Python: docs/bench.md, README.md
	@scripts/bench.sh

bench-growth: setup package ## Measure how the cost of a mail grows: docs/growth.md
	@scripts/bench.sh growth

mutants: setup ## See that the tests notice each fault of Tests/Mutants (ONLY=NAME tries one): docs/mutants.md
	@scripts/mutants.sh $(ONLY)

package: setup ## Write build/FUNCTION.zip for every function
	@scripts/package.sh $(FUNCTIONS)

dist: setup package ## Write an archive that deploys and operates without a compiler
	@scripts/dist.sh

man: program ## Write a manual page for each command into build/man
	swift package --allow-writing-to-package-directory generate-manual \
		--configuration debug --multi-page
	mkdir -p build/man
	cp .build/plugins/GenerateManual/outputs/ses-mail/*.1 build/man/

# It builds the command line while it waits for Terraform's provider.
demo: setup package ## Send mails through the whole pipeline on this machine
	@scripts/local-cloud demo

# SOAK_MAILS= and SEED= are the size and the seed; HISTORIES= has the simulation play so many too.
soak: setup package program ## Many mails while things go wrong, each accounted for: docs/load.md
	@scripts/local-cloud soak --mails $(or $(SOAK_MAILS),1000) --seed $(or $(SEED),1)
	$(if $(HISTORIES),@$(MAKE) --no-print-directory test-simulation HISTORIES=$(HISTORIES))

# SHARE= is a share of the usual sizes.
bench-load: setup package program ## Measure a full table, long queues and many mails: docs/load.md
	@scripts/local-cloud load --share $(or $(SHARE),1)

local: setup package ## Keep the whole pipeline running on this machine
	@scripts/local-cloud up

# Apply, a second plan without changes, destroy: minutes that only CI takes.
ci: export LOCAL_CLOUD_APPLY := 1
ci: setup ## What has to pass before a change lands: check, all tests but the browser's, demo
	@$(SIDE_BY_SIDE) check $(TESTS) test-fuzz test-demo

fmt: setup ## Format the sources
	swift format --in-place --recursive Sources Tests Package.swift
	cd scripts && ../.venv/bin/ruff format . && ../.venv/bin/python terraform_tables.py
	terraform fmt -recursive terraform

clean: ## Delete what the other targets have made
	rm -rf .build .build-* build .venv terraform/environments/*/.terraform

# The front door: `make` alone prints what there is.

FUNCTIONS := router-enrichment gmail-forwarder bouncer smtp-credential-manager
SHELL := /bin/bash
PYTEST := cd scripts && ../.venv/bin/python -m pytest -q --durations=10

.PHONY: help setup build program test test-swift test-end-to-end test-account test-python test-terraform \
	test-demo check bench bench-growth package demo local ci fmt clean \
	account init plan show-plan apply plan-destroy destroy outputs need-env

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ENV=test, prod, local or account goes with init, plan, show-plan, apply, plan-destroy, destroy, outputs"
	@echo "  TAKE_OVER=NAME has account take over the active receipt rule set of that name"
	@echo "  REPLACE=ADDRESS has plan make that resource anew"
	@echo "  YES=1 lets apply and destroy carry out a plan that nobody has read"

setup: ## Install what the other targets need (apt-get, .venv)
	@scripts/setup.sh

build: setup ## Build everything for this machine
	swift build --build-tests

# Side by side, because most of them wait more than they work.
SIDE_BY_SIDE := $(MAKE) --no-print-directory -j8 --output-sync=target
TESTS := test-swift test-end-to-end test-account test-python test-terraform

# Terraform and its provider collect garbage less often: a quarter of their time.
test ci $(TESTS) check demo test-demo: export GOGC := 400

test: setup ## Run all tests; they start and stop what they need
	@echo "The tests of Swift, Python and Terraform run side by side; each prints when it has ended."
	@$(SIDE_BY_SIDE) $(TESTS)

# The command line, which the demo and the end-to-end tests run too.
program: setup
	swift build --product ses-mail

demo test-demo test-end-to-end: export SES_MAIL_PROGRAM := $(CURDIR)/.build/debug/ses-mail

test-swift: package program
	scripts/test-swift.sh

test-end-to-end: package program
	$(PYTEST) local_cloud/tests/test_end_to_end.py

test-account: setup
	$(PYTEST) local_cloud/tests/test_account_root.py local_cloud/tests/test_rule_set_moves.py

test-python: package
	$(PYTEST) local_cloud/tests --ignore-glob='*/test_end_to_end.py' \
		--ignore-glob='*/test_account_root.py' --ignore-glob='*/test_rule_set_moves.py'

test-terraform: setup
	scripts/check-terraform.sh

test-demo: package program
	scripts/local-cloud demo

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

package: setup ## Write build/FUNCTION.zip for every function
	@scripts/package.sh $(FUNCTIONS)

demo: setup package program ## Send mails through the whole pipeline on this machine
	@scripts/local-cloud demo

local: setup package ## Keep the whole pipeline running on this machine
	@scripts/local-cloud up

# Apply, a second plan without changes, destroy: minutes that only CI takes.
ci: export LOCAL_CLOUD_APPLY := 1
ci: setup ## What has to pass before a change lands: check, test and demo, side by side
	@$(SIDE_BY_SIDE) check $(TESTS) test-demo

fmt: setup ## Format the sources
	swift format --in-place --recursive Sources Tests Package.swift
	cd scripts && ../.venv/bin/ruff format . && ../.venv/bin/python terraform_tables.py
	terraform fmt -recursive terraform

clean: ## Delete what the other targets have made
	rm -rf .build .build-* build .venv terraform/environments/*/.terraform

account: ## Make what an account and region have once, the receipt rule set too
	@TAKE_OVER='$(TAKE_OVER)' scripts/account.sh

init: need-env ## Prepare Terraform for an environment, its state bucket too
	@scripts/terraform.sh $(ENV) init

plan: need-env package ## Plan the changes of an environment
	@scripts/terraform.sh $(ENV) plan $(if $(REPLACE),-replace='$(REPLACE)')

show-plan: need-env ## Show the plans that were saved
	@scripts/terraform.sh $(ENV) show-plan

# Packages are built for a plan, and not under one that is saved: that names those it was made of.
apply: need-env $(if $(wildcard build/terraform/$(ENV)/plan.tfplan),,package) ## Apply the saved plan, or a new one; asks unless it was shown
	@scripts/terraform.sh $(ENV) apply

plan-destroy: need-env package ## Plan to destroy an environment
	@scripts/terraform.sh $(ENV) plan-destroy

destroy: need-env $(if $(wildcard build/terraform/$(ENV)/destroy.tfplan),,package) ## Destroy an environment; asks as apply does
	@scripts/terraform.sh $(ENV) destroy

outputs: need-env ## Show an environment's outputs
	@scripts/terraform.sh $(ENV) outputs

need-env:
	@[[ "$(ENV)" =~ ^(test|prod|local|account)$$ ]] || { echo "say which: make $(MAKECMDGOALS) ENV=test|prod|local|account" >&2; exit 2; }

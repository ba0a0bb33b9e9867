# What an owner deploys with, from a checkout or from an archive that `make dist` wrote.

SHELL := /bin/bash

.PHONY: help account init plan show-plan apply plan-destroy destroy outputs need-env

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ENV=test, prod, local or account goes with init, plan, show-plan, apply, plan-destroy, destroy, outputs"
	@echo "  TAKE_OVER=NAME has account take over the active receipt rule set of that name"
	@echo "  REPLACE=ADDRESS has plan make that resource anew"
	@echo "  YES=1 lets apply and destroy carry out a plan that nobody has read"

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

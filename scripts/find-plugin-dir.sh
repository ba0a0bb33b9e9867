#!/usr/bin/env bash
# Prints the folder of a local mirror that holds the AWS provider, or nothing: then Terraform asks
# the registry. A mirror is laid out as MIRROR/registry.terraform.io/hashicorp/aws/VERSION/.
set -euo pipefail

provider=registry.terraform.io/hashicorp/aws

if [[ -n ${TF_PLUGIN_DIR:-} ]]; then
    echo "$TF_PLUGIN_DIR"
    exit
fi

# Where Terraform itself would look.
for mirror in \
    "$HOME/.terraform.d/plugins" \
    "${XDG_DATA_HOME:-$HOME/.local/share}/terraform/plugins" \
    /usr/local/share/terraform/plugins \
    /usr/share/terraform/plugins; do
    if compgen -G "$mirror/$provider/[0-9]*" >/dev/null; then
        echo "$mirror"
        exit
    fi
done

# Elsewhere on the machine, at most two folders down.
for parent in /opt /usr/local/share /usr/share; do
    for mirror in "$parent" "$parent"/* "$parent"/*/*; do
        if compgen -G "$mirror/$provider/[0-9]*" >/dev/null; then
            echo "$mirror"
            exit
        fi
    done
done

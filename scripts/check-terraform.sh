#!/usr/bin/env bash
# Checks all Terraform without an account: layout, validity, outputs passed on, module tests.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
module=$root/terraform/modules/ses-mail
work=$root/build/terraform/check
# shellcheck source=/dev/null
source "$root/scripts/share-provider.sh"
options=(-backend=false -input=false)
plugins=$("$root/scripts/find-plugin-dir.sh")
[[ -z $plugins ]] || options+=("-plugin-dir=$plugins")

variables() { cat "$1"/variables*.tf | sed -n 's/^variable "\(.*\)" {$/\1/p' | sort -u; }
outputs() { cat "$1"/outputs*.tf | sed -n 's/^output "\(.*\)" {$/\1/p' | sort; }
arguments() { sed -n '/^module /,/^}/s/^  \([a-z0-9_]*\)  *= .*/\1/p' "$1" | sort; }

# Runs Terraform in a folder, with a data folder of that folder's own.
tf() {
    local folder=$1
    shift
    TF_DATA_DIR=$work/$(basename "$folder") terraform -chdir="$folder" "$@"
}

# Terraform and the provider collect garbage less often: a quarter of their time.
export GOGC=${GOGC:-400}

terraform fmt -check -recursive -diff "$root/terraform"

for folder in account environments/{test,prod,local}; do
    echo "validate $folder"
    tf "$root/terraform/$folder" init "${options[@]}" >/dev/null
    tf "$root/terraform/$folder" validate
done

# What the environments share passes every variable on to the module, and every output back.
shared=$root/terraform/environments/shared
diff <(outputs "$module") <(outputs "$shared")
missing=$(comm -23 <(variables "$module") <(arguments "$shared/deployment.tf"))
[[ -z $missing ]] || { echo "shared/deployment.tf does not pass on:" "$missing" >&2; exit 1; }
python3 "$root/scripts/terraform_tables.py" --check

modules=("$module" "$root"/terraform/examples/{minimal,complete})
for folder in "${modules[@]}"; do
    tf "$folder" init "${options[@]}" >/dev/null
done
share_provider "$work/ses-mail/providers"
for folder in "${modules[@]}"; do
    tf "$folder" test -no-color
done

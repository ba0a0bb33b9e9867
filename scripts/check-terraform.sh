#!/usr/bin/env bash
# Checks all Terraform without an account: layout, validity, outputs passed on, module tests.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
module=$root/terraform/modules/ses-mail
work=$root/build/terraform/check
options=(-backend=false -input=false)
plugins=$("$root/scripts/find-plugin-dir.sh")
[[ -z $plugins ]] || options+=("-plugin-dir=$plugins")

outputs() { cat "$1"/outputs*.tf | sed -n 's/^output "\(.*\)" {$/\1/p' | sort; }
variables() { cat "$1"/variables*.tf | sed -n 's/^variable "\(.*\)" {$/\1/p' | sort; }
arguments() { sed -n '/^module /,/^}/s/^  \([a-z0-9_]*\)  *= .*/\1/p' "$1/main.tf" | sort; }

# Runs Terraform in a folder, with a data folder of that folder's own.
tf() {
    local folder=$1
    shift
    TF_DATA_DIR=$work/$(basename "$folder") terraform -chdir="$folder" "$@"
}

terraform fmt -check -recursive -diff "$root/terraform"

for environment in test prod local; do
    folder=$root/terraform/environments/$environment
    echo "validate $environment"
    tf "$folder" init "${options[@]}" >/dev/null
    tf "$folder" validate
    diff <(outputs "$module") <(outputs "$folder") || {
        echo "$environment does not pass on every output of the module (< missing, > unknown)" >&2
        exit 1
    }
    missing=$(comm -23 <(variables "$module" | grep -v bucket_force_destroy) <(arguments "$folder"))
    [[ -z $missing ]] || {
        echo "$environment does not pass on to the module:" "$missing" >&2
        exit 1
    }
done

example=$root/terraform/environments/terraform.tfvars.example
diff <(sed -n 's/^#* *\([a-z0-9_]*\) = .*/\1/p' "$example" | sort) \
    <(variables "$root/terraform/environments/test") || {
    echo "$example has not every variable (> missing, < unknown)" >&2
    exit 1
}

for name in $(variables "$module") $(outputs "$module"); do
    grep -q "^| \`$name\` |" "$module/README.md" || {
        echo "the module's README.md does not explain $name" >&2
        exit 1
    }
done

tf "$module" init "${options[@]}" >/dev/null
export TF_DATA_DIR=$work/ses-mail
cd "$module"
printf '%s\n' tests/*.tftest.hcl | xargs -P "$(nproc)" -I % terraform test -no-color -filter=%

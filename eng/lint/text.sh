#!/usr/bin/env bash
# Fails on a line over 140 characters in a C# file, and on a phrase of phrases.txt in a C# or Markdown file.
# Files that still have some are in lines-allowed.txt and phrases-allowed.txt. These lists may only shrink:
# "--shrink" removes the files that no longer need to be listed.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.."
failed=0

# check NAME FOUND FIND: FOUND are the files at fault, the command FIND prints the lines of one.
check() {
  local allowed=eng/lint/$1-allowed.txt found=$2 new gone
  new=$(comm -13 "$allowed" <(printf '%s' "$found" | sort -u))
  gone=$(comm -23 "$allowed" <(printf '%s' "$found" | sort -u))
  for file in $new; do
    "$3" "$file" | sed "s|^|$file:|" | cut -c1-200
    failed=1
  done
  [ -n "$gone" ] || return 0
  if [ "$shrink" = --shrink ]; then
    comm -12 "$allowed" <(printf '%s' "$found" | sort -u) > "$allowed.new" && mv "$allowed.new" "$allowed"
  else
    printf 'lint: %s does not need to list %s; run eng/lint/text.sh --shrink\n' "$allowed" $gone
    failed=1
  fi
}

shrink=${1:-}
long() { grep -nE '^.{141,}' "$1"; }
phrase() { grep -nwFf eng/lint/phrases.txt "$1"; }
check lines "$(git ls-files '*.cs' | xargs grep -lE '^.{141,}')" long
check phrases "$(git ls-files '*.cs' '*.md' ':!tests/data' | xargs grep -lwFf eng/lint/phrases.txt)" phrase
[ "$failed" -eq 0 ] || { echo "lint: break lines over 140 characters, and replace the phrases of eng/lint/phrases.txt (see CONTRIBUTING.md)" >&2; exit 1; }

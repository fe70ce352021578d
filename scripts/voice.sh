# How the scripts speak. Sourced by the others; does nothing by itself.

# A heading that can be found again in a long log.
heading() { printf '\n==> %s  %s\n' "$(date +%T)" "$*"; }

# One line of detail under a heading.
note() { printf '    %s\n' "$*"; }

# One line on what went wrong, on standard error.
complain() { printf 'error: %s\n' "$*" >&2; }

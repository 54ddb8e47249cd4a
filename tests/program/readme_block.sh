#!/usr/bin/env bash
# Prints the code blocks of README.md that follow "<!-- ci: NAME -->".
# usage: readme_block.sh NAME
awk -v mark="<!-- ci: $1 -->" '
  $0 == mark { armed = 1; next }
  armed && /^```/ { armed = 0; inside = 1; next }
  inside && /^```/ { inside = 0; next }
  inside { print }
' "$(dirname "$0")/../../README.md"

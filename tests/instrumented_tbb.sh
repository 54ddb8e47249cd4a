#!/usr/bin/env bash
# Compiles the installed oneTBB once more, from Debian's source and with the thread sanitizer, into a
# folder: what the packaged library hands from thread to thread, the sanitizer does not see, and takes
# for races.
#   instrumented_tbb.sh FOLDER
set -euo pipefail
mkdir -p "$1"
cd "$1"
version=$(dpkg-query -W -f='${source:Version}' libtbb-dev)
[ "$(cat installed/version 2>/dev/null)" = "$version" ] && exit 0

# Lists of its own: few machines have sources among theirs, and that is no business of ours. They come
# from where this machine has its packages.
mkdir -p lists/partial cache/archives/partial
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u |
  sed 's|^|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] |' >sources.list
[ -s sources.list ] || { echo "instrumented_tbb.sh: apt has no lists here: run apt-get update" >&2; exit 1; }
apt=(apt-get -qq -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=
     -o Dir::State::lists="$PWD/lists" -o Dir::Cache="$PWD/cache")
"${apt[@]}" update
"${apt[@]}" source --download-only "onetbb=$version"
rm -rf source build
mkdir source
tar -xf onetbb_*.orig.tar.* -C source --strip-components=1  # Debian's patches are of tests and other processors

cmake -S source -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$PWD/installed" \
  -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF >/dev/null
cmake --build build --target install >/dev/null
echo "$version" >installed/version

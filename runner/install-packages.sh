#!/usr/bin/env bash
# Installs the Debian packages that mlpsweep lacks on this machine, and nothing else.
# usage: install-packages.sh [--tests]      (--tests: what the tests need as well)
set -euo pipefail

# To build and to run; why each is there stands in README.md, "Libraries".
packages=(
  g++ cmake ninja-build
  openmpi-bin libopenmpi-dev
  libtbb-dev
  libdnnl-dev ocl-icd-opencl-dev  # oneDNN's CMake package asks for OpenCL's headers as well
  libhdf5-dev
  libyaml-cpp-dev
  libcli11-dev libspdlog-dev libfmt-dev
  librandom123-dev
  zlib1g-dev libarchive-dev
  libxxhash-dev libboost-dev
  libcurl4-openssl-dev libssl-dev
  nlohmann-json3-dev
  dataset-fashion-mnist
  gnuplot-nox  # pictures, for `report`
)
tests=(
  libgtest-dev libgmock-dev
  ccache valgrind
  # The sanitizer build is clang's: the same objects serve the fuzz targets (libFuzzer is in
  # libclang-rt), and it compiles in three quarters of g++'s time. llvm gives its reports names and lines.
  clang-14 libclang-rt-14-dev libomp-14-dev llvm-14
  slurmctld slurmd slurm-client munge iproute2  # a cluster in namespaces; without a slurm.conf none of Slurm's daemons starts
  python3 python3-h5py python3-numpy python3-pandas python3-xarray python3-h5netcdf
)
[ "${1:-}" = --tests ] && packages+=("${tests[@]}")

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null; then
  as_root=(sudo env)
else
  echo "These Debian packages are missing, and there is no sudo here. Have them installed:" >&2
  echo "  apt-get install ${missing[*]}" >&2
  exit 2
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

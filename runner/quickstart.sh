#!/usr/bin/env bash
# From a bare Debian 12 to a comparison table on real data: installs what is missing, builds, trains the
# shipped example on all of Fashion-MNIST over two ranks. Run it again and it trains nothing again.
set -euo pipefail
cd "$(dirname "$0")/.."

bash runner/install-packages.sh
cmake -S . -B build/release -G Ninja -DCMAKE_BUILD_TYPE=Release -DMLPSWEEP_TESTS=OFF >/dev/null
cmake --build build/release --target mlpsweep

# Open MPI runs as root only when told so twice; in a container there is often nobody else.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# --bind-to none: mpirun would pin each of two ranks to one core, whatever the machine has; unbound,
# the ranks share the cores out among themselves. --oversubscribe: also where there is only one core.
mpirun -n 2 --bind-to none --oversubscribe build/release/mlpsweep run sweeps/examples/quickstart.yaml

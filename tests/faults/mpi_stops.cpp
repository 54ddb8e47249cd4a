// Preloaded into a program under test: a rank stops, as by SIGSTOP, where it enters MPI_Init_thread
// or MPI_Finalize: there the others wait for it inside MPI.
//
// Told by the environment:
//   STOPS_RANK  which rank; where the launcher starts the ranks again, none does
//   STOPS_IN    "init" or "finalize"
#include <csignal>
#include <cstdlib>
#include <cstring>

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

namespace {

bool is(const char* variable, const char* value) {
  const char* told = std::getenv(variable);
  return told != nullptr && value != nullptr && std::strcmp(told, value) == 0;
}

void stop_in(const char* place) {
  const char* part = std::getenv("MLPSWEEP_RUN_PART");
  const bool is_first_start = part == nullptr || std::strcmp(part, "0") == 0;
  if (is_first_start && is("STOPS_IN", place) &&
      is("STOPS_RANK", std::getenv("OMPI_COMM_WORLD_RANK"))) {
    std::raise(SIGSTOP);
  }
}

}  // namespace

extern "C" int MPI_Init_thread(int* count, char*** words, int wanted, int* provided) {
  stop_in("init");
  return PMPI_Init_thread(count, words, wanted, provided);
}

extern "C" int MPI_Finalize() {
  stop_in("finalize");
  return PMPI_Finalize();
}

#include "runner/launcher.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace mlpsweep::runner {

bool started_by_a_launcher() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr ||
         std::getenv("PMIX_NAMESPACE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
}

bool outlives_ranks() {
  const char* recovery = std::getenv("OMPI_MCA_orte_enable_recovery");
  return recovery != nullptr && std::string(recovery) == "1";
}

bool is_rank_of_this_job(int process, int rank) {
  const char* job = std::getenv("PMIX_NAMESPACE");
  std::ifstream in("/proc/" + std::to_string(process) + "/environ", std::ios::binary);
  const std::string all = '\0' + std::string(std::istreambuf_iterator<char>(in), {});
  const auto has = [&all](const std::string& name, const std::string& value) {
    return all.find('\0' + name + '=' + value + '\0') != std::string::npos;
  };
  return job != nullptr && has("PMIX_NAMESPACE", job) && has("PMIX_RANK", std::to_string(rank));
}

}  // namespace mlpsweep::runner

#include "runner/job.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/process_state.h"
#include "runner/roll_call.h"

namespace mlpsweep::runner {
namespace {

/// Empty: there is none.
std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

int number(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Slurm's restarts count in thousands: the launcher may start ranks again in each of them.
constexpr int kPartsOfARestart = 1000;

/// What is told is of no use where it can't be written; the launcher then goes by silence.
void tell(const std::filesystem::path& file, const std::string& text) {
  try {
    results::write_whole(file, text);
  } catch (const MachineError&) {
  }
}

/// Whether a process was started with these, none of them empty.
bool has_variables(int process, const std::vector<std::pair<std::string, std::string>>& wanted) {
  std::ifstream in("/proc/" + std::to_string(process) + "/environ", std::ios::binary);
  const std::string all = '\0' + std::string(std::istreambuf_iterator<char>(in), {});
  return std::all_of(wanted.begin(), wanted.end(), [&all](const auto& one) {
    return !one.second.empty() &&
           all.find('\0' + one.first + '=' + one.second + '\0') != std::string::npos;
  });
}

}  // namespace

bool is_extra_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    const char* rank = std::getenv(name);
    if (rank != nullptr) {
      return std::string(rank) != "0";
    }
  }
  return false;
}

bool started_by_a_launcher() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr ||
         std::getenv("PMIX_NAMESPACE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
}

bool outlives_ranks() {
  // What Open MPI takes for true.
  std::string told = variable("OMPI_MCA_orte_enable_recovery");
  std::transform(told.begin(), told.end(), told.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return number(told) != 0 || told == "true" || told == "t" || told == "enabled" || told == "yes";
}

bool is_rank_of_this_job(int process, int rank) {
  return has_variables(process, {{"PMIX_NAMESPACE", variable("PMIX_NAMESPACE")},
                                 {"PMIX_RANK", std::to_string(rank)}});
}

void kill_stopped_ranks() {
  if (!outlives_ranks()) {
    return;
  }
  for (const int process : results::all_processes()) {
    if (results::state_of(process).state == 'T' &&
        has_variables(process, {{"PMIX_NAMESPACE", variable("PMIX_NAMESPACE")}})) {
      kill(process, SIGKILL);
    }
  }
}

RunIdentity run_identity() {
  const std::string job = variable("SLURM_JOB_ID");
  const std::string launched = variable(kRunVariable);
  const int part = number(variable(kPartVariable));
  if (job.empty()) {
    return {launched, part};
  }
  return {"slurm-" + variable("SLURM_CLUSTER_NAME") + "-" + job,
          number(variable("SLURM_RESTART_COUNT")) * kPartsOfARestart + part};
}

void tell_launcher_standing(std::size_t come_so_far) {
  static std::size_t sum = 0;  // over the sweeps of one `reproduce`
  sum += come_so_far;
  if (const LauncherFiles files{variable(kReportVariable)}; !files.folder.empty()) {
    tell(files.standing(), std::to_string(sum));
  }
}

void tell_launcher_outcome(int code) {
  if (const LauncherFiles files{variable(kReportVariable)}; !files.folder.empty()) {
    tell(files.outcome(), std::to_string(code));
  }
}

SignOfLife::SignOfLife() {
  if (!variable(kReportVariable).empty()) {
    thread_ = std::thread([this] { give(); });
  }
}

SignOfLife::~SignOfLife() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void SignOfLife::give() {
  const LauncherFiles files{variable(kReportVariable)};
  std::size_t signs = 0;
  std::unique_lock lock(mutex_);
  do {
    std::ofstream(files.alive()) << ++signs;
  } while (!changed_.wait_for(lock, kBeatEvery, [this] { return ending_; }));
}

}  // namespace mlpsweep::runner

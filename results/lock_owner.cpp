#include "results/lock_owner.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "engine/errors.h"
#include "results/process_state.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string this_host() {
  char host[256] = {};
  return ::gethostname(host, sizeof host - 1) == 0 ? host : "";
}

std::string this_boot() {
  std::string boot;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
  return boot;
}

std::string this_process_space() {
  std::error_code unknown;
  return fs::read_symlink("/proc/self/ns/pid", unknown).string();
}

}  // namespace

std::string LockOwner::text() const {
  if (process <= 0) {
    return "another process";
  }
  return fmt::format("process {}{}{} on {} since {}", process, job.empty() ? "" : " of job ", job,
                     host, since);
}

LockOwner this_process() {
  LockOwner owner;
  owner.host = this_host();
  owner.process = ::getpid();
  // Nothing here ever changes the environment, so it may be read beside other threads.
  if (const char* job = std::getenv("SLURM_JOB_ID")) {  // NOLINT(concurrency-mt-unsafe)
    owner.job = job;
  }
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  owner.since = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  owner.boot = this_boot();
  owner.process_space = this_process_space();
  owner.start = state_of(owner.process).start;
  return owner;
}

Fate fate_of(const LockOwner& owner) {
  if (owner.host != this_host() || owner.boot.empty() || owner.process <= 0) {
    return Fate::kUnknown;
  }
  if (owner.boot != this_boot()) {
    return Fate::kGone;  // this machine has been started anew since
  }
  if (owner.process_space != this_process_space()) {
    return Fate::kUnknown;
  }
  if (::kill(owner.process, 0) != 0 && errno == ESRCH) {
    return Fate::kGone;
  }
  // /proc may hide other users' processes: then it is taken for the one that it was.
  const ProcessState now = state_of(owner.process);
  const bool is_another = now.start != 0 && owner.start != 0 && now.start != owner.start;
  return is_another || now.state == 'Z' || now.state == 'X' ? Fate::kGone : Fate::kAlive;
}

void write_owner(const Descriptor& file, const LockOwner& owner, const fs::path& name) {
  const json record = {{"host", owner.host},  {"process", owner.process},
                       {"job", owner.job},    {"since", owner.since},
                       {"boot", owner.boot},  {"process_space", owner.process_space},
                       {"start", owner.start}};
  // A host's name in bytes that are no UTF-8 is only ever shown, so they may be lost.
  const std::string text = record.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  if (::ftruncate(file.get(), 0) != 0) {
    fail(name, "write", errno);
  }
  write_all(file, text, name);
}

std::optional<LockOwner> read_owner(const Descriptor& file, const fs::path& name) {
  char text[4096];
  const std::size_t bytes = read_at(file, 0, text, sizeof text, name);
  const json record = json::parse(text, text + bytes, nullptr, /*allow_exceptions=*/false);
  // A fraction is no number of a process, and reading it as one undefined if it is too large.
  const auto is_fraction = [](const json& value) { return value.is_number_float(); };
  if (!record.is_object() || std::any_of(record.begin(), record.end(), is_fraction)) {
    return std::nullopt;
  }
  try {
    return LockOwner{.host = record.value("host", ""),
                     .process = record.value("process", 0),
                     .job = record.value("job", ""),
                     .since = record.value("since", ""),
                     .boot = record.value("boot", ""),
                     .process_space = record.value("process_space", ""),
                     .start = record.value("start", std::uint64_t{0})};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void give_back(const Descriptor& file) noexcept {
  (void)!::ftruncate(file.get(), 0);
}

void refuse(const fs::path& folder, const LockOwner& owner) {
  throw InputError(fmt::format("{} is in use by {}; 'mlpsweep status {}' shows how far it is",
                               folder.string(), owner.text(), folder.string()));
}

void refuse_unless_gone(const fs::path& folder, const LockOwner& owner, const fs::path& record) {
  switch (fate_of(owner)) {
    case Fate::kGone:
      return;
    case Fate::kAlive:
      refuse(folder, owner);
    case Fate::kUnknown:
      throw InputError(fmt::format(
          "{} is in use by {}, or was when that process died: without locks (flock) on this file "
          "system it can't be told from here. If it surely runs no more, remove {} and run the "
          "same command again",
          folder.string(), owner.text(), record.string()));
  }
}

}  // namespace mlpsweep::results

#include "results/lock.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

fs::path lock_file(const fs::path& folder) {
  return folder / "lock";
}

/// Whether the lock could be had.
/// Errors   MachineError: the file system has no locks.
bool try_flock(const Descriptor& file, int operation, const fs::path& name) {
  while (::flock(file.get(), operation | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return false;
    }
    if (errno != EINTR) {
      fail(name, "lock", errno);
    }
  }
  return true;
}

LockOwner this_process() {
  LockOwner owner;
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) == 0) {
    owner.host = host;
  }
  owner.process = ::getpid();
  // Nothing here ever changes the environment, so it may be read beside other threads.
  if (const char* job = std::getenv("SLURM_JOB_ID")) {  // NOLINT(concurrency-mt-unsafe)
    owner.job = job;
  }
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  owner.since = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  return owner;
}

void write_owner(const Descriptor& file, const LockOwner& owner, const fs::path& name) {
  const nlohmann::json record = {
      {"host", owner.host}, {"process", owner.process}, {"job", owner.job}, {"since", owner.since}};
  // Only ever read by people and by another run's message, so bytes that are no UTF-8 may be lost.
  using nlohmann::json;
  const std::string text = record.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  if (::ftruncate(file.get(), 0) != 0) {
    fail(name, "write", errno);
  }
  write_all(file, text, name);
}

/// Nothing, if the record is empty (given back) or was being written just now.
std::optional<LockOwner> read_owner(const Descriptor& file, const fs::path& name) {
  char text[4096];
  const std::size_t bytes = read_at(file, 0, text, sizeof text, name);
  const auto record =
      nlohmann::json::parse(text, text + bytes, nullptr, /*allow_exceptions=*/false);
  if (!record.is_object()) {
    return std::nullopt;
  }
  try {
    return LockOwner{.host = record.value("host", ""),
                     .process = record.value("process", 0),
                     .job = record.value("job", ""),
                     .since = record.value("since", "")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // not ours: the lock itself still holds
  }
}

/// lock_owner() holds a lock for the moment of a look; a run that starts in that moment tries
/// again.
bool try_flock_patiently(const Descriptor& file, const fs::path& name) {
  for (int tries = 20; tries > 0; --tries) {
    if (try_flock(file, LOCK_EX, name)) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

std::string LockOwner::text() const {
  return fmt::format("process {}{}{} on {} since {}", process, job.empty() ? "" : " of job ", job,
                     host, since);
}

SweepLock::SweepLock(const fs::path& folder) {
  const fs::path name = lock_file(folder);
  file_ = open_file(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_APPEND);
  if (!try_flock_patiently(file_, name)) {
    const std::optional<LockOwner> owner = read_owner(file_, name);
    throw InputError(fmt::format("{} is in use by {}; 'mlpsweep status {}' shows how far it is",
                                 folder.string(), owner ? owner->text() : "another process",
                                 folder.string()));
  }
  taken_over_ = read_owner(file_, name);
  write_owner(file_, this_process(), name);
}

SweepLock::~SweepLock() {
  // An empty record tells the next one that this run ended by itself. The file stays: whoever
  // unlinks a lock file lets two processes hold two files of one name.
  (void)!::ftruncate(file_.get(), 0);
}

std::optional<LockOwner> lock_owner(const fs::path& folder) {
  const fs::path name = lock_file(folder);
  if (!fs::exists(name)) {
    return std::nullopt;
  }
  const Descriptor file = open_file(name, O_RDONLY | O_NOFOLLOW);
  if (try_flock(file, LOCK_SH, name)) {
    return std::nullopt;  // and let go again at once
  }
  const std::optional<LockOwner> owner = read_owner(file, name);
  return owner ? owner : LockOwner{};
}

}  // namespace mlpsweep::results

#include "results/lock.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

fs::path lock_file(const fs::path& folder) {
  return folder / "lock";
}

/// What file systems without flock say; 524 is the kernel's own ENOTSUPP, which some let through.
bool means_no_locks(int error_number) {
  return error_number == ENOLCK || error_number == ENOSYS || error_number == EOPNOTSUPP ||
         error_number == EINVAL || error_number == 524;
}

enum class Answer { kTaken, kInUse, kNoLocks };

/// Errors   MachineError.
Answer try_flock(const Descriptor& file, int operation, const fs::path& name) {
  while (::flock(file.get(), operation | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return Answer::kInUse;
    }
    if (means_no_locks(errno)) {
      return Answer::kNoLocks;
    }
    if (errno != EINTR) {
      fail(name, "lock", errno);
    }
  }
  return Answer::kTaken;
}

/// lock_owner() holds a lock for the moment of a look; a run that starts in that moment tries
/// again.
Answer try_flock_patiently(const Descriptor& file, const fs::path& name) {
  for (int tries = 20; tries > 0; --tries) {
    if (const Answer answer = try_flock(file, LOCK_EX, name); answer != Answer::kInUse) {
      return answer;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return Answer::kInUse;
}

}  // namespace

SweepLock::SweepLock(const fs::path& folder) {
  const fs::path name = lock_file(folder);
  file_ = open_file(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_APPEND);
  switch (try_flock_patiently(file_, name)) {
    case Answer::kTaken:
      hold_file(folder);
      break;
    case Answer::kInUse:
      refuse(folder, read_owner(file_, name).value_or(LockOwner()));
    case Answer::kNoLocks:
      hold_owner_file(folder);
      break;
  }
}

void SweepLock::hold_file(const fs::path& folder) {
  const fs::path name = lock_file(folder);
  taken_over_ = read_owner(file_, name);
  write_owner(file_, this_process(), name);
  try {
    const std::optional<OwnerRecord> other = newest_owner_record(folder);
    if (other && other->owner) {
      refuse_unless_gone(folder, *other->owner, other->file);
      taken_over_ = other->owner;
      give_back(open_file(other->file, O_WRONLY | O_NOFOLLOW));
    }
  } catch (...) {
    give_back(file_);
    throw;
  }
}

void SweepLock::hold_owner_file(const fs::path& folder) {
  owner_file_.emplace(folder);
  taken_over_ = owner_file_->taken_over();
  const fs::path name = lock_file(folder);
  if (const std::optional<LockOwner> other = read_owner(file_, name)) {
    refuse_unless_gone(folder, *other, name);
    taken_over_ = other;
    give_back(file_);
  }
}

SweepLock::~SweepLock() {
  // The file stays: whoever unlinks a lock file lets two processes hold two files of one name.
  if (!owner_file_) {
    give_back(file_);
  }
}

std::optional<LockOwner> lock_owner(const fs::path& folder) {
  const fs::path name = lock_file(folder);
  if (!fs::exists(name)) {
    return std::nullopt;
  }
  Descriptor file = open_file(name, O_RDONLY | O_NOFOLLOW);
  const Answer answer = try_flock(file, LOCK_SH, name);
  if (answer == Answer::kInUse) {
    return read_owner(file, name).value_or(LockOwner());
  }
  const auto unless_gone = [](const std::optional<LockOwner>& owner) {
    return owner && fate_of(*owner) != Fate::kGone ? owner : std::nullopt;
  };
  if (answer == Answer::kNoLocks) {
    if (auto owner = unless_gone(read_owner(file, name))) {
      return owner;
    }
  }
  file.close();  // with what was locked for the look
  const std::optional<OwnerRecord> last = newest_owner_record(folder);
  return last ? unless_gone(last->owner) : std::nullopt;
}

}  // namespace mlpsweep::results

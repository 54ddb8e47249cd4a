#include "runner/part_file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/errors.h"

namespace mlpsweep::runner {

PartFile::PartFile(const std::filesystem::path& target)
    : target_(target), path_(target.string() + ".part") {
  // Between opening and locking, its owner may have renamed it: then what is locked is the finished
  // file, which nobody may empty.
  do {
    file_ = results::open_file(path_, O_RDWR | O_CREAT);
    if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      path_.clear();  // another's: not ours to remove
      throw MachineError(target.string() + ": another fetch is bringing this file");
    }
  } while (!has_the_name());
  if (ftruncate(file_.get(), 0) != 0) {
    results::fail(path_, "empty", errno);
  }
}

PartFile::~PartFile() {
  std::error_code ignored;
  if (!path_.empty()) {
    std::filesystem::remove(path_, ignored);
  }
}

bool PartFile::has_the_name() const {
  struct stat open {};
  struct stat named {};
  return fstat(file_.get(), &open) == 0 && stat(path_.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

void PartFile::keep() {
  if (fsync(file_.get()) != 0) {
    results::fail(path_, "sync", errno);
  }
  std::filesystem::rename(path_, target_);
  path_.clear();
  results::sync_folder(target_.parent_path());
}

}  // namespace mlpsweep::runner

#include "runner/node_copies.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "engine/errors.h"
#include "runner/data_copy.h"
#include "runner/interrupts.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using engine::Dataset;
using results::Descriptor;

constexpr std::chrono::milliseconds kBetweenTries{10};
/// For whoever only looks whether a copy is in use.
constexpr std::chrono::milliseconds kMostForALook{200};

/// Without the advice of results::fail, which is for a sweep's directory.
[[noreturn]] void fail(const fs::path& file, std::string_view doing, int error_number) {
  throw MachineError(fmt::format("{}: cannot {}: {}", file.string(), doing,
                                 std::generic_category().message(error_number)));
}

/// False: somebody else has it. Errors   MachineError: no locks here.
bool try_lock(const Descriptor& file, int operation, const fs::path& name) {
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

/// Of a name whose file may have been replaced meanwhile: a file of this user's, and no other.
bool is_still(const Descriptor& open, const fs::path& name) {
  struct stat here {};
  struct stat there {};
  return fstat(open.get(), &here) == 0 && lstat(name.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev && S_ISREG(here.st_mode) &&
         here.st_uid == geteuid();
}

/// Not open: it isn't there. Writable, since some file systems lock nothing else exclusively.
Descriptor open_to_lock(const fs::path& name, int flags = 0) {
  return Descriptor(::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
}

/// A file that is mapped and, by a shared lock, in use; the last one to let go of it removes it.
class Mapping {
 public:
  Mapping(Descriptor file, fs::path name) : file_(std::move(file)), name_(std::move(name)) {
    struct stat found {};
    if (fstat(file_.get(), &found) != 0) {
      fail(name_, "look at", errno);
    }
    size_ = static_cast<std::size_t>(found.st_size);
    if (size_ > 0) {
      bytes_ = mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, file_.get(), 0);
      if (bytes_ == MAP_FAILED) {
        fail(name_, "map", errno);
      }
    }
  }
  ~Mapping() {
    if (bytes_ != nullptr) {
      munmap(bytes_, size_);
    }
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) {
      drop();
    }
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(bytes_), size_}; }
  /// Nobody finds it by its name any more.
  void drop() const {
    if (is_still(file_, name_)) {
      ::unlink(name_.c_str());
    }
  }

 private:
  Descriptor file_;
  fs::path name_;
  void* bytes_ = nullptr;
  std::size_t size_ = 0;
};

std::string name_of(const std::string& checksum, const std::string& choice) {
  return choice.empty() ? checksum : checksum + "-" + sweeps::hash_bytes(choice).hex();
}

/// Whatever else a user has put into the folder is not ours to remove.
bool is_name_of_a_copy(std::string_view name) {
  constexpr std::size_t kDigits = 32;
  return name.size() >= kDigits &&
         name.substr(0, kDigits).find_first_not_of("0123456789abcdef") == name.npos;
}

/// File systems that other machines write to as well, or that emulate locks.
bool is_of_this_node(const fs::path& folder) {
  struct statfs found {};
  constexpr std::array<long, 6> kElsewhere = {
      0x6969,     0xFF534D42, 0xFE534D42,
      0x65735546, 0x0BD00BD0, 0x47504653};  // nfs cifs smb2 fuse lustre gpfs
  return statfs(folder.c_str(), &found) != 0 ||
         std::find(kElsewhere.begin(), kElsewhere.end(), static_cast<long>(found.f_type)) ==
             kElsewhere.end();
}

}  // namespace

/// Whoever has it makes the copy of that name. The file goes with the lock.
class NodeCopies::Lock {
 public:
  Lock(Descriptor file, fs::path name) : file_(std::move(file)), name_(std::move(name)) {}
  ~Lock() {
    if (file_.is_open()) {
      ::unlink(name_.c_str());
    }
  }
  Lock(Lock&&) = default;
  Lock& operator=(Lock&&) = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  static std::optional<Lock> attempt(const fs::path& name) {
    Descriptor file = open_to_lock(name, O_CREAT);
    if (!file.is_open()) {
      fail(name, "create", errno);
    }
    if (!try_lock(file, LOCK_EX, name) || !is_still(file, name)) {
      return std::nullopt;
    }
    return Lock(std::move(file), name);
  }

 private:
  Descriptor file_;
  fs::path name_;
};

NodeCopies::NodeCopies(Options options) : options_(std::move(options)) {}

fs::path NodeCopies::usual_folder() {
  std::error_code ignored;
  const fs::path base = fs::temp_directory_path(ignored);
  return (base.empty() ? fs::path("/tmp") : base) / fmt::format("mlpsweep-data-{}", geteuid());
}

/// Where others may write, they could change what is mapped.
void NodeCopies::check_folder() const {
  const fs::path& folder = options_.folder;
  struct stat found {};
  if (lstat(folder.c_str(), &found) != 0) {
    fail(folder, "look at", errno);
  }
  if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid() || (found.st_mode & 077) != 0) {
    throw MachineError(folder.string() + ": expected a folder that only this user may enter");
  }
  if (stat(folder.parent_path().c_str(), &found) != 0 ||
      ((found.st_mode & S_IWOTH) != 0 && (found.st_mode & S_ISVTX) == 0)) {
    throw MachineError(folder.parent_path().string() + ": others may rename what is in it");
  }
  if (!is_of_this_node(folder)) {
    throw MachineError(folder.string() + ": expected a file system of this machine alone");
  }
}

std::optional<Dataset> NodeCopies::find(const std::string& checksum,
                                        const std::string& choice) const {
  const fs::path path = options_.folder / name_of(checksum, choice);
  Descriptor file = open_to_lock(path);
  const auto end = std::chrono::steady_clock::now() + kMostForALook;
  while (file.is_open() && !try_lock(file, LOCK_SH, path)) {
    if (std::chrono::steady_clock::now() >= end) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
  if (!file.is_open() || !is_still(file, path)) {
    return std::nullopt;
  }
  const auto mapping = std::make_shared<const Mapping>(std::move(file), path);
  auto data = read_copy(mapping->bytes(), mapping, checksum, choice);
  if (!data) {
    mapping->drop();
  }
  return data;
}

/// The copy, or the right to make it: while somebody else makes it there is either soon.
std::optional<Dataset> NodeCopies::find_or_lock(const std::string& checksum,
                                                const std::string& choice,
                                                std::optional<Lock>& lock) const {
  const auto end = std::chrono::steady_clock::now() + options_.patience;
  while (true) {
    if (auto there = find(checksum, choice)) {
      return there;
    }
    if (lock) {
      return std::nullopt;
    }
    lock = Lock::attempt(options_.folder / (name_of(checksum, choice) + ".lock"));
    if (lock) {
      continue;  // it may have come just before
    }
    if (interrupted() || std::chrono::steady_clock::now() >= end) {
      throw MachineError(options_.folder.string() + ": another process is still making it");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

void NodeCopies::replace(const Dataset& data, const std::string& choice) const {
  const std::string name = name_of(data.checksum, choice);
  const fs::path path = options_.folder / name;
  const fs::path temporary = options_.folder / fmt::format("{}.{}", name, getpid());
  const Descriptor file = open_to_lock(temporary, O_CREAT | O_EXCL);
  if (!file.is_open()) {
    fail(temporary, "create", errno);
  }
  const auto put = [&](std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) {
        fail(temporary, "write", errno);
      }
      bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
  };
  try {
    (void)try_lock(file, LOCK_EX, temporary);  // in use; nobody else knows its name
    put(copy_head(data, choice));
    for (const std::string_view part : copy_parts(data)) {
      put(part);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
      fail(temporary, "rename", errno);
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

/// Lets go of the set's own images for those of the copy, once these are the same.
void NodeCopies::share(Dataset& data, const std::string& choice, std::optional<Lock>& lock) const {
  auto there = find_or_lock(data.checksum, choice, lock);
  const auto is_same = [&data](const std::optional<Dataset>& other) {
    return other && other->train.pixels == data.train.pixels &&
           other->test.pixels == data.test.pixels && other->train.labels == data.train.labels &&
           other->test.labels == data.test.labels && other->files == data.files;
  };
  if (!is_same(there)) {
    remove_unused();
    replace(data, choice);
    there = find(data.checksum, choice);
  }
  if (!is_same(there)) {
    throw MachineError(options_.folder.string() + ": what was written can't be read");
  }
  data.train.pixels = there->train.pixels;
  data.test.pixels = there->test.pixels;
}

void NodeCopies::remove_unused() const try {
  check_folder();
  int ignored = 0;
  for (const std::string& name : results::names_in(options_.folder, ignored)) {
    const fs::path path = options_.folder / name;
    if (!is_name_of_a_copy(name)) {
      continue;
    }
    if (const Descriptor file = open_to_lock(path);
        file.is_open() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 && is_still(file, path)) {
      ::unlink(path.c_str());
    }
  }
} catch (const MachineError&) {
}

void NodeCopies::give_up(const std::exception& error) {
  given_up_ = true;
  options_.warn(fmt::format(
      "the ranks of this node hold the data once each: {} (TMPDIR names another folder)",
      words_of(error)));
}

Dataset NodeCopies::get(const std::string& checksum, const std::string& choice,
                        const std::function<Dataset()>& make) {
  std::optional<Lock> lock;
  try {
    if (!given_up_) {
      if (mkdir(options_.folder.c_str(), 0700) != 0 && errno != EEXIST) {
        fail(options_.folder, "create", errno);
      }
      check_folder();
    }
    if (!given_up_ && !checksum.empty()) {
      if (auto there = find_or_lock(checksum, choice, lock)) {
        return *std::move(there);
      }
    }
  } catch (const std::exception& error) {
    give_up(error);
  }
  Dataset data = make();
  try {
    // Where the files here are others, the lock is of another name than the copy.
    if (!given_up_ && (checksum.empty() || data.checksum == checksum)) {
      share(data, choice, lock);
    }
  } catch (const std::exception& error) {
    give_up(error);
  }
  return data;
}

std::unique_ptr<engine::DatasetShare> share_among(int ranks_here, bool first_here) {
  NodeCopies::Options options;
  if (ranks_here == 1) {
    NodeCopies(options).remove_unused();
    return nullptr;
  }
  if (!first_here) {
    options.warn = [](const std::string&) {};
  }
  return std::make_unique<NodeCopies>(std::move(options));
}

}  // namespace mlpsweep::runner

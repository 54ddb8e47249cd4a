#include "results/owner_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kName = "lock.";
constexpr std::string_view kNewName = "lock.new-";

fs::path owner_file(const fs::path& folder, std::uint64_t number) {
  return folder / fmt::format("{}{}", kName, number);
}

/// 7 of lock.7; 0 of any other name.
std::uint64_t number_of(std::string_view name) {
  std::uint64_t number = 0;
  if (!name.starts_with(kName)) {
    return 0;
  }
  const char* end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + kName.size(), end, number);
  return error == std::errc() && rest == end ? number : 0;
}

std::uint64_t largest_number(const fs::path& folder) {
  std::uint64_t largest = 0;
  for (const std::string& name : names_in(folder)) {
    largest = std::max(largest, number_of(name));
  }
  return largest;
}

/// A file under a name that nobody else has, with this process's record; gone when it goes.
class NewRecord {
 public:
  explicit NewRecord(const fs::path& folder)
      : NewRecord((folder / fmt::format("{}XXXXXX", kNewName)).string()) {
    write_owner(file_, this_process(), name_);
    if (::fchmod(file_.get(), 0644) != 0 || ::fsync(file_.get()) != 0) {
      fail(name_, "write", errno);
    }
  }
  ~NewRecord() { ::unlink(name_.c_str()); }
  NewRecord(const NewRecord&) = delete;
  NewRecord& operator=(const NewRecord&) = delete;

  /// Whether it has that name now. A network file system may lose the answer and say that the name
  /// is taken, by ourselves: the number of names tells.
  /// Errors   MachineError: the file system has no hard links.
  [[nodiscard]] bool link_as(const fs::path& name) const {
    const int refusal = ::link(name_.c_str(), name.c_str()) == 0 ? 0 : errno;
    struct stat state = {};
    if (refusal == 0 || (::fstat(file_.get(), &state) == 0 && state.st_nlink == 2)) {
      return true;
    }
    if (refusal != EEXIST && refusal != ENOENT) {  // ENOENT: cleared away by who was faster
      fail(name, "create", refusal);
    }
    return false;
  }

  [[nodiscard]] Descriptor release() { return std::move(file_); }

 private:
  explicit NewRecord(std::string pattern)
      : file_(::mkostemp(pattern.data(), O_CLOEXEC | O_APPEND)), name_(pattern) {
    if (!file_.is_open()) {
      fail(name_, "create", errno);
    }
  }

  Descriptor file_;
  fs::path name_;
};

/// Older owners' files, and what was killed in this constructor. A taker that still is in it finds
/// its own file gone and looks anew.
void clear_older(const fs::path& folder, std::uint64_t own) {
  for (const std::string& name : names_in(folder)) {
    const std::uint64_t number = number_of(name);
    if ((number > 0 && number < own) || name.starts_with(kNewName)) {
      ::unlink((folder / name).c_str());
    }
  }
}

}  // namespace

std::optional<OwnerRecord> newest_owner_record(const fs::path& folder) {
  while (const std::uint64_t number = largest_number(folder)) {
    OwnerRecord record{owner_file(folder, number), number, std::nullopt};
    const Descriptor file(::open(record.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open() && errno == ENOENT) {
      continue;  // a larger one has come and this one was cleared away
    }
    if (!file.is_open()) {
      fail(record.file, "open", errno);
    }
    record.owner = read_owner(file, record.file);
    if (!record.owner && size_of(file, record.file) > 0) {
      record.owner = LockOwner();  // whose it is, is not known
    }
    return record;
  }
  return std::nullopt;
}

OwnerFile::OwnerFile(const fs::path& folder) {
  while (true) {
    const std::optional<OwnerRecord> last = newest_owner_record(folder);
    if (last && last->owner) {
      refuse_unless_gone(folder, *last->owner, last->file);
    }
    const std::uint64_t own = last ? last->number + 1 : 1;
    NewRecord record(folder);
    if (!record.link_as(owner_file(folder, own))) {
      continue;
    }
    if (largest_number(folder) > own) {
      ::unlink(owner_file(folder, own).c_str());
      continue;
    }
    file_ = record.release();
    taken_over_ = last ? last->owner : std::nullopt;
    clear_older(folder, own);
    return;
  }
}

}  // namespace mlpsweep::results

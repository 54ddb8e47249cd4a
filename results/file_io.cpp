#include "results/file_io.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

/// What a user can do about it, or nothing that we know of.
std::string_view advice(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space and run the same command again: all finished trials are kept";
    case EFBIG:
      return "; raise the limit on file sizes (ulimit -f) and run the same command again: all "
             "finished trials are kept";
    case EIO:
      return "; the disk reports a fault: see the system's log, then run the same command again";
    case EACCES:  // reading_refused() tells those of reading
    case EPERM:
    case EROFS:
      return "; choose a folder that you may write to (-o DIR)";
    case EEXIST:
      return "; it is never written over: see 'mlpsweep status' for who else is at work there";
    case ENOLCK:
    case ENOSYS:
    case EOPNOTSUPP:
      return "; this file system lacks what a sweep needs: choose a folder on another one (-o DIR)";
    case EMFILE:
    case ENFILE:
      return "; raise the limit on open files (ulimit -n)";
    default:
      return "";
  }
}

/// Another folder to write to is no help there, and the machine is as it should be.
bool reading_refused(std::string_view doing, int error_number) {
  constexpr std::array<std::string_view, 4> kReading = {"open", "list", "read", "look at"};
  return (error_number == EACCES || error_number == EPERM) &&
         std::find(kReading.begin(), kReading.end(), doing) != kReading.end();
}

/// Below 0: errno says why not.
int open_number(const fs::path& file, int flags) {
  constexpr mode_t kMode = 0644;  // the umask takes away what the user wants taken away
  int number = -1;
  do {
    number = ::open(file.c_str(), flags | O_CLOEXEC, kMode);
  } while (number < 0 && errno == EINTR);
  return number;
}

std::string_view doing_of(int flags) {
  if ((flags & O_CREAT) != 0) {
    return "create";
  }
  return (flags & O_ACCMODE) == O_RDONLY ? "open" : "open for writing";
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Descriptor::close() noexcept {
  if (number_ >= 0) {
    ::close(std::exchange(number_, -1));
  }
}

void fail(const fs::path& file, std::string_view doing, int error_number) {
  const std::string text = fmt::format("{}: cannot {}: {}", file.string(), doing,
                                       std::generic_category().message(error_number));
  if (reading_refused(doing, error_number)) {
    throw InputError(text + "; expected one that you may read");
  }
  throw MachineError(fmt::format("{}{}", text, advice(error_number)));
}

Descriptor open_file(const fs::path& file, int flags) {
  const int number = open_number(file, flags);
  if (number < 0) {
    fail(file, doing_of(flags), errno);
  }
  return Descriptor(number);
}

void write_all(const Descriptor& to, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to.get(), bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      fail(file, "write", errno);
    }
    if (written == 0) {
      fail(file, "write", EIO);  // POSIX leaves it open; going round again might never end
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::size_t read_at(const Descriptor& from, std::uint64_t offset, char* to, std::size_t bytes,
                    const fs::path& file) {
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got =
        ::pread(from.get(), to + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno != EINTR) {
      fail(file, "read", errno);
    }
    if (got == 0) {
      break;
    }
    if (got > 0) {
      done += static_cast<std::size_t>(got);
    }
  }
  return done;
}

std::uint64_t size_of(const Descriptor& open, const fs::path& file) {
  struct stat status = {};
  if (::fstat(open.get(), &status) != 0) {
    fail(file, "look at", errno);
  }
  return static_cast<std::uint64_t>(status.st_size);
}

std::vector<std::string> names_in(const fs::path& folder) {
  int error_number = 0;
  std::vector<std::string> names = names_in(folder, error_number);
  if (error_number != 0) {
    fail(folder, "list", error_number);
  }
  return names;
}

std::vector<std::string> names_in(const fs::path& folder, int& error_number) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder.c_str()), ::closedir);
  error_number = open ? 0 : errno;
  while (error_number == 0) {
    errno = 0;
    const dirent* entry = ::readdir(open.get());
    if (entry == nullptr) {
      error_number = errno;
      break;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  return names;
}

void sync_folder(const fs::path& folder) {
  const Descriptor open(open_number(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY));
  // Some file systems can't sync a folder and say EINVAL; they keep names in order by themselves.
  if (!open.is_open() || (::fsync(open.get()) != 0 && errno != EINVAL)) {
    fail(folder, "sync", errno);
  }
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    fail(folder, "make", error.value());
  }
}

fs::path temporary_of(const fs::path& file) {
  return fs::path(file) += ".tmp";
}

void write_whole(const fs::path& file, std::string_view text) {
  write_whole(file, temporary_of(file), std::span(&text, 1));
}

void write_whole(const fs::path& file, const fs::path& temporary,
                 std::span<const std::string_view> pieces) {
  try {
    Descriptor out = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    for (const std::string_view bytes : pieces) {
      write_all(out, bytes, temporary);
    }
    if (::fsync(out.get()) != 0) {
      fail(temporary, "sync", errno);
    }
    out.close();
    if (::rename(temporary.c_str(), file.c_str()) != 0) {
      fail(file, "replace", errno);
    }
  } catch (const MachineError&) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_folder(file.parent_path());
}

std::string read_whole(const fs::path& file) {
  const Descriptor in = open_file(file, O_RDONLY);
  std::string text(size_of(in, file), '\0');
  text.resize(read_at(in, 0, text.data(), text.size(), file));
  return text;
}

}  // namespace mlpsweep::results

#include "results/output_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".partial";

/// results.h5.1234.partial: two processes of one host never share a name.
fs::path temporary_name(const fs::path& target) {
  fs::path name = target;
  name += fmt::format(".{}{}", ::getpid(), kSuffix);
  return name;
}

/// A kill during a rebuild leaves its temporary file; the next rebuild clears it away.
void remove_leftovers(const fs::path& target) {
  const std::string begin = target.filename().string() + ".";
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  int unlisted = 0;  // is told of when the file is created
  for (const std::string& name : names_in(folder, unlisted)) {
    const bool ours = name.size() > begin.size() + kSuffix.size() && name.starts_with(begin) &&
                      name.ends_with(kSuffix);
    const auto middle = [&] {
      return std::string_view(name).substr(begin.size(),
                                           name.size() - begin.size() - kSuffix.size());
    };
    if (ours && middle().find_first_not_of("0123456789") == std::string_view::npos) {
      std::error_code ignored;
      fs::remove(folder / name, ignored);
    }
  }
}

}  // namespace

OutputFile::OutputFile(fs::path target)
    : target_(std::move(target)), temporary_(temporary_name(target_)) {
  remove_leftovers(target_);
  descriptor_ = open_file(temporary_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
}

OutputFile::~OutputFile() {
  if (!published_) {
    ::unlink(temporary_.c_str());
  }
}

void OutputFile::remember(const char* doing, int error_number) noexcept {
  if (error_number_ == 0) {
    failed_doing_ = doing;
    error_number_ = error_number;
  }
}

void OutputFile::write(std::uint64_t offset, const char* bytes, std::size_t count) noexcept {
  std::size_t done = 0;
  while (error_number_ == 0 && done < count) {
    const ssize_t written =
        ::pwrite(descriptor_.get(), bytes + done, count - done, static_cast<off_t>(offset + done));
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (written == 0 || errno != EINTR) {
      remember("write", written == 0 ? EIO : errno);
    }
  }
  if (done < count) {
    unwritten_.emplace_back(offset + done, std::string(bytes + done, count - done));
  }
  size_ = std::max(size_, offset + count);
}

void OutputFile::read(std::uint64_t offset, char* bytes, std::size_t count) noexcept {
  std::memset(bytes, 0, count);
  try {
    (void)read_at(descriptor_, offset, bytes, count, temporary_);
  } catch (const std::exception&) {
    remember("read back", EIO);
  }
  for (const auto& [start, piece] : unwritten_) {
    const std::uint64_t from = std::max(offset, start);
    const std::uint64_t to = std::min(offset + count, start + piece.size());
    if (from < to) {
      std::memcpy(bytes + (from - offset), piece.data() + (from - start), to - from);
    }
  }
}

void OutputFile::truncate(std::uint64_t bytes) noexcept {
  if (error_number_ == 0 && ::ftruncate(descriptor_.get(), static_cast<off_t>(bytes)) != 0) {
    remember("set the size of", errno);
  }
  size_ = bytes;
}

void OutputFile::throw_if_failed() const {
  if (error_number_ != 0) {
    fail(temporary_, failed_doing_, error_number_);
  }
}

void OutputFile::sync() {
  throw_if_failed();
  if (::fsync(descriptor_.get()) != 0) {
    fail(temporary_, "sync", errno);
  }
  descriptor_.close();
}

void OutputFile::publish() {
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    fail(target_, "replace", errno);
  }
  published_ = true;
  sync_folder(target_.parent_path());
}

}  // namespace mlpsweep::results

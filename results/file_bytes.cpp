#include "results/file_bytes.h"

#include <algorithm>

#include <fcntl.h>

namespace mlpsweep::results {

FileBytes::FileBytes(const std::filesystem::path& file, std::size_t ahead)
    : file_(file),
      open_(open_file(file, O_RDONLY | O_NOFOLLOW)),
      ahead_(ahead),
      size_(size_of(open_, file)) {}

std::string_view FileBytes::at(std::uint64_t offset, std::size_t bytes) {
  const std::uint64_t left = size_ - std::min(offset, size_);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left));
  if (offset < start_ || offset + wanted > start_ + buffer_.size()) {
    buffer_.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(std::max(wanted, ahead_), left)));
    start_ = offset;
    buffer_.resize(read_at(open_, offset, buffer_.data(), buffer_.size(), file_));
  }
  return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - start_), wanted);
}

void FileBytes::forget() {
  start_ = 0;
  buffer_ = std::string();
}

}  // namespace mlpsweep::results

// Small idx files for tests, written where nobody else writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <boost/crc.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mlpsweep::engine {

using Bytes = std::vector<std::uint8_t>;

/// A folder of its own for one test, gone afterwards.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mlpsweep-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      ADD_FAILURE() << "cannot make " << name;
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes a file, with the folders above it, and returns its path.
  [[nodiscard]] std::string write(const std::string& name, const Bytes& bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

/// An idx file of unsigned bytes.
inline Bytes idx_bytes(const std::vector<std::uint32_t>& shape, const Bytes& values) {
  Bytes bytes = {0, 0, 8, static_cast<std::uint8_t>(shape.size())};
  for (const std::uint32_t length : shape) {
    for (const int shift : {24, 16, 8, 0}) {
      bytes.push_back(static_cast<std::uint8_t>(length >> shift));
    }
  }
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

/// A gz file of one stored (not deflated) block, at most 65,535 bytes (RFC 1951 and 1952), so that
/// a test knows where each byte lies: ten bytes of header, five of the block, the data, CRC-32,
/// length.
inline Bytes gz_bytes(const Bytes& plain) {
  const auto length = static_cast<std::uint32_t>(plain.size());
  Bytes bytes = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1};
  const auto append = [&bytes](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
  };
  append(length, 2);
  append(~length, 2);
  bytes.insert(bytes.end(), plain.begin(), plain.end());
  boost::crc_32_type crc;
  crc.process_bytes(plain.data(), plain.size());
  append(crc.checksum(), 4);
  append(length, 4);
  return bytes;
}

/// What the exception says that `call` throws; empty if it throws none of type E.
template <class E, class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

}  // namespace mlpsweep::engine

// Small idx files for tests, written where nobody else writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
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

inline void append_little_endian(Bytes& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

/// An npy file, version 1, of `type` ("|u1", "<f8") and `shape` ("3, 4" or "3,").
inline Bytes npy_bytes(const std::string& type, const std::string& shape, const Bytes& data) {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header.resize(118 - 1, ' ');
  header += '\n';
  Bytes bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  append_little_endian(bytes, header.size(), 2);
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

/// A zip file of stored members (PKWARE's APPNOTE 6.3): local headers with data, then the
/// directory.
inline Bytes zip_bytes(const std::vector<std::pair<std::string, Bytes>>& members) {
  Bytes bytes;
  Bytes directory;
  for (const auto& [name, data] : members) {
    boost::crc_32_type crc;
    crc.process_bytes(data.data(), data.size());
    Bytes common;  // version, flags, method, time, date, CRC-32, sizes, length of the name
    for (const std::uint64_t field : {20, 0, 0, 0, 33}) {
      append_little_endian(common, field, 2);
    }
    append_little_endian(common, crc.checksum(), 4);
    append_little_endian(common, data.size(), 4);
    append_little_endian(common, data.size(), 4);
    append_little_endian(common, name.size(), 2);
    append_little_endian(directory, 0x02014B50, 4);
    append_little_endian(directory, 20, 2);
    directory.insert(directory.end(), common.begin(), common.end());
    append_little_endian(directory, 0, 8);  // extra, comment, disk, internal attributes
    append_little_endian(directory, 0, 4);
    append_little_endian(directory, bytes.size(), 4);
    directory.insert(directory.end(), name.begin(), name.end());
    append_little_endian(bytes, 0x04034B50, 4);
    bytes.insert(bytes.end(), common.begin(), common.end());
    append_little_endian(bytes, 0, 2);
    bytes.insert(bytes.end(), name.begin(), name.end());
    bytes.insert(bytes.end(), data.begin(), data.end());
  }
  const std::size_t begin = bytes.size();
  bytes.insert(bytes.end(), directory.begin(), directory.end());
  append_little_endian(bytes, 0x06054B50, 4);
  append_little_endian(bytes, 0, 4);
  append_little_endian(bytes, members.size(), 2);
  append_little_endian(bytes, members.size(), 2);
  append_little_endian(bytes, directory.size(), 4);
  append_little_endian(bytes, begin, 4);
  append_little_endian(bytes, 0, 2);
  return bytes;
}

inline Bytes text_bytes(const std::string& text) {
  return {text.begin(), text.end()};
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

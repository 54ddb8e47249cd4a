// Reading files that may be packed. The only door to libarchive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mlpsweep::engine {

/// A plain or gz file, told apart by its first bytes, read piece by piece: a reader asks for a
/// header, works out how much may follow, and asks for no more than that, so that a small packed
/// file that unpacks to gigabytes costs nothing.
///
/// Errors   InputError: no such file, not readable, or a gz file that is damaged or cut short (its
///          length and CRC-32 are compared at the end). MachineError: the disk failed.
/// Threads  Not safe; one object reads one file.
class PackedFile {
 public:
  explicit PackedFile(const std::string& path);
  ~PackedFile();
  PackedFile(const PackedFile&) = delete;
  PackedFile& operator=(const PackedFile&) = delete;

  /// Appends unpacked bytes until `bytes` holds `total` of them or the file ends.
  void read_until(std::vector<std::uint8_t>& bytes, std::size_t total);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mlpsweep::engine

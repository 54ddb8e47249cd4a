// Reading files that may be packed. The only door to zlib and libarchive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlpsweep::engine {

/// A plain or gz file, told apart by its first bytes, read piece by piece: a reader asks for a
/// header, works out how much may follow, and asks for no more than that, so that a small packed
/// file that unpacks to gigabytes costs nothing.
///
/// Errors   InputError: no such file, not readable, or a gz file that is damaged, cut short (its
///          length and CRC-32 are compared at the end) or has anything behind it. MachineError: the
///          disk failed.
/// Threads  Not safe; one object reads one file.
class PackedFile {
 public:
  explicit PackedFile(const std::string& path);
  ~PackedFile();
  PackedFile(const PackedFile&) = delete;
  PackedFile& operator=(const PackedFile&) = delete;

  /// Appends unpacked bytes until `bytes` holds `total` of them or the file ends.
  void read_until(std::vector<std::uint8_t>& bytes, std::size_t total);

  /// What a file of its length rarely goes beyond, packed or not: memory to reserve, where its
  /// header promises more.
  [[nodiscard]] std::size_t likely_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A zip file, its members stored or deflated, walked from the first to the last; of a member, as
/// above, no more is unpacked than is asked for.
///
/// Errors   InputError: as above, or no zip file, cut short, packed in another way, encrypted, or a
///          member whose CRC-32 does not fit. MachineError: the disk failed.
/// Threads  Not safe; one object reads one file.
class ZipFile {
 public:
  explicit ZipFile(const std::string& path);
  ~ZipFile();
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  /// The next member's name; nothing after the last one.
  [[nodiscard]] std::optional<std::string> next();

  /// Appends the member's bytes until `bytes` holds `total` of them or the member ends. Its CRC-32
  /// is compared where it ends, so ask for a byte more than is expected.
  void read_until(std::vector<std::uint8_t>& bytes, std::size_t total);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `path` itself, or with .gz behind it, whichever is a file; or empty.
[[nodiscard]] std::string plain_or_gz(const std::string& path);

/// Whether the file begins as a zip file does.
[[nodiscard]] bool is_zip(const std::string& path);

}  // namespace mlpsweep::engine

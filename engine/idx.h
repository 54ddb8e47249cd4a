// The idx format: bytes -> array. As images and labels: read_idx_part (formats.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlpsweep::engine {

/// An array of unsigned bytes, the last dimension running fastest.
///
/// Source   http://yann.lecun.com/exdb/mnist/, "File formats": two zero bytes, the type, the number
///          of dimensions, each dimension as a big-endian 32-bit number, the data.
struct IdxArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> values;
  bool on_large_pages = false;  ///< `values` (reserve_on_large_pages).
};

/// Bytes in front of every idx header's dimensions.
inline constexpr std::size_t kIdxMagicBytes = 4;

/// Bytes of the header that these first bytes begin.
///
/// Errors   InputError that begins with `file`: no idx file, or of another type than unsigned
/// bytes.
[[nodiscard]] std::size_t idx_header_bytes(std::span<const std::uint8_t> first,
                                           std::string_view file);

/// Bytes of the whole file as its header declares them; `first` holds at least the header.
///
/// Errors   InputError: the header is cut short, no rows, or more data than memory can address.
[[nodiscard]] std::size_t idx_file_bytes(std::span<const std::uint8_t> first,
                                         std::string_view file);

/// The array of a whole header and what follows it.
///
/// Errors   InputError, as above, and: fewer or more bytes than the header declares.
[[nodiscard]] IdxArray idx_array(std::span<const std::uint8_t> header,
                                 std::vector<std::uint8_t> values, std::string_view file);

/// The same, of a whole file.
[[nodiscard]] IdxArray parse_idx(std::span<const std::uint8_t> bytes, std::string_view file);

}  // namespace mlpsweep::engine

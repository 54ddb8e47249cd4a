// The npy format: bytes -> array, touching no file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pixels.h"

namespace mlpsweep::engine {

/// What the header of an npy file says.
///
/// Source   https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to
/// 3:
///          "\x93NUMPY", version, length of the header, a Python dictionary of descr (type),
///          fortran_order and shape, padded with spaces.
struct NpyHeader {
  char kind = 0;  ///< u unsigned, i signed, f float, b bool, S bytes, U text.
  bool big_endian = false;
  std::size_t item_bytes = 0;
  std::vector<std::size_t> shape;
  std::string type;              ///< As written, "<f8".
  std::size_t header_bytes = 0;  ///< All in front of the data.

  [[nodiscard]] std::size_t items() const;
  /// Bytes of the whole file.
  [[nodiscard]] std::size_t file_bytes() const { return header_bytes + items() * item_bytes; }
  /// "(5000, 784) of |u1"
  [[nodiscard]] std::string text() const;
};

/// Bytes that tell how long the header is.
inline constexpr std::size_t kNpyFirstBytes = 12;

/// Bytes of the header that these first ones begin, all in front of the data.
///
/// Errors   InputError that begins with `place` (file and member): no npy file, another version, a
///          header too long to be one.
[[nodiscard]] std::size_t npy_header_bytes(std::span<const std::uint8_t> first,
                                           std::string_view place);

/// Errors   InputError, as above, and: cut short, no dictionary of that form, a type that is
/// neither
///          number nor text, columns first (Fortran's order), no data or more than memory can
///          address.
[[nodiscard]] NpyHeader parse_npy_header(std::span<const std::uint8_t> bytes,
                                         std::string_view place);

/// Numbers as pixels. `bytes` holds the whole file.
///
/// Errors   InputError: fewer or more bytes than declared; texts; a number that is no pixel.
void add_npy_pixels(const NpyHeader& header, std::span<const std::uint8_t> bytes,
                    std::string_view place, PixelSink& to);

/// Numbers or texts as labels: 7 and 7.0 are "7".
///
/// Errors   InputError: fewer or more bytes than declared; a number that is not whole; a text that
///          is no UTF-8, or holds a comma or a line break.
[[nodiscard]] std::vector<std::string> npy_labels(const NpyHeader& header,
                                                  std::span<const std::uint8_t> bytes,
                                                  std::string_view place);

}  // namespace mlpsweep::engine

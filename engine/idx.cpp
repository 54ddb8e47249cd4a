#include "engine/idx.h"

#include <limits>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

constexpr std::uint8_t kUnsignedBytes = 0x08;

std::string_view name_of_type(std::uint8_t type) {
  switch (type) {
    case 0x09:
      return "signed bytes";
    case 0x0B:
      return "16-bit numbers";
    case 0x0C:
      return "32-bit numbers";
    case 0x0D:
      return "32-bit floats";
    case 0x0E:
      return "64-bit floats";
    default:
      return "no type of the format";
  }
}

// The header is known to be whole.
std::vector<std::size_t> shape_of(std::span<const std::uint8_t> first) {
  std::vector<std::size_t> shape;
  for (std::size_t at = kIdxMagicBytes; shape.size() < first[3]; at += 4) {
    shape.push_back(static_cast<std::size_t>(first[at]) << 24 |
                    static_cast<std::size_t>(first[at + 1]) << 16 |
                    static_cast<std::size_t>(first[at + 2]) << 8 | first[at + 3]);
  }
  return shape;
}

}  // namespace

std::size_t idx_header_bytes(std::span<const std::uint8_t> first, std::string_view file) {
  if (first.size() < kIdxMagicBytes) {
    throw InputError(fmt::format("{}: expected an idx file, found {} bytes", file, first.size()));
  }
  if (first[0] != 0 || first[1] != 0 || first[3] == 0) {
    throw InputError(fmt::format(
        "{}: expected an idx file (first bytes 0 0 8 and the number of dimensions), found {} {} {} "
        "{}",
        file, first[0], first[1], first[2], first[3]));
  }
  if (first[2] != kUnsignedBytes) {
    throw InputError(
        fmt::format("{}: expected an idx file of unsigned bytes (type 8), found type {} ({})", file,
                    first[2], name_of_type(first[2])));
  }
  return kIdxMagicBytes + std::size_t{4} * first[3];
}

std::size_t idx_file_bytes(std::span<const std::uint8_t> first, std::string_view file) {
  const std::size_t header = idx_header_bytes(first, file);
  if (first.size() < header) {
    throw InputError(fmt::format("{}: cut short: expected a header of {} bytes, found {}", file,
                                 header, first.size()));
  }
  std::size_t total = 1;
  const std::vector<std::size_t> shape = shape_of(first);
  for (const std::size_t length : shape) {
    if (length == 0) {
      throw InputError(
          fmt::format("{}: expected data, found dimensions {}", file, fmt::join(shape, " x ")));
    }
    if (total > (std::numeric_limits<std::size_t>::max() - header - 1) / length) {
      throw InputError(fmt::format("{}: dimensions {} are more than memory can address", file,
                                   fmt::join(shape, " x ")));
    }
    total *= length;
  }
  return header + total;
}

IdxArray parse_idx(std::vector<std::uint8_t> bytes, std::string_view file) {
  const std::size_t header = idx_header_bytes(bytes, file);
  const std::size_t expected = idx_file_bytes(bytes, file);
  IdxArray array{shape_of(bytes), {}};
  if (bytes.size() < expected) {
    throw InputError(
        fmt::format("{}: cut short: expected {} bytes ({} and a header of {}), found {}", file,
                    expected, fmt::join(array.shape, " x "), header, bytes.size()));
  }
  if (bytes.size() > expected) {
    throw InputError(fmt::format("{}: expected {} bytes ({} and a header of {}), found more", file,
                                 expected, fmt::join(array.shape, " x "), header));
  }
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
  array.values = std::move(bytes);
  return array;
}

}  // namespace mlpsweep::engine

// The data of npy files as pixels and labels.
#include <bit>
#include <cmath>

#include <fmt/core.h>

#include "engine/errors.h"
#include "engine/npy.h"

namespace mlpsweep::engine {
namespace {

std::uint64_t little_endian(const std::uint8_t* at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= std::uint64_t{at[i]} << (8 * i);
  return value;
}

std::span<const std::uint8_t> data_of(const NpyHeader& header, std::span<const std::uint8_t> bytes,
                                      std::string_view place) {
  const std::size_t expected = header.file_bytes();
  if (bytes.size() < expected) {
    throw InputError(
        fmt::format("{}: cut short: expected {} bytes ({} and a header of {}), found {}", place,
                    expected, header.text(), header.header_bytes, bytes.size()));
  }
  if (bytes.size() > expected) {
    throw InputError(fmt::format("{}: expected {} bytes ({} and a header of {}), found more", place,
                                 expected, header.text(), header.header_bytes));
  }
  return bytes.subspan(header.header_bytes);
}

/// The bits of item `i`, in the order of this machine.
std::uint64_t bits_of(const NpyHeader& header, std::span<const std::uint8_t> data, std::size_t i) {
  const std::uint8_t* at = data.data() + i * header.item_bytes;
  std::uint64_t bits = little_endian(at, header.item_bytes);
  if (header.big_endian) {
    std::uint64_t swapped = 0;
    for (std::size_t b = 0; b < header.item_bytes; ++b)
      swapped = swapped << 8 | at[b];
    bits = swapped;
  }
  return bits;
}

std::int64_t signed_of(std::uint64_t bits, std::size_t item_bytes) {
  const auto shift = static_cast<int>(64 - 8 * item_bytes);
  return static_cast<std::int64_t>(bits << shift) >> shift;
}

double number_of(const NpyHeader& header, std::span<const std::uint8_t> data, std::size_t i) {
  const std::uint64_t bits = bits_of(header, data, i);
  if (header.kind == 'f') {
    return header.item_bytes == 8 ? std::bit_cast<double>(bits)
                                  : std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  }
  return header.kind == 'i' ? static_cast<double>(signed_of(bits, header.item_bytes))
                            : static_cast<double>(bits);
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    text += static_cast<char>(point);
  } else if (point < 0x800) {
    text += static_cast<char>(0xC0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    text += static_cast<char>(0xE0 | point >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

/// Texts are padded with zeros to one length.
std::string text_of(const NpyHeader& header, std::span<const std::uint8_t> data, std::size_t i,
                    std::string_view place) {
  const std::uint8_t* at = data.data() + i * header.item_bytes;
  std::string text;
  if (header.kind == 'S') {
    text.assign(reinterpret_cast<const char*>(at), header.item_bytes);
    text.resize(text.find_last_not_of('\0') + 1);
    return text;
  }
  for (std::size_t unit = 0; unit < header.item_bytes; unit += 4) {
    std::uint32_t point = static_cast<std::uint32_t>(little_endian(at + unit, 4));
    if (header.big_endian)
      point = point >> 24 | (point >> 8 & 0xFF00) | (point << 8 & 0xFF0000) | point << 24;
    if (point == 0)
      break;
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
      throw InputError(fmt::format("{}: label {} holds no character of Unicode", place, i));
    }
    append_utf8(text, point);
  }
  return text;
}

}  // namespace

void add_npy_pixels(const NpyHeader& header, std::span<const std::uint8_t> bytes,
                    std::string_view place, PixelSink& to) {
  const auto data = data_of(header, bytes, place);
  if (header.kind == 'S' || header.kind == 'U') {
    throw InputError(fmt::format("{}: {}, found {}", place, kPixelsExpected, header.text()));
  }
  if (header.item_bytes == 1 && header.kind != 'i')
    return to.add_bytes(data.data(), data.size());
  const std::size_t items = header.items();
  for (std::size_t i = 0; i < items; ++i) {
    const double value = number_of(header, data, i);
    if (!to.add(value)) {
      const std::size_t rows = header.shape.empty() ? 1 : header.shape[0];
      const std::size_t inputs = items / rows;
      throw InputError(fmt::format("{}: {}, found {} in row {}, input {} (counted from 0)", place,
                                   kPixelsExpected, value, i / inputs, i % inputs));
    }
  }
}

std::vector<std::string> npy_labels(const NpyHeader& header, std::span<const std::uint8_t> bytes,
                                    std::string_view place) {
  const auto data = data_of(header, bytes, place);
  std::vector<std::string> labels;
  labels.reserve(header.items());
  for (std::size_t i = 0; i < header.items(); ++i) {
    if (header.kind == 'S' || header.kind == 'U') {
      labels.push_back(text_of(header, data, i, place));
    } else if (header.kind == 'f') {
      const double value = number_of(header, data, i);
      if (value != std::floor(value) || std::abs(value) > 9e15) {
        throw InputError(fmt::format(
            "{}: expected labels that are whole numbers or texts, found {} in row {} (from 0)",
            place, value, i));
      }
      labels.push_back(std::to_string(static_cast<std::int64_t>(value)));
    } else {
      const std::uint64_t bits = bits_of(header, data, i);
      labels.push_back(header.kind == 'i' ? std::to_string(signed_of(bits, header.item_bytes))
                                          : std::to_string(bits));
    }
  }
  return labels;
}

}  // namespace mlpsweep::engine

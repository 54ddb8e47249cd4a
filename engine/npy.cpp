#include "engine/npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

constexpr std::size_t kMostHeaderBytes = 65'536;  // ten times what any real header needs
constexpr std::string_view kMagic = "\x93NUMPY";

/// A little-endian number.
std::size_t length_of(std::span<const std::uint8_t> bytes) {
  std::size_t length = 0;
  for (std::size_t i = bytes.size(); i > 0; --i)
    length = length << 8 | bytes[i - 1];
  return length;
}

/// Walks the dictionary, a Python literal of one form: {'descr': '<f8', 'fortran_order': False,
/// 'shape': (3, 2), }. Keys may come in any order.
class Dictionary {
 public:
  Dictionary(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  void read(NpyHeader& header) {
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        header.type = quoted();
      } else if (key == "fortran_order") {
        refuse_fortran();
      } else if (key == "shape") {
        header.shape = tuple();
        has_shape_ = true;
      } else {
        fail("the keys descr, fortran_order and shape");
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (header.type.empty() || !has_shape_)
      fail("the keys descr, fortran_order and shape");
    skip_spaces();
    if (at_ < text_.size())
      fail("spaces up to the header's end");
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
  }

  bool take(char letter) {
    skip_spaces();
    const bool found = at_ < text_.size() && text_[at_] == letter;
    at_ += found ? 1 : 0;
    return found;
  }

  void expect(char letter) {
    if (!take(letter))
      fail(fmt::format("'{}'", letter));
  }

  std::string quoted() {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    const std::size_t end =
        quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos)
      fail("a name or a type in quotes (types with named fields are not read)");
    std::string inside(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return inside;
  }

  void refuse_fortran() {
    skip_spaces();
    if (text_.substr(at_).starts_with("True")) {
      throw InputError(fmt::format(
          "{}: expected rows one after the other (C order), found Fortran's order: save "
          "numpy.ascontiguousarray(a)",
          place_));
    }
    if (!text_.substr(at_).starts_with("False"))
      fail("True or False");
    at_ += 5;
  }

  std::vector<std::size_t> tuple() {
    std::vector<std::size_t> shape;
    expect('(');
    while (!take(')')) {
      skip_spaces();
      std::size_t length = 0;
      const char* begin = text_.data() + at_;
      const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), length);
      if (error != std::errc())
        fail("a tuple of lengths");
      at_ += static_cast<std::size_t>(end - begin);
      shape.push_back(length);
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  [[noreturn]] void fail(std::string_view expected) const {
    throw InputError(fmt::format("{}: a header that is none: expected {} at its byte {}", place_,
                                 expected, at_));
  }

  std::string_view text_;
  std::string_view place_;
  std::size_t at_ = 0;
  bool has_shape_ = false;
};

void parse_type(NpyHeader& header, std::string_view place) {
  const std::string& type = header.type;
  std::size_t size = 0;
  bool good = type.size() >= 3 && std::string_view("<>|=").find(type[0]) != std::string_view::npos;
  if (good) {
    const char* end = type.data() + type.size();
    const auto [stop, error] = std::from_chars(type.data() + 2, end, size);
    good = error == std::errc() && stop == end;
  }
  header.kind = good ? type[1] : '\0';
  const auto is_one_of = [size](std::initializer_list<std::size_t> sizes) {
    return std::find(sizes.begin(), sizes.end(), size) != sizes.end();
  };
  switch (header.kind) {
    case 'u':
    case 'i':
      good = is_one_of({1, 2, 4, 8});
      break;
    case 'f':
      good = is_one_of({4, 8});
      break;
    case 'b':
      good = size == 1;
      break;
    case 'S':
    case 'U':
      good = size >= 1 && size <= 1024;
      break;
    default:
      good = false;
  }
  if (!good) {
    throw InputError(
        fmt::format("{}: expected whole numbers (u1 to i8), floats (f4, f8), bools (b1) or texts "
                    "(S, U), found type '{}'",
                    place, type));
  }
  header.big_endian = type[0] == '>';
  header.item_bytes = header.kind == 'U' ? 4 * size : size;
}

void check_size(const NpyHeader& header, std::string_view place) {
  std::size_t total = header.item_bytes;
  for (const std::size_t length : header.shape) {
    if (length == 0)
      throw InputError(fmt::format("{}: expected data, found {}", place, header.text()));
    if (total > (std::numeric_limits<std::size_t>::max() - kMostHeaderBytes) / length) {
      throw InputError(fmt::format("{}: {} is more than memory can address", place, header.text()));
    }
    total *= length;
  }
}

}  // namespace

std::size_t NpyHeader::items() const {
  std::size_t total = 1;
  for (const std::size_t length : shape)
    total *= length;
  return total;
}

std::string NpyHeader::text() const {
  return fmt::format("({}) of {}", fmt::join(shape, ", "), type);
}

std::size_t npy_header_bytes(std::span<const std::uint8_t> first, std::string_view place) {
  const bool magic = first.size() >= kNpyFirstBytes &&
                     std::memcmp(first.data(), kMagic.data(), kMagic.size()) == 0;
  if (!magic) {
    throw InputError(
        fmt::format("{}: expected an array of NumPy (first bytes \\x93NUMPY), found {} bytes that "
                    "begin otherwise",
                    place, first.size()));
  }
  const int version = first[6];
  if (version < 1 || version > 3) {
    throw InputError(
        fmt::format("{}: expected version 1 to 3 of the npy format, found {}", place, version));
  }
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t length = length_of(first.subspan(8, length_bytes));
  if (length > kMostHeaderBytes) {
    throw InputError(fmt::format("{}: expected a header of at most {} bytes, found one of {}",
                                 place, kMostHeaderBytes, length));
  }
  return 8 + length_bytes + length;
}

NpyHeader parse_npy_header(std::span<const std::uint8_t> bytes, std::string_view place) {
  NpyHeader header;
  header.header_bytes = npy_header_bytes(bytes, place);
  if (bytes.size() < header.header_bytes) {
    throw InputError(fmt::format("{}: cut short: expected a header of {} bytes, found {}", place,
                                 header.header_bytes, bytes.size()));
  }
  const std::size_t begin = bytes[6] == 1 ? 10 : 12;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + begin,
                              header.header_bytes - begin);
  Dictionary(text, place).read(header);
  parse_type(header, place);
  check_size(header, place);
  return header;
}

}  // namespace mlpsweep::engine

#include "engine/idx.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/archive.h"
#include "engine/errors.h"
#include "engine/formats.h"
#include "engine/shared_bytes.h"

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

IdxArray read_idx(const std::string& path) {
  PackedFile file(path);
  std::vector<std::uint8_t> header;
  file.read_until(header, kIdxMagicBytes);
  file.read_until(header, idx_header_bytes(header, path));
  // One byte more than declared shows that there are some left over.
  const std::size_t most = idx_file_bytes(header, path) - header.size() + 1;
  std::vector<std::uint8_t> values;
  reserve_on_large_pages(values, std::min(most, file.likely_bytes()));
  const std::uint8_t* const reserved = values.data();
  file.read_until(values, most);
  const bool outgrown = values.data() != reserved;
  IdxArray array = idx_array(header, std::move(values), path);
  array.on_large_pages = !outgrown;
  return array;
}

std::string replaced(std::string text, std::string_view old_part, std::string_view new_part) {
  const std::size_t at = text.find(old_part);
  return at == std::string::npos ? text : text.replace(at, old_part.size(), new_part);
}

std::string labels_beside(const std::string& images) {
  const std::filesystem::path path(images);
  const std::string name = path.filename().string();
  std::string labels = replaced(replaced(name, "images", "labels"), "idx3", "idx1");
  if (labels == name) {
    throw InputError(images +
                     ": its labels' file can't be guessed (no 'images' or 'idx3' in the "
                     "name): expected it to be named as well");
  }
  // The images may be packed and the labels plain, or the other way round.
  if (labels.ends_with(".gz")) {
    labels.resize(labels.size() - 3);
  }
  const std::string expected = (path.parent_path() / labels).string();
  std::string found = plain_or_gz(expected);
  if (found.empty()) {
    throw InputError(
        fmt::format("{}: its labels are neither in {} nor in {}.gz", images, expected, expected));
  }
  return found;
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

IdxArray idx_array(std::span<const std::uint8_t> header, std::vector<std::uint8_t> values,
                   std::string_view file) {
  const std::size_t expected = idx_file_bytes(header, file);
  IdxArray array{shape_of(header), std::move(values), false};
  const std::size_t found = header.size() + array.values.size();
  if (found < expected) {
    throw InputError(
        fmt::format("{}: cut short: expected {} bytes ({} and a header of {}), found {}", file,
                    expected, fmt::join(array.shape, " x "), header.size(), found));
  }
  if (found > expected) {
    throw InputError(fmt::format("{}: expected {} bytes ({} and a header of {}), found more", file,
                                 expected, fmt::join(array.shape, " x "), header.size()));
  }
  return array;
}

IdxArray parse_idx(std::span<const std::uint8_t> bytes, std::string_view file) {
  const std::size_t header = std::min(idx_header_bytes(bytes, file), bytes.size());
  const auto values = bytes.subspan(header);
  return idx_array(bytes.first(header), {values.begin(), values.end()}, file);
}

RawPart read_idx_part(const PartSource& source) {
  IdxArray images = read_idx(source.images);
  const std::vector<std::size_t>& shape = images.shape;
  if (shape.size() != 2 && shape.size() != 3) {
    throw InputError(
        fmt::format("{}: expected images (rows, height, width) or (rows, inputs), found "
                    "{} dimensions ({})",
                    source.images, shape.size(), fmt::join(shape, " x ")));
  }
  const std::size_t inputs = images.values.size() / shape[0];
  if (inputs > kMostInputs) {
    throw InputError(fmt::format("{}: expected at most {} inputs a row, found {}", source.images,
                                 kMostInputs, inputs));
  }
  const std::string labels_file =
      source.labels.empty() ? labels_beside(source.images) : source.labels;
  IdxArray labels = read_idx(labels_file);
  if (labels.shape.size() != 1) {
    throw InputError(fmt::format("{}: expected labels (rows), found {} dimensions ({})",
                                 labels_file, labels.shape.size(), fmt::join(labels.shape, " x ")));
  }
  if (labels.shape[0] != shape[0]) {
    throw InputError(fmt::format("{}: expected {} labels, one for each row of {}, found {}",
                                 labels_file, shape[0], source.images, labels.shape[0]));
  }
  RawPart part;
  part.rows = shape[0];
  // A (rows, inputs) file holds rows of one line.
  part.height = shape.size() == 3 ? static_cast<int>(shape[1]) : 1;
  part.width = static_cast<int>(shape.back());
  part.pixels = std::move(images.values);
  part.on_large_pages = images.on_large_pages;
  part.label_bytes = std::move(labels.values);
  part.files = {source.images, labels_file};
  return part;
}

}  // namespace mlpsweep::engine

// An idx file: bytes in memory, and the same bytes as the images of a part.
#include "engine/idx.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/errors.h"
#include "engine/formats.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {
namespace {

std::optional<engine::IdxArray> in_memory(Bytes input) {
  try {
    return engine::parse_idx(input, "images");
  } catch (const InputError&) {
    return std::nullopt;
  }
}

/// An idx file of labels, all of class 0.
std::vector<std::uint8_t> labels(std::size_t rows) {
  std::vector<std::uint8_t> file = {0, 0, 8, 1};
  for (const int shift : {24, 16, 8, 0}) {
    file.push_back(static_cast<std::uint8_t>(rows >> shift));
  }
  file.resize(file.size() + rows);
  return file;
}

}  // namespace

void read(Bytes input) {
  const std::optional<engine::IdxArray> array = in_memory(input);
  const std::size_t rows = array ? array->shape[0] : 1;
  const engine::RawPart part = engine::read_idx_part(
      {.images = as_file(input, "images"), .labels = as_file(labels(rows), "labels")});
  if (input[0] == 0x1F) {
    return;  // packed: what is inside is no business of parse_idx
  }
  must(array.has_value(), "what the file's reader takes is taken in memory as well");
  must(part.rows == rows && part.label_bytes.size() == rows, "a label for each row");
  must(part.pixels == array->values, "the file's pixels are those in memory");
  must(part.pixels.size() ==
           rows * static_cast<std::size_t>(part.height) * static_cast<std::size_t>(part.width),
       "height times width pixels a row");
}

}  // namespace mlpsweep::fuzz

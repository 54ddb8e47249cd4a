// The formats that data may lie in: each reads one part into the same plain shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pixels.h"

namespace mlpsweep::engine {

/// Where one part (training or test) lies.
struct PartSource {
  std::string images;        ///< File of the images, or of everything.
  std::string labels;        ///< File of the labels; empty: the format's own way to find them.
  std::string inputs_array;  ///< npz: member of the images; empty: the only fitting one.
  std::string labels_array;  ///< npz: member of the labels; empty: the only fitting one.
  std::string label_column = "first";  ///< csv
  std::string header = "auto";         ///< csv: auto · true · false
};

/// One part as its format gives it, before labels become classes.
///
/// Shapes   pixels (rows, height * width), row by row; one of the two forms of labels (rows).
struct RawPart {
  std::size_t rows = 0;
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;
  bool on_large_pages = false;  ///< `pixels` (reserve_on_large_pages).
  PixelKind kind = PixelKind::kBytes;
  std::vector<std::uint8_t> label_bytes;  ///< idx: the byte is the class.
  std::vector<std::string> label_texts;   ///< Others: "7", "cat".
  std::vector<std::string> files;         ///< All that was read, images first.
};

/// A data format: one struct here, one line in the list, one test.
struct Format {
  std::string_view name;
  std::string_view meaning;
  /// Errors   InputError: names file and place. MachineError: the disk failed.
  RawPart (*read)(const PartSource& source);
};

/// Every format, in the order in which they are shown.
[[nodiscard]] std::span<const Format> formats();

/// Errors   InputError: no such format, with those there are and the nearest.
[[nodiscard]] const Format& find_format(std::string_view name);

/// Rows of one line, made an image where that gives a square: 784 inputs are 28 x 28.
void make_square(RawPart& part, std::size_t inputs);

/// So that height and width fit an int.
inline constexpr std::size_t kMostInputs = std::size_t{1} << 24;

// What stands in the list; each in the file of its name.
[[nodiscard]] RawPart read_idx_part(const PartSource& source);
[[nodiscard]] RawPart read_npz_part(const PartSource& source);
[[nodiscard]] RawPart read_csv_part(const PartSource& source);

}  // namespace mlpsweep::engine

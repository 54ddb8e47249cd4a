// A csv file of images; its length chooses how it is asked for, so that seeds are plain csv files.
#include <array>

#include "engine/formats.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {

void read(Bytes input) {
  constexpr std::array kColumns = {"first", "last", "label"};
  constexpr std::array kHeaders = {"auto", "true", "false"};
  const engine::RawPart part =
      engine::read_csv_part({.images = as_file(input, "images.csv"),
                             .label_column = kColumns[input.size() % kColumns.size()],
                             .header = kHeaders[input.size() / 3 % kHeaders.size()]});
  must(part.rows > 0 && part.label_texts.size() == part.rows, "a label for each row");
  must(part.pixels.size() ==
           part.rows * static_cast<std::size_t>(part.height) * static_cast<std::size_t>(part.width),
       "height times width pixels a row");
}

}  // namespace mlpsweep::fuzz

// An npy file in memory, as pixels and as labels.
#include "engine/npy.h"

#include "engine/errors.h"
#include "engine/pixels.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {
namespace {

void read_labels(const engine::NpyHeader& header, Bytes input) {
  try {
    const auto labels = engine::npy_labels(header, input, "labels.npy");
    must(labels.size() == header.items(), "a label for each item");
  } catch (const InputError&) {
    // pixels that are no labels
  }
}

}  // namespace

void read(Bytes input) {
  const engine::NpyHeader header = engine::parse_npy_header(input, "array.npy");
  must(header.header_bytes == engine::npy_header_bytes(input, "array.npy"), "one header length");
  must(header.file_bytes() >= header.header_bytes, "no product overflows");
  read_labels(header, input);
  engine::PixelSink sink;
  engine::add_npy_pixels(header, input, "array.npy", sink);
  must(!sink.take().empty(), "pixels that are taken are there");
}

}  // namespace mlpsweep::fuzz

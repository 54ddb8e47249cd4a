#include "engine/formats.h"

#include <array>
#include <cmath>

#include "engine/entries.h"
#include "engine/errors.h"
#include "engine/unknown_name.h"

namespace mlpsweep::engine {
namespace {

constexpr std::array kFormats = {
    Format{"idx", "the files of MNIST, plain or gz; http://yann.lecun.com/exdb/mnist",
           read_idx_part},
    Format{"npz",
           "arrays of NumPy, .npz or .npy; https://numpy.org/doc/stable/reference/generated/"
           "numpy.lib.format.html",
           read_npz_part},
    Format{"csv", "one line an image, with or without a header, plain or gz (RFC 4180)",
           read_csv_part},
};

}  // namespace

std::span<const Format> formats() {
  return kFormats;
}

const Format& find_format(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name)
      return format;
  }
  throw InputError(unknown_name("data.format", name, format_entries()));
}

std::span<const Entry> format_entries() {
  static const auto entries = [] {
    std::array<Entry, kFormats.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = {kFormats[i].name, kFormats[i].meaning};
    return all;
  }();
  return entries;
}

void make_square(RawPart& part, std::size_t inputs) {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(inputs))));
  const bool square = side * side == inputs;
  part.height = square ? static_cast<int>(side) : 1;
  part.width = static_cast<int>(square ? side : inputs);
}

}  // namespace mlpsweep::engine

#include "engine/scaling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "engine/errors.h"
#include "engine/kernels.h"

namespace mlpsweep::engine {
namespace {

/// Sums of a pixel's values and of their squares: whole numbers, so exact in any order.
struct PixelSums {
  std::uint64_t sum = 0;
  std::uint64_t squares = 0;
};

std::vector<PixelSums> pixel_sums(const ImageSet& set, std::span<const std::uint32_t> rows,
                                  std::size_t inputs) {
  std::vector<PixelSums> all(inputs);
  std::vector<std::uint32_t> sums(inputs);
  std::vector<std::uint32_t> squares(inputs);
  for (std::size_t begin = 0; begin < rows.size(); begin += kRowsInSums) {
    std::fill(sums.begin(), sums.end(), 0U);
    std::fill(squares.begin(), squares.end(), 0U);
    const auto count = std::min<std::size_t>(kRowsInSums, rows.size() - begin);
    kernels<float>().add_moments({set.pixels.data(), rows.data() + begin, static_cast<int>(count),
                                  static_cast<int>(inputs), sums.data(), squares.data()});
    for (std::size_t d = 0; d < inputs; ++d) {
      all[d].sum += sums[d];
      all[d].squares += squares[d];
    }
  }
  return all;
}

struct Affine {
  float mean = 0;
  float factor = 0;
};

// Population deviation, as scikit-learn's StandardScaler takes it. n * squares - sum^2 is exact, so
// a pixel that never changes is seen as such and not as a tiny deviation.
Affine zscore_of(const PixelSums& moments, std::uint64_t count) {
  __extension__ using Wide = unsigned __int128;
  const Wide spread = Wide{count} * moments.squares - Wide{moments.sum} * moments.sum;
  const double mean = static_cast<double>(moments.sum) / static_cast<double>(count);
  const double deviation = std::sqrt(static_cast<double>(spread)) / static_cast<double>(count);
  return {static_cast<float>(mean), spread == 0 ? 0.F : static_cast<float>(1 / deviation)};
}

/// Rows that mean and deviation are taken from.
struct FitRows {
  const ImageSet& set;
  std::span<const std::uint32_t> rows;
};

Scaler zscore_scaler(const Scale& scale, std::size_t inputs, const FitRows& from) {
  Scaler scaler;
  if (scale.per == "image") {
    scaler.per_image = true;
    return scaler;
  }
  if (from.rows.empty()) {
    return scaler;  // of a part that is not there
  }
  std::vector<PixelSums> moments = pixel_sums(from.set, from.rows, inputs);
  std::uint64_t count = from.rows.size();
  if (scale.per == "all") {
    PixelSums all;
    for (const PixelSums& pixel : moments) {
      all.sum += pixel.sum;
      all.squares += pixel.squares;
    }
    std::fill(moments.begin(), moments.end(), all);
    count *= inputs;
  } else if (scale.per != "pixel") {
    throw InputError("data.scale.per: expected pixel, image or all, found '" + scale.per + "'");
  }
  for (const PixelSums& pixel : moments) {
    const Affine affine = zscore_of(pixel, count);
    scaler.mean.push_back(affine.mean);
    scaler.factor.push_back(affine.factor);
  }
  return scaler;
}

void fit_zscore(const Scale& scale, const Dataset& data, Partition& parts) {
  const std::size_t inputs = data.inputs();
  const ImageSet& test_set = parts.own_test ? data.test : data.train;
  if (scale.fit == "training") {
    parts.scaler = zscore_scaler(scale, inputs, {data.train, parts.train});
    parts.validation_scaler = parts.scaler;
    parts.test_scaler = parts.scaler;
  } else if (scale.fit == "each_part") {
    parts.scaler = zscore_scaler(scale, inputs, {data.train, parts.train});
    parts.validation_scaler = zscore_scaler(scale, inputs, {data.train, parts.validation});
    parts.test_scaler = zscore_scaler(scale, inputs, {test_set, parts.test});
  } else if (scale.fit == "each_file") {
    std::vector<std::uint32_t> all(data.train.rows);
    std::iota(all.begin(), all.end(), 0U);
    parts.scaler = zscore_scaler(scale, inputs, {data.train, all});
    parts.validation_scaler = parts.scaler;
    // A test part of its own file is that whole file.
    parts.test_scaler =
        parts.own_test ? zscore_scaler(scale, inputs, {test_set, parts.test}) : parts.scaler;
  } else {
    throw InputError("data.scale.fit: expected training, each_part or each_file, found '" +
                     scale.fit + "'");
  }
}

}  // namespace

void fit_scalers(const Scale& scale, const Dataset& data, Partition& parts) {
  if (scale.method == "zscore") {
    return fit_zscore(scale, data, parts);
  }
  if (scale.method != "none" && scale.method != "unit") {
    throw InputError("data.scale.method: expected none, unit or zscore, found '" + scale.method +
                     "'");
  }
  const float factor = scale.method == "unit" ? 1.F / 255.F : 1.F;
  parts.scaler = {std::vector<float>(data.inputs(), 0.F), std::vector<float>(data.inputs(), factor),
                  false};
  parts.validation_scaler = parts.scaler;
  parts.test_scaler = parts.scaler;
}

}  // namespace mlpsweep::engine

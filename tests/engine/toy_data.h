// A small data set that can be learned, made here, for tests of training.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/dataset.h"
#include "engine/rng.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

/// Noise, and for each class a patch of its own that is brighter; about half the pixels are 0.
inline ImageSet toy_images(int rows, int classes, int pixels, std::uint64_t seed) {
  const Stream stream(seed, 0, Purpose::kOrder, 0);
  ImageSet images;
  std::vector<std::uint8_t> bytes;
  images.rows = static_cast<std::size_t>(rows);
  std::uint64_t counter = 0;
  for (int r = 0; r < rows; ++r) {
    const auto label = static_cast<int>(stream.bits(counter++) % static_cast<unsigned>(classes));
    images.labels.push_back(static_cast<std::uint8_t>(label));
    for (int p = 0; p < pixels; ++p) {
      const double noise = stream.uniform(counter++);
      const double bright = p % classes == label ? 90 : 0;
      const double value = (noise < 0.5 ? 0 : 160 * (noise - 0.5) * 2) + bright * (noise > 0.4);
      bytes.push_back(static_cast<std::uint8_t>(value));
    }
  }
  images.pixels = std::move(bytes);
  return images;
}

/// Changes the pixels of a set, which other copies of it keep as they were.
template <class Change>
void change_pixels(ImageSet& images, Change change) {
  std::vector<std::uint8_t> bytes(images.pixels.begin(), images.pixels.end());
  change(bytes);
  images.pixels = std::move(bytes);
}

/// 7 x 5 pixels: an odd number, so that padding has something to hide.
inline Dataset toy_data(int train_rows = 300, int test_rows = 60, int classes = 3) {
  Dataset data;
  data.name = "toy";
  data.height = 7;
  data.width = 5;
  data.classes = classes;
  data.train = toy_images(train_rows, classes, 35, 1);
  data.test = toy_images(test_rows, classes, 35, 2);
  return data;
}

inline TrainSpec toy_spec() {
  TrainSpec spec;
  spec.data.split.validation = 0.2;
  spec.hidden = {12};
  spec.batch_size = 32;
  spec.epochs = 3;
  spec.optimizer.learning_rate = 0.1;
  spec.seed = 7;
  return spec;
}

}  // namespace mlpsweep::engine

// A sweep of four trials on a data set of its own, written into a scratch folder: for tests that
// need real trials in hundredths of a second.
#pragma once

#include <string>

#include "sweeps/read_sweep.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::runner {

/// 40 images of 2 x 3 pixels in two classes that differ in their brightness.
class SmallSweep {
 public:
  SmallSweep() {
    engine::Bytes pixels;
    engine::Bytes labels;
    for (std::uint8_t row = 0; row < 40; ++row) {
      labels.push_back(row % 2);
      for (std::uint8_t pixel = 0; pixel < 6; ++pixel) {
        pixels.push_back(static_cast<std::uint8_t>((row % 2) * 150 + (row * 7 + pixel * 11) % 90));
      }
    }
    images_ = folder_.write("train-images-idx3-ubyte", engine::idx_bytes({40, 2, 3}, pixels));
    (void)folder_.write("train-labels-idx1-ubyte", engine::idx_bytes({40}, labels));
  }

  [[nodiscard]] std::string text(
      const std::string& parameters =
          "{optimizer.learning_rate: [0.1, 0.5], hidden: [3, 7]}") const {
    return "mlpsweep: 1\nname: small\ndata: {train: '" + images_ +
           "', split: {validation: 10, test: 6}}\n"
           "base: {batch_size: 8, epochs: 2}\nparameters: " +
           parameters + "\n";
  }

  [[nodiscard]] sweeps::Sweep read(const std::vector<std::string>& overrides = {}) const {
    return sweeps::read_sweep("small.yaml", text(), {overrides});
  }

  [[nodiscard]] const std::string& images() const { return images_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  engine::ScratchFolder folder_;
  std::string images_;
};

}  // namespace mlpsweep::runner

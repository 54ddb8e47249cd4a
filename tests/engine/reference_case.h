// The cases of tests/reference/*.json: their settings, and the data that both sides make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/dataset.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

inline constexpr int kReferenceInputs = 6;

/// All cases of a file of tests/reference; tests run in the project's root. Empty without the file.
inline nlohmann::json reference_cases(const std::string& name) {
  std::ifstream file("tests/reference/" + name);
  return file ? nlohmann::json::parse(file) : nlohmann::json::array();
}

/// replay_reference.py's make_data, again.
inline ImageSet reference_images(std::size_t rows, int classes) {
  ImageSet images;
  std::vector<std::uint8_t> bytes;
  images.rows = rows;
  std::uint64_t state = 1;
  for (std::size_t row = 0; row < rows; ++row) {
    for (int d = 0; d < kReferenceInputs; ++d) {
      state = (state * 1103515245 + 12345) % (1U << 31);
      const auto byte = static_cast<std::uint8_t>(state >> 16);
      bytes.push_back(byte < 64 ? 0 : byte);
    }
    const std::uint8_t* pixel = &bytes[row * kReferenceInputs];
    images.labels.push_back(
        static_cast<std::uint8_t>((pixel[0] + 2 * pixel[1] + pixel[2]) / 160 % classes));
  }
  images.pixels = std::move(bytes);
  return images;
}

/// A data set without a test part.
inline Dataset reference_data(std::size_t rows, int classes) {
  Dataset data;
  data.height = 1;
  data.width = kReferenceInputs;
  data.classes = classes;
  data.train = reference_images(rows, classes);
  return data;
}

/// The settings that all cases name; the split and the shuffling are the test's.
inline TrainSpec reference_spec(const nlohmann::json& reference) {
  TrainSpec spec;
  reference.at("hidden").get_to(spec.hidden);
  reference.at("activation").get_to(spec.activation);
  reference.at("output").get_to(spec.output);
  reference.at("loss").get_to(spec.loss);
  reference.at("batch_size").get_to(spec.batch_size);
  reference.at("epochs").get_to(spec.epochs);
  reference.at("l1").get_to(spec.l1);
  reference.at("l2").get_to(spec.l2);
  reference.at("learning_rate").get_to(spec.optimizer.learning_rate);
  reference.at("momentum").get_to(spec.optimizer.momentum);
  reference.at("momentum_form").get_to(spec.optimizer.momentum_form);
  reference.at("init").get_to(spec.init.weights);
  // metrics.json's cases are at their defaults.
  spec.init.biases = reference.value("init_biases", spec.init.biases);
  spec.output_delta = reference.value("output_delta", spec.output_delta);
  spec.clip = reference.value("clip", spec.clip);
  spec.penalty_form = reference.value("penalty_form", spec.penalty_form);
  spec.bias_step = reference.value("bias_step", spec.bias_step);
  spec.train_figures = reference.value("train_figures", spec.train_figures);
  reference.at("scale").get_to(spec.data.scale.method);
  reference.at("per").get_to(spec.data.scale.per);
  reference.at("seed").get_to(spec.seed);
  reference.at("repeat").get_to(spec.repeat);
  return spec;
}

}  // namespace mlpsweep::engine

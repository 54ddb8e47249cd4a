// The test images behind a record's predictions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/dataset.h"
#include "engine/spec.h"
#include "results/pictures.h"
#include "results/record.h"

namespace mlpsweep::runner {

/// The test part of one trial: bytes and labels in the order of its predictions.
class TestImages {
 public:
  /// Errors   InputError: the data set is not there, or is not the one that the trial read (told by
  ///          its checksum); its rows are no images.
  TestImages(const results::Record& record, engine::DatasetCache& cache);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  /// One row a class, in it the first images that were given this class.
  [[nodiscard]] results::ExamplesPicture examples(std::size_t a_class) const;

  /// The first images that were given a wrong class, in rows; empty rows where there are none.
  [[nodiscard]] results::ExamplesPicture mistakes(std::size_t rows, std::size_t a_row) const;

 private:
  [[nodiscard]] results::Example example(std::size_t index) const;
  [[nodiscard]] results::ExamplesPicture empty_picture() const;

  const results::Record& record_;
  std::shared_ptr<const engine::Dataset> data_;
  std::vector<std::string> names_;
  const engine::ImageSet* images_ = nullptr;
  std::vector<std::uint32_t> rows_;  ///< Into images_, one a prediction.
  std::vector<std::uint8_t> labels_;
};

}  // namespace mlpsweep::runner

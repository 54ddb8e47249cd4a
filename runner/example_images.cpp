#include "runner/example_images.h"

#include <fmt/format.h>

#include "engine/errors.h"
#include "engine/partition.h"
#include "runner/scored_rows.h"

namespace mlpsweep::runner {

TestImages::TestImages(const results::Record& record, engine::DatasetCache& cache)
    : record_(record) {
  const engine::TrainSpec spec = spec_of(record);
  data_ = cache.get(spec.data);
  if (data_->checksum != record.data_checksum) {
    throw InputError(fmt::format("{}: not the data that the trials read (checksum {}, not {})",
                                 data_->name, data_->checksum, record.data_checksum));
  }
  if (data_->height < 2 || data_->width < 2) {
    throw InputError(fmt::format("{}: its rows are no images", data_->name));
  }
  const engine::Partition partition = engine::make_partition(spec, *data_);
  images_ = partition.own_test ? &data_->test : &data_->train;
  rows_ = partition.test;
  MLPS_CHECK(
      rows_.size() == record.result.predictions.size(),
      fmt::format("{} test rows, {} predictions", rows_.size(), record.result.predictions.size()));
  names_ = data_->class_names;
  for (const std::uint32_t row : rows_) {
    labels_.push_back(images_->labels[row]);
  }
}

results::Example TestImages::example(std::size_t index) const {
  const auto begin = images_->pixels.begin() + rows_[index] * data_->inputs();
  const std::uint8_t given = record_.result.predictions[index];
  return {.pixels = {begin, begin + data_->inputs()},
          .truth = names_.at(labels_[index]),
          .predicted = names_.at(given),
          .right = labels_[index] == given};
}

results::ExamplesPicture TestImages::empty_picture() const {
  results::ExamplesPicture picture;
  picture.height = data_->height;
  picture.width = data_->width;
  return picture;
}

results::ExamplesPicture TestImages::examples(std::size_t a_class) const {
  results::ExamplesPicture picture = empty_picture();
  for (int k = 0; k < static_cast<int>(names_.size()); ++k) {
    results::ExampleRow row{.label = "predicted " + names_[k], .examples = {}};
    for (const std::size_t index : results::first_given(record_.result.predictions, k, a_class)) {
      row.examples.push_back(example(index));
    }
    if (!row.examples.empty()) {
      picture.rows.push_back(std::move(row));
    }
  }
  return picture;
}

results::ExamplesPicture TestImages::mistakes(std::size_t rows, std::size_t a_row) const {
  results::ExamplesPicture picture = empty_picture();
  picture.with_predicted = true;
  for (const std::size_t index :
       results::first_mistakes(record_.result.predictions, labels_, rows * a_row)) {
    if (picture.rows.empty() || picture.rows.back().examples.size() == a_row) {
      picture.rows.emplace_back();
    }
    picture.rows.back().examples.push_back(example(index));
  }
  return picture;
}

}  // namespace mlpsweep::runner

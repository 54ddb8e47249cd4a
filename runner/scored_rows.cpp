#include "runner/scored_rows.h"

#include <memory>

#include <fmt/core.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "engine/partition.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {

engine::TrainSpec spec_of(const results::Record& record) {
  engine::TrainSpec spec;
  for (const sweeps::Setting& setting : record.settings) {
    const std::string text = sweeps::text_of(setting.value);
    const sweeps::Key* key = sweeps::find_key(setting.key);
    if (key == nullptr) {
      throw InputError(fmt::format("trial {}: this version knows no setting {}",
                                   record.fingerprint.brief(), setting.key));
    }
    // What was left open (no such file, no such part) has no text to be set by.
    if (text.empty() || text == sweeps::text_of(key->get(spec))) {
      continue;
    }
    if (const auto expected = key->set(spec, text)) {
      throw InputError(fmt::format("trial {}: {} = {}; expected {}", record.fingerprint.brief(),
                                   setting.key, text, *expected));
    }
  }
  spec.seed = record.seed;
  spec.repeat = record.repeat;
  spec.fold = record.fold;
  spec.folds = record.folds;
  return spec;
}

results::FindRows rows_from_data(const std::string& data_folder) {
  const auto cache = std::make_shared<engine::DatasetCache>(data_folder);
  return [cache](const results::Record& record) {
    engine::TrainSpec spec = spec_of(record);
    const std::shared_ptr<const engine::Dataset> data = cache->get(spec.data);
    if (data->checksum != record.data_checksum) {
      throw InputError(fmt::format("{}: the data here are not those that trial {} was trained on",
                                   data->name, record.fingerprint.brief()));
    }
    spec.data.scale.method = "none";  // not asked for, and it would read every pixel
    const engine::Partition parts = engine::make_partition(spec, *data);
    const engine::ImageSet& images = parts.own_test ? data->test : data->train;
    results::ScoredRows rows{.test_classes = {},
                             .shared_test = parts.own_test,
                             .train_rows = parts.train.size(),
                             .validation_rows = parts.validation.size()};
    for (const std::uint32_t row : parts.test) {
      rows.test_classes.push_back(images.labels[row]);
    }
    return rows;
  };
}

}  // namespace mlpsweep::runner

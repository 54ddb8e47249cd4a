#include "results/store_reader.h"

#include <map>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/store_weights.h"

namespace mlpsweep::results {
namespace {

constexpr const char* kSchema = "mlpsweep_schema";

void refuse_other_schema(const Hdf5Group& root) {
  if (!root.has_attribute(kSchema)) {
    throw MachineError("it is HDF5, but no results file of mlpsweep: no attribute mlpsweep_schema");
  }
  const std::int64_t schema = root.integer_attribute(kSchema);
  if (schema > kStoreSchema || schema < 1) {
    throw InputError(fmt::format(
        "it has schema version {}, and this mlpsweep reads up to {}: read it with a newer one",
        schema, kStoreSchema));
  }
}

std::pair<std::string, std::string> key_and_value(const std::string& text) {
  const std::size_t colon = text.find(": ");
  return colon == std::string::npos ? std::pair{text, std::string()}
                                    : std::pair{text.substr(0, colon), text.substr(colon + 2)};
}

}  // namespace

StoreReader::StoreReader(const std::filesystem::path& file)
    : file_(Hdf5File::open(file)),
      root_(file_.root()),
      held_(std::make_shared<std::deque<sweeps::Setting>>()) {
  refuse_other_schema(root_);
  const Hdf5Group trials = root_.open_group("trials");
  const Hdf5Group curves = root_.open_group("curves");
  const Hdf5Group test = root_.open_group("test");
  rows_ = length_of(trials, "trial");
  room_ = {length_of(curves, "epoch"), length_of(test, "image"), length_of(test, "true_class")};
  open_columns(trials, identity_columns());
  open_columns(trials, outcome_columns());
  open_columns(curves, curve_sizes());
  open_columns(test, test_sizes());
  open_arrays(curves, curve_arrays());
  open_arrays(test, test_arrays());
  open_settings(trials);
  if (root_.has("weights")) {
    weights_ = root_.open_group("weights");
  }
}

std::uint64_t StoreReader::length_of(const Hdf5Group& group, const std::string& scale) const {
  return group.open_dataset(scale).rows();
}

RowReader StoreReader::open(const Hdf5Group& group, const std::string& name, ElementType type,
                            const std::vector<std::uint64_t>& row_dims) const {
  Hdf5Dataset dataset = group.open_dataset(name);
  std::vector<std::uint64_t> expected = {rows_};
  expected.insert(expected.end(), row_dims.begin(), row_dims.end());
  if (dataset.type() != type || dataset.dims() != expected) {
    throw MachineError(fmt::format("'{}' has another type or shape than expected", name));
  }
  return RowReader(std::move(dataset));
}

void StoreReader::open_columns(const Hdf5Group& group, std::span<const Column> columns) {
  for (const Column& column : columns) {
    if (column.optional && !group.has(std::string(column.name))) {
      continue;
    }
    columns_.emplace_back(&column, open(group, std::string(column.name), column.type, {}));
  }
}

void StoreReader::open_arrays(const Hdf5Group& group, std::span<const Array> arrays) {
  const std::map<std::string, std::uint64_t> lengths = {{"epoch", room_.epochs},
                                                        {"image", room_.images},
                                                        {"true_class", room_.classes},
                                                        {"predicted_class", room_.classes}};
  for (const Array& array : arrays) {
    if (array.optional && !group.has(std::string(array.name))) {
      continue;
    }
    std::vector<std::uint64_t> row_dims;
    for (const std::string& dimension : array.dimensions) {
      row_dims.push_back(lengths.at(dimension));
    }
    arrays_.emplace_back(&array, open(group, std::string(array.name), array.type, row_dims));
  }
}

void StoreReader::open_settings(const Hdf5Group& trials) {
  const Hdf5Group group = root_.open_group("layouts");
  RowReader texts(group.open_dataset("settings"));
  layout_ = open(group, "layout_of_trial", ElementType::kInt64, {});
  if (texts.dataset().type() != ElementType::kText || texts.dataset().dims().size() != 1) {
    throw MachineError("'settings' is no list of texts");
  }
  std::map<std::string, std::size_t> places;
  for (std::uint64_t i = 0; i < texts.dataset().rows(); ++i) {
    std::vector<Field>& layout = layouts_.emplace_back();
    for (SettingLayout::Field& field : SettingLayout::parse(texts.next_text()).fields) {
      const auto [place, is_new] = places.try_emplace(field.key, settings_.size());
      if (is_new) {
        const std::string name = setting_dataset(field.key);
        settings_.push_back(open(trials, name, trials.open_dataset(name).type(), {}));
      }
      layout.push_back({place->second, field.type, std::move(field.key), nullptr});
    }
  }
}

void StoreReader::read_settings(Record& record) {
  std::vector<Cell> cells;
  cells.reserve(settings_.size());
  for (RowReader& reader : settings_) {
    cells.push_back(next_cell(reader));
  }
  const std::int64_t layout = std::get<std::int64_t>(next_cell(*layout_));
  if (layout < 0 || std::cmp_greater_equal(layout, layouts_.size())) {
    throw MachineError(fmt::format("there is no layout {}", layout));
  }
  std::vector<const sweeps::Setting*> settings;
  for (Field& field : layouts_[static_cast<std::size_t>(layout)]) {
    sweeps::Value value = setting_value(cells[field.column], field.type);
    if (field.latest == nullptr || field.latest->value != value) {
      field.latest = &held_->emplace_back(sweeps::Setting{field.key, std::move(value)});
    }
    settings.push_back(field.latest);
  }
  record.settings = Settings(std::move(settings), held_);
}

Row StoreReader::next() {
  Row row;
  row.room = room_;
  for (auto& [column, reader] : columns_) {
    Cell cell = next_cell(reader);
    if (column->set != nullptr) {
      column->set(row, std::move(cell));
    }
  }
  read_settings(row.record);
  for (auto& [array, reader] : arrays_) {
    array->take(row.record, room_, reader.next_row());
  }
  if (weights_) {
    read_weights(*weights_, row.record);
  }
  return row;
}

std::string StoreReader::digest() const {
  return root_.text_attribute("digest");
}

SweepInfo StoreReader::info() const {
  SweepInfo info;
  info.name = root_.text_attribute("name");
  info.spec = root_.text_attribute("spec");
  info.overrides = root_.texts_attribute("overrides");
  info.metric = root_.text_attribute("metric");
  info.minimize = root_.text_attribute("goal") == "minimize";
  info.at_best = root_.text_attribute("metric_at") == "best";
  info.swept = root_.texts_attribute("swept");
  info.planned = static_cast<std::uint64_t>(root_.integer_attribute("planned"));
  for (const std::string& line : root_.texts_attribute("provenance")) {
    info.provenance.push_back(key_and_value(line));
  }
  return info;
}

namespace {

sweeps::Fingerprint weights_checksum(const Hdf5Group& root) {
  const Hdf5Group weights = root.open_group("weights");
  RowReader fingerprints(root.open_group("trials").open_dataset("fingerprint"));
  sweeps::Fingerprint sum;
  for (std::uint64_t i = 0; i < fingerprints.dataset().rows(); ++i) {
    Record record;
    record.fingerprint = sweeps::Fingerprint::from_hex(fingerprints.next_text());
    read_weights(weights, record);
    sum = chained_weights(sum, record);
  }
  return sum;
}

}  // namespace

void verify_store(const std::filesystem::path& file, const StoreChecksums& sums) {
  Hdf5File opened = Hdf5File::open(file);
  const Hdf5Group root = opened.root();
  for (const StoreChecksums::Dataset& dataset : sums.datasets) {
    RowReader reader(root.open_group(dataset.group).open_dataset(dataset.name));
    if (reader.read_checksum() != dataset.sum) {
      throw MachineError(fmt::format("'{}/{}' reads back other values than were written",
                                     dataset.group, dataset.name));
    }
  }
  if (sums.weights && weights_checksum(root) != *sums.weights) {
    throw MachineError("the weights read back other values than were written");
  }
}

}  // namespace mlpsweep::results

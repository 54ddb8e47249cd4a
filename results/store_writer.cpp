#include "results/store_writer.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/store_weights.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

const std::string kTrial = "trial";

Scale trial_scale(std::uint64_t trials) {
  return {kTrial, trials, 0,
          "place of the trial in this file, the same in all groups; it changes when the sweep "
          "grows, the fingerprint doesn't"};
}

void describe(Hdf5Node& node, std::string_view units, std::string_view description) {
  node.set_attribute("description", std::string(description));
  if (!units.empty()) {
    node.set_attribute("units", std::string(units));
  }
}

/// What the table of keys says; a key of another version has no row there.
RowWriter& add_setting(TableWriter& table, const SettingColumn& column) {
  const sweeps::Key* key = sweeps::find_key(column.key);
  std::vector<std::pair<std::string, std::string>> more = {{"setting", column.key}};
  if (key != nullptr) {
    more.emplace_back("range", key->range);
  }
  if (column.type == ElementType::kUint8) {
    more.emplace_back("dtype", "bool");
  }
  return table.add(
      setting_dataset(column.key), column.type, {kTrial}, key != nullptr ? key->unit : "",
      key != nullptr ? key->meaning : "a setting of another version of mlpsweep", more);
}

void write_info(Hdf5Group& root, const SweepInfo& info, std::uint64_t records,
                const std::string& digest) {
  root.set_attribute("description",
                     "results of a sweep of multi-layer perceptrons, written by mlpsweep; derived "
                     "from the journals beside it, which are the truth");
  root.set_attribute("name", info.name);
  root.set_attribute("spec", info.spec);
  root.set_attribute("overrides", info.overrides);
  root.set_attribute("metric", info.metric);
  root.set_attribute("goal", std::string(info.minimize ? "minimize" : "maximize"));
  root.set_attribute("metric_at", std::string(info.at_best ? "best" : "last"));
  root.set_attribute("swept", info.swept);
  root.set_attribute("planned", static_cast<std::int64_t>(info.planned));
  root.set_attribute("records", static_cast<std::int64_t>(records));
  root.set_attribute("digest", digest);
  std::vector<std::string> provenance;
  for (const auto& [key, value] : info.provenance) {
    provenance.push_back(key + ": " + value);
  }
  root.set_attribute("provenance", provenance);
}

}  // namespace

TableWriter::TableWriter(Hdf5Group group, std::string name, const std::vector<Scale>& scales)
    : group_(std::move(group)), name_(std::move(name)) {
  for (const Scale& scale : scales) {
    Hdf5Dataset dataset =
        group_.create_dataset(scale.name, ElementType::kInt64, {{scale.length}, 0});
    dataset.make_scale(scale.name);
    describe(dataset, "", scale.description);
    std::vector<std::int64_t> values(scale.length);
    std::iota(values.begin(), values.end(), scale.first);
    if (!values.empty()) {
      dataset.write(0, scale.length, values.data());
    }
    scales_.emplace(scale.name, std::move(dataset));
  }
}

RowWriter& TableWriter::add(const std::string& name, ElementType type,
                            const std::vector<std::string>& dimensions, std::string_view units,
                            std::string_view description,
                            const std::vector<std::pair<std::string, std::string>>& more) {
  DatasetShape shape;
  std::uint64_t row_elements = 1;
  for (const std::string& dimension : dimensions) {
    shape.dims.push_back(scales_.at(dimension).rows());
    row_elements *= shape.dims.size() > 1 ? shape.dims.back() : 1;
  }
  // One-dimensional columns stay contiguous: a small sweep's file would otherwise be mostly index.
  if (dimensions.size() > 1 && row_elements > 0 && shape.dims[0] > 0) {
    shape.chunk_rows = std::min(shape.dims[0], block_rows(type, row_elements));
  }
  Hdf5Dataset dataset = group_.create_dataset(name, type, shape);
  describe(dataset, units, description);
  for (const auto& [attribute, value] : more) {
    dataset.set_attribute(attribute, value);
  }
  for (unsigned i = 0; i < dimensions.size(); ++i) {
    dataset.attach_scale(i, scales_.at(dimensions[i]));
  }
  entries_.push_back({name, std::make_unique<RowWriter>(std::move(dataset))});
  return *entries_.back().writer;
}

void TableWriter::finish(StoreChecksums& sums) {
  for (Entry& entry : entries_) {
    entry.writer->finish();
    sums.datasets.push_back({name_, entry.name, entry.writer->checksum()});
  }
  for (auto& [name, scale] : scales_) {
    scale.close();
  }
  group_.close();
}

StoreWriter::StoreWriter(OutputFile& output, const StorePlan& plan)
    : plan_(plan), file_(Hdf5File::create(output)), root_(file_.root()) {
  root_.set_attribute("mlpsweep_schema", kStoreSchema);
  make_trials();
  make_curves();
  make_test();
  make_layouts();
  make_parts();
  if (plan.weights) {
    weights_ = root_.create_group("weights");
    describe(*weights_, "", "one group a trial that keeps its weights, named by its fingerprint");
    sums_.weights.emplace();
  }
}

TableWriter& StoreWriter::table(const std::string& name, const std::string& description,
                                std::vector<Scale> scales) {
  Hdf5Group group = root_.create_group(name);
  describe(group, "", description);
  tables_.push_back(std::make_unique<TableWriter>(std::move(group), name, std::move(scales)));
  return *tables_.back();
}

void StoreWriter::add_columns(TableWriter& table, std::span<const Column> columns) {
  for (const Column& column : columns) {
    std::vector<std::pair<std::string, std::string>> more;
    if (column.type == ElementType::kUint8) {
      more.emplace_back("dtype", "bool");  // what xarray knows a truth value by
    }
    columns_.emplace_back(&column, &table.add(std::string(column.name), column.type, {kTrial},
                                              column.units, column.description, more));
  }
}

void StoreWriter::add_arrays(TableWriter& table, std::span<const Array> arrays) {
  for (const Array& array : arrays) {
    std::vector<std::string> dimensions = {kTrial};
    dimensions.insert(dimensions.end(), array.dimensions.begin(), array.dimensions.end());
    arrays_.emplace_back(&array, &table.add(std::string(array.name), array.type, dimensions,
                                            array.units, array.description));
  }
}

void StoreWriter::make_trials() {
  TableWriter& trials = table("trials", "one row a trial: who it is, its settings, its figures",
                              {trial_scale(plan_.trials)});
  add_columns(trials, identity_columns());
  for (const SettingColumn& column : plan_.settings.columns()) {
    settings_.push_back({column.type, SettingPlace(column.key), &add_setting(trials, column)});
  }
  add_columns(trials, outcome_columns());
}

void StoreWriter::make_curves() {
  TableWriter& curves =
      table("curves", "loss and accuracy after each epoch, padded with NaN",
            {trial_scale(plan_.trials), {"epoch", plan_.extents.epochs, 1, "epoch, from 1"}});
  add_columns(curves, curve_sizes());
  add_arrays(curves, curve_arrays());
}

void StoreWriter::make_test() {
  const std::uint64_t classes = plan_.extents.classes;
  TableWriter& test = table("test", "what became of every test image",
                            {trial_scale(plan_.trials),
                             {"image", plan_.extents.images, 0, "place in the test part, from 0"},
                             {"true_class", classes, 0, "class that the image has"},
                             {"predicted_class", classes, 0, "class given to it"}});
  add_columns(test, test_sizes());
  add_arrays(test, test_arrays());
}

void StoreWriter::make_layouts() {
  const std::vector<std::string>& layouts = plan_.settings.layouts();
  TableWriter& group =
      table("layouts", "the exact type and order of each trial's settings, for reading them back",
            {trial_scale(plan_.trials), {"layout", layouts.size(), 0, "a set of types and keys"}});
  RowWriter& texts = group.add("settings", ElementType::kText, {"layout"}, "",
                               "a line a setting: its type (bool, int64, float64, text) and key");
  for (const std::string& layout : layouts) {
    texts.add_text(layout);
  }
  layout_ = &group.add("layout_of_trial", ElementType::kInt64, {kTrial}, "",
                       "which layout the trial's settings have");
}

void StoreWriter::make_parts() {
  std::uint64_t members = 0;
  for (const StoredPart& part : plan_.parts) {
    members += part.records.size();
  }
  TableWriter& group =
      table("parts", "which trials are of which experiment: one row for each of both",
            {{"member", members, 0, "a trial as a member of an experiment"}});
  RowWriter& experiments =
      group.add("experiment", ElementType::kText, {"member"}, "",
                "name of the experiment in the spec; empty: the spec has none");
  RowWriter& readings = group.add("reading", ElementType::kText, {"member"}, "",
                                  "NAME: MEMBER of another reading than the one that is judged; "
                                  "empty: that one");
  RowWriter& trials =
      group.add(kTrial, ElementType::kInt64, {"member"}, "",
                "the trial: its place in the groups that have a dimension of this name");
  for (const StoredPart& part : plan_.parts) {
    for (const std::size_t record : part.records) {
      experiments.add_text(part.experiment);
      readings.add_text(part.reading);
      add_cell(trials, static_cast<std::int64_t>(record));
    }
  }
}

void StoreWriter::add(const Row& row) {
  for (const auto& [column, writer] : columns_) {
    add_cell(*writer, column->get(row));
  }
  for (SettingWriter& setting : settings_) {
    add_cell(*setting.writer, setting_cell(setting.place.find(row.record), setting.type));
  }
  add_cell(*layout_, plan_.settings.layout_of(rows_++));
  for (const auto& [array, writer] : arrays_) {
    array->put(row.record, plan_.extents, writer->next_row());
  }
  if (weights_) {
    write_weights(*weights_, row.record);
    sums_.weights = chained_weights(*sums_.weights, row.record);
  }
}

StoreChecksums StoreWriter::finish(const SweepInfo& info, const std::string& digest) {
  for (const auto& table : tables_) {
    table->finish(sums_);
  }
  write_info(root_, info, plan_.trials, digest);
  weights_.reset();
  root_.close();
  file_.close();
  return std::move(sums_);
}

}  // namespace mlpsweep::results

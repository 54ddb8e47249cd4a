// The table of settings. A new setting is a field in engine/spec.h and one row here.
#include "sweeps/keys.h"

#include <algorithm>
#include <limits>

#include "engine/dataset.h"
#include "engine/entries.h"
#include "engine/known_sets.h"
#include "engine/nearest.h"
#include "sweeps/key_types.h"

namespace mlpsweep::sweeps {
namespace {

std::vector<std::string> names_of(std::span<const engine::Entry> entries) {
  std::vector<std::string> names;
  for (const engine::Entry& entry : entries)
    names.emplace_back(entry.name);
  return names;
}

std::vector<std::string> known_set_names() {
  std::vector<std::string> names;
  for (const engine::KnownSet& set : engine::known_sets())
    names.emplace_back(set.name);
  return names;
}

/// What every row shares; the builders of key_types.h add type, range, set and get.
Key row(std::string_view name, std::string_view unit, std::string_view meaning) {
  Key key;
  key.name = name;
  key.unit = unit;
  key.meaning = meaning;
  return key;
}

/// Left out of the fingerprint at its default. DO NOT CHANGE which rows have it, nor their
/// defaults: every recorded trial's identity hangs on them.
Key neutral(Key key) {
  key.neutral = key.default_value;
  return key;
}

/// Says where data come from, not what they are: the checksum in the fingerprint does that.
Key no_identity(Key key) {
  key.in_fingerprint = false;
  return key;
}

void add_class_keys(std::vector<Key>& table) {
  const auto add = [&table](Key key) { table.push_back(std::move(key)); };
  add(neutral(labels(row("data.classes", "",
                         "Labels that are kept, as classes 0, 1, ... in this order; rows with "
                         "others are dropped before anything else."),
                     FIELD(data.classes))));
  add(neutral(label(
      row("data.positive", "", "The label that is class 1: of two, or data.against the rest."),
      FIELD(data.positive))));
  add(neutral(optional_word(
      row("data.against", "", "rest: data.positive against all other labels, as two classes."),
      {"rest"}, FIELD(data.against))));
  add(neutral(yes_no(row("data.pool", "", "Put training and test part together before the split."),
                     FIELD(data.pool))));
}

void add_data_keys(std::vector<Key>& table) {
  const auto add = [&table](Key key) { table.push_back(std::move(key)); };
  add(no_identity(word(row("data.set", "", "A known data set; or name files of your own instead."),
                       known_set_names(), FIELD(data.set))));
  add(no_identity(
      file(row("data.train", "", "Your own training images; idx and csv plain or gz, npz, npy."),
           FIELD(data.train))));
  add(no_identity(file(row("data.labels.train", "",
                           "Their labels; unset: idx: the images' name with labels for images; "
                           "npz, csv: in the images' file."),
                       FIELD(data.train_labels))));
  add(no_identity(
      file(row("data.test", "", "Your own test images; unset: no test part of its own."),
           FIELD(data.test))));
  add(no_identity(
      file(row("data.labels.test", "", "Their labels; unset: as for data.labels.train."),
           FIELD(data.test_labels))));
  add(no_identity(label(
      row("data.labels.column", "", "csv: where labels stand: first, last or the header's name."),
      FIELD(data.label_column))));
  add(no_identity(word(row("data.header", "",
                           "csv: whether the first line names the columns; auto: told by what "
                           "stands in the first two lines."),
                       {"auto", "true", "false"}, FIELD(data.header))));
  add(no_identity(word(row("data.format", "", "The format of your own files."),
                       names_of(engine::format_entries()), FIELD(data.format))));
  add(no_identity(label(
      row("data.arrays.inputs", "", "npz: the array of the images; unset: the only one with rows."),
      FIELD(data.arrays.inputs))));
  add(no_identity(label(row("data.arrays.labels", "",
                            "npz: the array of the labels; unset: the only one of one dimension."),
                        FIELD(data.arrays.labels))));
  add(no_identity(label(
      row("data.arrays.test_inputs", "", "npz: test images in the same file as the training ones."),
      FIELD(data.arrays.test_inputs))));
  add(no_identity(label(row("data.arrays.test_labels", "", "npz: their labels."),
                        FIELD(data.arrays.test_labels))));
  add_class_keys(table);
  add(neutral(part(row("data.split.train", "",
                       "Training part, a share of the rows or a number of them; rest: all rows "
                       "that the other parts leave."),
                   "rest", FIELD(data.split.train))));
  add(neutral(part(
      row("data.split.validation", "",
          "Validation part, a share or a number of the training rows; none: nothing is chosen."),
      "none", FIELD(data.split.validation))));
  add(neutral(part(row("data.split.test", "",
                       "Test part, a share or a number of the training rows; own: the set's own, "
                       "if it has one."),
                   "own", FIELD(data.split.test))));
  add(neutral(yes_no(row("data.split.stratify", "", "Keep each class's share in every part."),
                     FIELD(data.split.stratify))));
  add(word(row("data.scale.method", "",
               "none: 0..255 · unit: 0..1 · zscore: (x - mean) / standard deviation."),
           names_of(engine::scale_entries()), FIELD(data.scale.method)));
  add(neutral(word(row("data.scale.per", "",
                       "What zscore's mean and deviation are taken over: a pixel, an image, all."),
                   {"pixel", "image", "all"}, FIELD(data.scale.per))));
  add(neutral(word(row("data.scale.fit", "",
                       "What zscore's mean and deviation are taken from: the training part; each "
                       "part's own; the whole training file before the split, and the test file."),
                   {"training", "each_part", "each_file"}, FIELD(data.scale.fit))));
  add(neutral(word(row("data.monitor", "",
                       "Part that is watched after each epoch for the best one and for early "
                       "stopping; test: only for reports that did so."),
                   {"validation", "test"}, FIELD(data.monitor))));
}

void add_network_keys(std::vector<Key>& table) {
  const auto add = [&table](Key key) { table.push_back(std::move(key)); };
  add(topology(
      row("hidden", "units a layer", "Hidden layers, input side first: 128, 203x203, none."),
      FIELD(hidden)));
  add(word(row("activation", "", "Non-linearity of the hidden layers."),
           names_of(engine::activation_entries()), FIELD(activation)));
  add(word(row("output", "", "Non-linearity of the output layer."),
           names_of(engine::output_entries()), FIELD(output)));
  add(word(row("loss", "", "What is minimised, averaged over the batch."),
           names_of(engine::loss_entries()), FIELD(loss)));
  add(neutral(
      word(row("output_delta", "",
               "Gradient by the output sums. loss: the loss's own · squared_error: (a - y) a (1 - "
               "a) · logistic: a - y, whatever loss is reported."),
           names_of(engine::output_delta_entries()), FIELD(output_delta))));
  add(neutral(number(row("clip", "",
                         "Outputs are held within clip and 1 - clip in a cross-entropy, as bounds "
                         "on the sums before the sigmoid; 0: no bound."),
                     {.least = 0, .below = 0.5}, FIELD(clip))));
  add(distribution(row("init.weights", "", "Distribution of the initial weights."),
                   names_of(engine::initializer_entries()), FIELD(init.weights)));
  add(neutral(distribution(row("init.biases", "", "Distribution of the initial biases."), {"0"},
                           FIELD(init.biases))));
}

void add_training_keys(std::vector<Key>& table) {
  const auto add = [&table](Key key) { table.push_back(std::move(key)); };
  add(whole_or(row("batch_size", "rows", "Rows per step; all: the whole training part."), 1,
               std::numeric_limits<std::int64_t>::max(), "all", FIELD(batch_size)));
  add(whole(row("epochs", "passes over the training part", "How long to train, at most."), 1,
            kMostEpochs, FIELD(epochs)));
  add(neutral(number(row("l1", "", "Adds l1 * sum |w| over all weights to what is minimised."),
                     {.least = 0}, FIELD(l1))));
  add(neutral(number(row("l2", "", "Adds l2 * sum w^2 over all weights to what is minimised."),
                     {.least = 0}, FIELD(l2))));
  add(neutral(word(row("penalty_form", "",
                       "gradient: l1 and l2 are part of the gradient · outside_momentum: they are "
                       "added to the step itself, apart from the velocity."),
                   {"gradient", "outside_momentum"}, FIELD(penalty_form))));
  add(neutral(word(row("bias_step", "",
                       "mean: biases step on the batch's mean gradient, as weights do · summed: on "
                       "its sum (found in a report's code)."),
                   {"mean", "summed"}, FIELD(bias_step))));
  add(word(row("optimizer.name", "", "How a gradient becomes a step."),
           names_of(engine::optimizer_entries()), FIELD(optimizer.name)));
  add(number(
      row("optimizer.learning_rate", "per step", "Step size on gradients averaged over the batch."),
      {.least = 0, .least_allowed = false}, FIELD(optimizer.learning_rate)));
  add(neutral(number(row("optimizer.momentum", "", "Share of the last step that is kept; 0: none."),
                     {.least = 0, .below = 1}, FIELD(optimizer.momentum))));
  add(neutral(word(
      row("optimizer.momentum_form", "", "classical: v = m v + g · averaged: v = m v + (1 - m) g."),
      {"classical", "averaged"}, FIELD(optimizer.momentum_form))));
  add(neutral(whole_or(row("early_stop.patience", "epochs",
                           "Stop once the validation loss was above its best for more epochs in a "
                           "row, and go back to the best weights; none: train all epochs."),
                       0, 1'000'000, "none", FIELD(early_stop.patience))));
  add(neutral(word(row("early_stop.stop_when", "",
                       "exceeded: stop after more than patience epochs above the best · reached: "
                       "after that many."),
                   {"exceeded", "reached"}, FIELD(early_stop.stop_when))));
  add(neutral(word(row("early_stop.restore", "",
                       "Weights that are kept for the test: those of the best epoch, the last "
                       "ones, or auto: the best where patience is set."),
                   {"auto", "best", "last"}, FIELD(early_stop.restore))));
  add(neutral(word(row("train_figures", "",
                       "evaluated: of the whole training part after the epoch · running: means "
                       "over the epoch's rows, each before its step."),
                   {"evaluated", "running"}, FIELD(train_figures))));
  add(neutral(
      word(row("shuffle", "", "each_epoch: a new order every epoch · none: always the split's."),
           {"each_epoch", "none"}, FIELD(shuffle))));
  add(neutral(word(row("keep_weights", "", "both: initial and final weights go into the results."),
                   {"none", "both"}, FIELD(keep_weights))));
}

std::vector<Key> make_table() {
  std::vector<Key> table;
  add_data_keys(table);
  add_network_keys(table);
  add_training_keys(table);
  return table;
}

}  // namespace

std::span<const Key> keys() {
  static const std::vector<Key> table = make_table();
  return table;
}

const Key* find_key(std::string_view name) {
  const std::span<const Key> table = keys();
  const auto found =
      std::find_if(table.begin(), table.end(), [name](const Key& key) { return key.name == name; });
  return found == table.end() ? nullptr : &*found;
}

bool takes_list(const Key& key) {
  return key.type == "topology" || key.type == "labels";
}

std::vector<Setting> settings_of(const engine::TrainSpec& spec) {
  std::vector<Setting> settings;
  for (const Key& key : keys())
    settings.push_back({std::string(key.name), key.get(spec)});
  return settings;
}

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> names) {
  return engine::nearest_name(wrong, names);
}

}  // namespace mlpsweep::sweeps

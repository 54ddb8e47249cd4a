#include "sweeps/setting_rules.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/entries.h"
#include "sweeps/keys.h"

namespace mlpsweep::sweeps {
namespace {

using engine::TrainSpec;

bool has_validation(const TrainSpec& spec) {
  return spec.folds > 0 || spec.data.split.validation.value_or(0) > 0;
}

/// Whether some part finds the best epoch.
bool has_watched(const TrainSpec& spec) {
  return has_validation(spec) || spec.data.monitor == "test";
}

/// The engine's refusal: what is wrong, and behind "; " what could stand there.
std::optional<Breach> breach_of(std::string_view key, const std::optional<std::string>& why) {
  if (!why)
    return {};
  const std::size_t end = std::min(why->find("; "), why->size());
  const std::string what_could = why->substr(std::min(end + 2, why->size()));
  return Breach{key, why->substr(0, end), {what_could}};
}

std::optional<Breach> check_pair(const TrainSpec& spec, const Sweep&) {
  return breach_of("loss", engine::refuse_pair(spec.output, spec.loss));
}

std::optional<Breach> check_delta(const TrainSpec& spec, const Sweep&) {
  return breach_of("output_delta", engine::refuse_delta(spec.output, spec.output_delta));
}

std::optional<Breach> check_clip(const TrainSpec& spec, const Sweep&) {
  return breach_of("clip", engine::refuse_clip(spec.loss, spec.clip));
}

std::optional<Breach> check_early_stop(const TrainSpec& spec, const Sweep&) {
  if (has_watched(spec))
    return {};
  const std::vector<std::string> note = {"expected data.split.validation, such as 0.2"};
  if (spec.early_stop.patience)
    return Breach{"early_stop.patience", "early stopping needs a validation part", note};
  if (spec.early_stop.restore == "best")
    return Breach{"early_stop.restore", "the best weights need a validation part", note};
  return {};
}

std::optional<Breach> check_stop_when(const TrainSpec& spec, const Sweep&) {
  if (spec.early_stop.stop_when != "reached" || spec.early_stop.patience != 0)
    return {};
  return Breach{"early_stop.patience",
                "a patience of 0 is reached at the best epoch itself",
                {"expected 1 or more where early_stop.stop_when is reached"}};
}

std::optional<Breach> check_metric(const TrainSpec& spec, const Sweep& sweep) {
  if (sweep.metric.name.substr(0, 7) == "monitor" && spec.data.monitor != "test") {
    return Breach{"metric.name",
                  fmt::format("metric '{}' needs a monitored part", sweep.metric.name),
                  {"expected data.monitor: test, or a validation_ metric"}};
  }
  if (has_validation(spec))
    return {};
  if (sweep.metric.name.substr(0, 10) == "validation") {
    return Breach{"metric.name",
                  fmt::format("metric '{}' needs a validation part", sweep.metric.name),
                  {"expected data.split.validation, such as 0.2, or a train_ metric"}};
  }
  if (!sweep.metric.at_best || has_watched(spec))
    return {};
  return Breach{"metric.at",
                "at: best needs a validation part: it finds the best epoch",
                {"expected data.split.validation, such as 0.2, or at: last"}};
}

std::optional<Breach> check_shares(const TrainSpec& spec, const Sweep&) {
  double shares = 0;
  bool rows = false;
  for (const auto& part :
       {spec.data.split.train, spec.data.split.validation, spec.data.split.test}) {
    const double size = part.value_or(0);
    if (size < 1)
      shares += size;
    rows = rows || size >= 1;
  }
  // Training may take all that is left only if something is: 0.6 + 0.2 + 0.2 is 1 up to rounding.
  const bool all_named = spec.data.split.train && *spec.data.split.train < 1;
  const double most = 1 + 1e-9;
  if (all_named && !rows ? shares <= most : shares < 1)
    return {};
  return Breach{"data.split.validation",
                fmt::format("the shares of data.split add up to {}", text_of(Value(shares))),
                {"expected less than 1, so that rows are left to train on"}};
}

std::optional<Breach> check_source(const TrainSpec& spec, const Sweep&) {
  const engine::DataSpec& data = spec.data;
  if (data.set.empty() && data.train.empty()) {
    return Breach{"data.set",
                  "no data are named",
                  {"expected data: {set: NAME} or data: {train: FILE, test: FILE}"}};
  }
  if (!data.set.empty() &&
      !(data.train + data.train_labels + data.test + data.test_labels).empty()) {
    return Breach{"data.set",
                  "a known data set and files of your own exclude each other",
                  {"expected data.set or data.train"}};
  }
  if (!data.test_labels.empty() && data.test.empty() && data.arrays.test_inputs.empty()) {
    return Breach{"data.labels.test",
                  "labels of a test part that is not there",
                  {"expected data.test as well"}};
  }
  return {};
}

/// What can be told without the data; which labels there are is told once they are read.
std::optional<Breach> check_classes(const TrainSpec& spec, const Sweep&) {
  const engine::DataSpec& data = spec.data;
  const auto& kept = data.classes;
  if (!data.against.empty() && data.positive.empty()) {
    return Breach{"data.against",
                  "data.against without the class that it is about",
                  {"expected data.positive, such as 5"}};
  }
  if (data.positive.empty() || kept.empty())
    return {};
  if (std::find(kept.begin(), kept.end(), data.positive) == kept.end()) {
    return Breach{"data.positive",
                  fmt::format("data.positive is not among data.classes, got '{}'", data.positive),
                  {fmt::format("expected one of: {}", fmt::join(kept, ", "))}};
  }
  if (data.against.empty() && kept.size() != 2) {
    return Breach{"data.positive",
                  fmt::format("data.positive needs two classes, got {}", kept.size()),
                  {"expected two in data.classes, or data.against: rest"}};
  }
  return {};
}

/// Settings of one format that the data are not in.
std::optional<Breach> check_format_settings(const TrainSpec& spec, const Sweep&) {
  const engine::DataSpec& data = spec.data;
  if (!data.set.empty())
    return {};
  const engine::ArrayNames& arrays = data.arrays;
  const bool names = !(arrays.inputs + arrays.labels).empty() ||
                     !(arrays.test_inputs + arrays.test_labels).empty();
  if (names && data.format != "npz") {
    return Breach{"data.format",
                  fmt::format("data.arrays is about npz files, got data.format {}", data.format),
                  {"expected data.format: npz"}};
  }
  const engine::DataSpec usual;
  for (const auto& [key, given] :
       {std::pair{"data.labels.column", data.label_column != usual.label_column},
        std::pair{"data.header", data.header != usual.header}}) {
    if (given && data.format != "csv") {
      return Breach{key,
                    fmt::format("{} is about csv files, got data.format {}", key, data.format),
                    {"expected data.format: csv"}};
    }
  }
  if (data.format == "csv" && !(data.train_labels + data.test_labels).empty()) {
    return Breach{data.train_labels.empty() ? "data.labels.test" : "data.labels.train",
                  "a csv file holds its labels itself",
                  {"expected data.labels.column, or another data.format"}};
  }
  return {};
}

std::optional<Breach> check_folds(const TrainSpec& spec, const Sweep&) {
  if (spec.folds == 0 || spec.data.split.validation.value_or(0) == 0)
    return {};
  return Breach{
      "data.split.validation",
      "'folds' and data.split.validation exclude each other: a fold is the validation part",
      {"expected data.split.validation: none, or no folds"}};
}

}  // namespace

const std::vector<Rule>& setting_rules() {
  static const std::vector<Rule> all = {
      {{"output", "loss"}, false, check_pair},
      {{"output", "output_delta"}, false, check_delta},
      {{"loss", "clip"}, false, check_clip},
      {{"early_stop.patience", "early_stop.restore", "data.split.validation", "data.monitor"},
       true,
       check_early_stop},
      {{"early_stop.patience", "early_stop.stop_when"}, false, check_stop_when},
      {{"data.split.validation", "data.monitor"}, true, check_metric},
      {{"data.split.validation"}, false, check_folds},
      {{"data.split.train", "data.split.validation", "data.split.test"}, false, check_shares},
      {{"data.set", "data.train", "data.labels.train", "data.test", "data.labels.test"},
       true,
       check_source},
      {{"data.classes", "data.positive", "data.against"}, true, check_classes},
      {{"data.format", "data.labels.train", "data.labels.test", "data.labels.column", "data.header",
        "data.arrays.inputs", "data.arrays.labels", "data.arrays.test_inputs",
        "data.arrays.test_labels"},
       true,
       check_format_settings},
  };
  return all;
}

}  // namespace mlpsweep::sweeps

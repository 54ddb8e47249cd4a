#include "sweeps/rules.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "engine/entries.h"
#include "sweeps/keys.h"
#include "sweeps/possible_winners.h"

namespace mlpsweep::sweeps {
namespace {

using engine::TrainSpec;

/// What is wrong, and with which setting.
struct Breach {
  std::string_view key;
  std::string message;
  std::vector<std::string> notes;
};

/// Something that must hold in every configuration.
struct Rule {
  std::vector<std::string_view> keys;  ///< All that it looks at.
  bool about_absence = false;          ///< It holds a missing setting against the spec.
  std::function<std::optional<Breach>(const TrainSpec&, const Sweep&)> check;
};

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

const std::vector<Rule>& rules() {
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

bool is_spoiled(const PartOutline& outline, std::string_view key) {
  const auto in = [key](const GivenList& list) {
    const Given* given = find_given(list, key);
    return given != nullptr && given->spoiled;
  };
  return in(outline.base) || std::any_of(outline.blocks.begin(), outline.blocks.end(), in) ||
         std::any_of(outline.zips.begin(), outline.zips.end(), in);
}

/// Where a setting got its value, as near as can be told.
Place place_of(const PartOutline& outline, std::size_t block, std::string_view key,
               const TrainSpec& spec) {
  if (key == "metric.name")
    return outline.metric_place;
  if (key == "metric.at")
    return outline.at_place;
  const std::string text = text_of(find_key(key)->get(spec));
  const auto in = [&](const GivenList& list) -> const Place* {
    const Given* given = find_given(list, key);
    if (given == nullptr)
      return nullptr;
    for (const Choice& choice : given->choices) {
      if (choice.text == text)
        return &choice.place;
    }
    return &given->place;
  };
  for (const GivenList& zip : outline.zips) {
    if (const Place* place = in(zip))
      return *place;
  }
  if (block < outline.blocks.size()) {
    if (const Place* place = in(outline.blocks[block]))
      return *place;
  }
  if (const Place* place = in(outline.base))
    return *place;
  return outline.from ? outline.from_place : outline.data_place;
}

bool is_excluded(const Part& part, const TrainSpec& spec) {
  return std::any_of(part.exclusions.begin(), part.exclusions.end(), [&](const Exclusion& all) {
    return std::all_of(all.begin(), all.end(), [&](const auto& pair) {
      return text_of(find_key(pair.first)->get(spec)) == pair.second;
    });
  });
}

/// An exclusion may be what keeps a rule: then the keys that it names are walked as well, so that
/// only what is really left out counts as left out.
std::vector<std::string_view> keys_to_walk(const Rule& rule, const Part& part) {
  std::vector<std::string_view> keys = rule.keys;
  for (const Exclusion& exclusion : part.exclusions) {
    for (const auto& [key, text] : exclusion)
      keys.push_back(key);
  }
  return keys;
}

void check_rule(const Rule& rule, const PartOutline& outline, const Part& part, const Sweep& sweep,
                Diagnostics& diagnostics) {
  const std::vector<std::string_view> walked = keys_to_walk(rule, part);
  for (std::size_t b = 0; b < part.blocks.size(); ++b) {
    Part one;
    one.base = part.base;
    one.folds = part.folds;
    one.blocks = {projected(part.blocks[b], walked)};
    std::map<std::string, bool> told;  // values that differ elsewhere give the same message
    for (std::uint64_t i = 0; i < one.configurations(); ++i) {
      const TrainSpec spec = one.trial(i, 0);
      std::optional<Breach> breach = rule.check(spec, sweep);
      if (!breach || is_excluded(part, spec) || told[breach->message])
        continue;
      told[breach->message] = true;
      diagnostics.report(place_of(outline, b, breach->key, spec), breach->message, breach->notes);
    }
  }
}

void check_file(const Given& given, Diagnostics& diagnostics) {
  for (const Choice& choice : given.choices) {
    if (given.key->type != "file")
      return;
    std::error_code error;
    const auto status = std::filesystem::status(choice.text, error);
    if (std::filesystem::is_regular_file(status))
      continue;
    const bool folder = std::filesystem::is_directory(status);
    diagnostics.report(
        choice.place,
        fmt::format("{}: {} {}", given.key->name,
                    folder ? "not a file but a folder:" : "no such file:", quote(choice.text)),
        {"expected a file, named from the directory that the program is started in"});
  }
}

/// An axis that changes nothing would train the same network under several names.
struct Idle {
  std::string_view axis;
  std::string_view decides;  ///< The setting that can make it idle ...
  std::string_view idle_at;  ///< ... with this value in every configuration.
  bool idle_unless = false;  ///< Or with any other value than `idle_at`.
  std::string_view reason;
};

constexpr std::array<Idle, 7> kIdle = {{
    {"activation", "hidden", "none", false, "no configuration has a hidden layer"},
    {"optimizer.momentum_form", "optimizer.momentum", "0", false, "momentum is 0 everywhere"},
    {"penalty_form", "optimizer.momentum", "0", false, "momentum is 0 everywhere"},
    {"bias_step", "batch_size", "1", false, "every batch is one row"},
    {"early_stop.stop_when", "early_stop.patience", "none", false, "no configuration stops early"},
    {"data.scale.per", "data.scale.method", "zscore", true, "no configuration scales by zscore"},
    {"data.scale.fit", "data.scale.method", "zscore", true, "no configuration scales by zscore"},
}};

/// All texts that `key` takes in one block.
std::vector<std::string> texts_in(const Block& block, const Part& part, std::string_view key) {
  std::vector<std::string> texts;
  Part one;
  one.base = part.base;
  one.blocks = {projected(block, {key})};
  for (std::uint64_t i = 0; i < one.configurations(); ++i) {
    texts.push_back(text_of(find_key(key)->get(one.trial(i, 0))));
  }
  return texts;
}

void check_idle(const Idle& idle, const PartOutline& outline, const Part& part,
                Diagnostics& diagnostics) {
  for (std::size_t b = 0; b < part.blocks.size(); ++b) {
    const auto swept = texts_in(part.blocks[b], part, idle.axis);
    if (swept.size() < 2)
      continue;
    const auto decides = texts_in(part.blocks[b], part, idle.decides);
    const bool any_use = std::any_of(decides.begin(), decides.end(), [&](const std::string& text) {
      return (text == idle.idle_at) == idle.idle_unless;
    });
    if (any_use)
      continue;
    const Given* given =
        b < outline.blocks.size() ? find_given(outline.blocks[b], idle.axis) : nullptr;
    for (const GivenList& zip : outline.zips) {
      if (given == nullptr)
        given = find_given(zip, idle.axis);
    }
    if (given == nullptr)
      continue;
    diagnostics.report(
        given->place, fmt::format("'{}' is swept but changes nothing: {}", idle.axis, idle.reason));
  }
}

}  // namespace

void check_rules(const PartOutline& outline, const Part& part, const Sweep& sweep,
                 Diagnostics& diagnostics) {
  for (const Rule& rule : rules()) {
    const bool spoiled = std::any_of(rule.keys.begin(), rule.keys.end(), [&](std::string_view key) {
      return is_spoiled(outline, key);
    });
    if (spoiled || (rule.about_absence && diagnostics.incomplete()))
      continue;
    check_rule(rule, outline, part, sweep, diagnostics);
  }
  for (const Idle& idle : kIdle) {
    if (is_spoiled(outline, idle.axis) || is_spoiled(outline, idle.decides))
      continue;
    check_idle(idle, outline, part, diagnostics);
  }
}

void check_files(const PartOutline& outline, Diagnostics& diagnostics) {
  for (const Given& given : outline.base)
    check_file(given, diagnostics);
  for (const auto* lists : {&outline.blocks, &outline.zips}) {
    for (const GivenList& list : *lists) {
      for (const Given& given : list)
        check_file(given, diagnostics);
    }
  }
}

std::vector<std::string> warnings(const Sweep& sweep) {
  const bool watches_test =
      std::any_of(sweep.parts.begin(), sweep.parts.end(), [](const Part& part) {
        return std::any_of(part.blocks.begin(), part.blocks.end(), [&](const Block& block) {
          const std::vector<std::string> texts = texts_in(block, part, "data.monitor");
          return std::find(texts.begin(), texts.end(), "test") != texts.end();
        });
      });
  std::vector<std::string> told = emptying_winners(sweep);
  if (watches_test) {
    told.emplace_back(
        "data.monitor: test: the test part is watched while training, so its figures say little "
        "about new data; it is meant for repeating reports that did so");
  }
  return told;
}

bool all_have_validation(const Sweep& sweep) {
  return std::all_of(sweep.parts.begin(), sweep.parts.end(), [](const Part& part) {
    const auto has = [&part](const Block& block) {
      const std::vector<std::string> texts = texts_in(block, part, "data.split.validation");
      return std::find(texts.begin(), texts.end(), "none") == texts.end();
    };
    return part.folds > 0 || std::all_of(part.blocks.begin(), part.blocks.end(), has);
  });
}

}  // namespace mlpsweep::sweeps

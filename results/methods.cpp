#include "results/methods.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/grouping.h"
#include "results/select.h"
#include "results/table.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

std::string listed(const std::vector<std::string>& texts, std::string_view last = " or ") {
  if (texts.empty()) {
    return {};
  }
  const auto all_but_one = texts.end() - 1;
  return texts.size() == 1 ? texts.front()
                           : fmt::format("{}{}{}", fmt::join(texts.begin(), all_but_one, ", "),
                                         last, texts.back());
}

std::string count(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// Different texts in the order of their first record.
class Texts {
 public:
  void add(const std::string& text) {
    if (std::find(texts_.begin(), texts_.end(), text) == texts_.end()) {
      texts_.push_back(text);
    }
  }
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
};

/// What all records have under each key; tells which keys a sentence has used.
class SettingsUsed {
 public:
  explicit SettingsUsed(std::span<const Record> records) {
    for (const Record& record : records) {
      for (const sweeps::Setting& setting : record.settings) {
        if (!values_.contains(setting.key)) {
          order_.push_back(setting.key);
        }
        values_[setting.key].add(sweeps::text_of(setting.value));
      }
    }
  }

  /// "0.01, 0.05 or 0.2"; empty where the records have no such key.
  std::string say(const std::string& key) {
    said_.insert(key);
    const auto found = values_.find(key);
    return found == values_.end() ? "" : listed(found->second.texts());
  }

  /// Whether any record has another value than `off`.
  [[nodiscard]] bool used(const std::string& key, std::string_view off) const {
    const auto found = values_.find(key);
    return found != values_.end() &&
           (found->second.texts().size() > 1 || found->second.texts().front() != off);
  }

  void skip(const std::string& key) { said_.insert(key); }

  /// Settings that no sentence has used and that are not at their default.
  [[nodiscard]] std::vector<std::string> others() const {
    std::vector<std::string> found;
    for (const std::string& key : order_) {
      const sweeps::Key* entry = sweeps::find_key(key);
      const std::string usual = entry == nullptr ? "" : sweeps::text_of(entry->default_value);
      if (!said_.contains(key) && used(key, usual)) {
        found.push_back(fmt::format("{} = {}", key, listed(values_.at(key).texts())));
      }
    }
    return found;
  }

 private:
  std::vector<std::string> order_;
  std::map<std::string, Texts> values_;
  std::set<std::string> said_;
};

std::string text_of_each(std::span<const Record> records,
                         const std::function<std::string(const Record&)>& what) {
  Texts values;
  for (const Record& record : records) {
    values.add(what(record));
  }
  return listed(values.texts(), " and ");
}

std::string on_data(SettingsUsed& settings, std::span<const Record> records) {
  const std::string key = settings.used("data.set", "") ? "data.set" : "data.train";
  std::string text = fmt::format(
      "Multi-layer perceptrons were trained on {} (XXH3-128 checksum of the data: {}).",
      settings.say(key), text_of_each(records, [](const Record& r) { return r.data_checksum; }));
  for (const char* other : {"data.set", "data.train", "data.labels.train", "data.format"}) {
    settings.skip(other);
  }
  text += fmt::format(" Training part: {}; validation part: {}; test part: {}",
                      settings.say("data.split.train"), settings.say("data.split.validation"),
                      settings.say("data.split.test"));
  std::set<std::size_t> images;
  for (const Record& record : records) {
    if (!record.result.predictions.empty()) {
      images.insert(record.result.predictions.size());
    }
  }
  if (!images.empty()) {
    text += fmt::format(", {} images", fmt::join(images, " or "));
  }
  text += " (below 1 a share, else rows)";
  if (settings.used("data.split.stratify", "false")) {
    settings.skip("data.split.stratify");
    text += ", stratified by class";
  }
  text += fmt::format(". Inputs were scaled by {}", settings.say("data.scale.method"));
  if (settings.used("data.scale.method", "unit") && settings.used("data.scale.method", "none")) {
    text += fmt::format(", per {}, fitted on: {}", settings.say("data.scale.per"),
                        settings.say("data.scale.fit"));
  }
  return text + ".";
}

std::string on_training(SettingsUsed& settings) {
  std::string text =
      fmt::format(" Hidden layers: {}; activation: {}; output: {}; loss: {}; initial weights: {}.",
                  settings.say("hidden"), settings.say("activation"), settings.say("output"),
                  settings.say("loss"), settings.say("init.weights"));
  text += fmt::format(" Optimiser: {} with learning rate {}", settings.say("optimizer.name"),
                      settings.say("optimizer.learning_rate"));
  if (settings.used("optimizer.momentum", "0")) {
    text += fmt::format(" and momentum {} ({})", settings.say("optimizer.momentum"),
                        settings.say("optimizer.momentum_form"));
  }
  settings.skip("optimizer.momentum_form");
  text += fmt::format("; batch size {}; epochs: {}{}", settings.say("batch_size"),
                      settings.used("early_stop.patience", "none") ? "at most " : "",
                      settings.say("epochs"));
  for (const char* penalty : {"l1", "l2"}) {
    if (settings.used(penalty, "0")) {
      text +=
          fmt::format("; {} penalty {}", penalty[1] == '1' ? "L1" : "L2", settings.say(penalty));
    }
  }
  if (settings.used("early_stop.patience", "none")) {
    text += fmt::format("; early stopping with a patience of {} epochs",
                        settings.say("early_stop.patience"));
  }
  settings.skip("keep_weights");
  if (const std::vector<std::string> others = settings.others(); !others.empty()) {
    text += fmt::format("; {}", fmt::join(others, "; "));
  }
  return text + ".";
}

std::string on_repeats(std::span<const Record> records) {
  std::map<std::string, std::set<std::pair<std::uint64_t, int>>> repeats;
  std::set<std::uint64_t> seeds;
  std::vector<const Record*> all;
  for (const Record& record : records) {
    std::string configuration;
    for (const sweeps::Setting& setting : record.settings) {
      configuration += setting.key + '=' + sweeps::text_of(setting.value) + '\n';
    }
    repeats[configuration].emplace(record.seed, record.repeat);
    seeds.insert(record.seed);
    all.push_back(&record);
  }
  std::set<std::size_t> counts;
  for (const auto& [configuration, of_one] : repeats) {
    counts.insert(of_one.size());
  }
  std::string text = fmt::format(
      " {} {} trained in {} repeat{} (seed{} {}), {} in all; configurations share each repeat's "
      "split, order of rows and stream of initial weights.",
      count(repeats.size(), "configuration"), repeats.size() == 1 ? "was" : "were",
      fmt::join(counts, " or "), counts == std::set<std::size_t>{1} ? "" : "s",
      seeds.size() == 1 ? "" : "s", fmt::join(seeds, ", "), count(records.size(), "trial"));
  const Grouping one = group_trials(all, {}, {});
  if (const std::string left_out = text_of_left_out(one.groups); !left_out.empty()) {
    text += fmt::format(" Left out of the means: {}.", left_out);
  }
  return text;
}

std::string on_statistics(const SweepInfo& info, std::span<const Record> records) {
  const std::string metric = metric_figure(info);
  const bool several = std::any_of(records.begin(), records.end(), [&](const Record& record) {
    return record.repeat != records.front().repeat || record.seed != records.front().seed;
  });
  std::string text =
      several ? " Intervals are Student's 95 % intervals over repeats; differences are paired by "
                "repeat, their p values corrected by Holm's method."
              : " With one repeat, intervals of test accuracy are Wilson's 95 % intervals over the "
                "test images, and say nothing of other seeds.";
  const bool chosen = is_validation_figure(metric) &&
                      std::any_of(records.begin(), records.end(), [&](const Record& record) {
                        return !std::isnan(figure(record, metric));
                      });
  if (chosen) {
    text += fmt::format(" Configurations were chosen by the {} mean {}, never by test figures.",
                        info.minimize ? "lowest" : "highest", metric);
  }
  return text;
}

std::string on_machine(std::span<const Record> records) {
  std::string text = fmt::format(
      " Software: {}", text_of_each(records, [](const Record& r) { return r.provenance.program; }));
  text += fmt::format("; hardware: {}, instruction set {}, {}",
                      text_of_each(records, [](const Record& r) { return r.provenance.processor; }),
                      text_of_each(records, [](const Record& r) { return r.provenance.isa; }),
                      text_of_each(records, [](const Record& r) {
                        return count(static_cast<std::size_t>(r.provenance.ranks), "rank") +
                               " of " +
                               count(static_cast<std::size_t>(r.provenance.threads), "thread");
                      }));
  Digest digest;
  for (const Record& record : records) {
    digest.add(record);
  }
  return text + fmt::format(". The digest over all {} is {}.", count(records.size(), "record"),
                            digest.hex());
}

}  // namespace

std::string methods_paragraph(const SweepInfo& info, std::span<const Record> records,
                              Markup markup) {
  if (records.empty()) {
    throw InputError("--methods: expected finished trials, found none");
  }
  SettingsUsed settings(records);
  // One after the other: each takes its settings out of what is left to tell.
  std::string text = on_data(settings, records);
  text += on_training(settings);
  text += on_repeats(records) + on_statistics(info, records) + on_machine(records);
  return (markup == Markup::kLatex ? latex_text(text) : text) + "\n";
}

}  // namespace mlpsweep::results

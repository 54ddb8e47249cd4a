#include "results/select.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/derived.h"
#include "sweeps/keys.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::results {
namespace {

/// What tells trials apart beside their settings. A spec can't sweep these, a table can group by
/// them.
constexpr std::array<std::string_view, 4> kOwnNames = {"seed", "repeat", "fold", "state"};

using sweeps::last_part;

bool starts_with_validation(std::string_view name) {
  return name.rfind("validation_", 0) == 0;
}

std::string_view without_best(std::string_view name) {
  return name.rfind("best_", 0) == 0 ? name.substr(5) : name;
}

std::string hint(std::string_view wrong, std::span<const std::string_view> names) {
  const std::string_view near = sweeps::nearest(wrong, names);
  return near.empty() ? std::string() : fmt::format("\n  nearest: {}", near);
}

/// `text` in the spelling that records use. Names that the key table doesn't have keep theirs.
std::string canonical(const std::string& key, const std::string& text, std::string_view option,
                      Complaints& complaints) {
  const sweeps::Key* entry = sweeps::find_key(key);
  if (entry == nullptr) {
    return text;
  }
  engine::TrainSpec spec;
  if (const auto expected = entry->set(spec, text)) {
    complaints.add(fmt::format("{}: '{}' must be {}, got '{}'", option, key, *expected, text));
    return text;
  }
  return sweeps::text_of(entry->get(spec));
}

}  // namespace

void Complaints::throw_if_any() const {
  if (!all_.empty()) {
    throw InputError(fmt::format("{}", fmt::join(all_, "\n")));
  }
}

KeyNames::KeyNames(std::span<const Record> records) {
  for (const sweeps::Key& key : sweeps::keys()) {
    names_.emplace_back(key.name);
  }
  std::vector<const sweeps::Setting*> latest;  // by place: most records share their settings
  for (const Record& record : records) {
    latest.resize(std::max(latest.size(), record.settings.size()), nullptr);
    for (std::size_t place = 0; place < record.settings.size(); ++place) {
      const sweeps::Setting& setting = record.settings[place];
      if (std::exchange(latest[place], &setting) != &setting &&
          sweeps::find_key(setting.key) == nullptr &&
          std::find(names_.begin(), names_.end(), setting.key) == names_.end()) {
        names_.push_back(setting.key);
      }
    }
  }
  names_.insert(names_.end(), kOwnNames.begin(), kOwnNames.end());
}

std::vector<std::string_view> KeyNames::ending_in(std::string_view part) const {
  std::vector<std::string_view> found;
  for (const std::string& name : names_) {
    if (last_part(name) == part) {
      found.emplace_back(name);
    }
  }
  return found;
}

std::string KeyNames::resolve(std::string_view text, std::string_view option,
                              Complaints& complaints) const {
  if (std::find(names_.begin(), names_.end(), text) != names_.end()) {
    return std::string(text);
  }
  const std::vector<std::string_view> full = ending_in(text);
  if (full.size() == 1) {
    return std::string(full.front());
  }
  if (full.size() > 1) {
    complaints.add(fmt::format("{}: '{}' can mean {}; write one of them in full", option, text,
                               fmt::join(full, " or ")));
    return {};
  }
  std::vector<std::string_view> candidates(names_.begin(), names_.end());
  for (const std::string& name : names_) {
    candidates.push_back(last_part(name));
  }
  complaints.add(fmt::format("{}: unknown key '{}'{}", option, text, hint(text, candidates)));
  return {};
}

std::string KeyNames::heading(std::string_view key) const {
  const std::string_view part = last_part(key);
  // Sweep and metric have names too, so "name" over a column would tell nothing.
  const bool clear = part != "name" && ending_in(part).size() == 1;
  return std::string(clear ? part : key);
}

const sweeps::Setting* SettingPlace::find(const Record& record) {
  const Settings& settings = record.settings;
  if (place_ < settings.size() && settings[place_].key == key_) {
    return &settings[place_];
  }
  for (std::size_t place = 0; place < settings.size(); ++place) {
    if (settings[place].key == key_) {
      place_ = place;
      return &settings[place];
    }
  }
  return nullptr;
}

sweeps::Value own_value(const Record& record, std::string_view name) {
  if (name == "seed") {
    // As text where it doesn't fit: a table must not show a seed as a negative number.
    return record.seed <= static_cast<std::uint64_t>(INT64_MAX)
               ? sweeps::Value(static_cast<std::int64_t>(record.seed))
               : sweeps::Value(std::to_string(record.seed));
  }
  if (name == "repeat") {
    return sweeps::Value(std::int64_t{record.repeat});
  }
  if (name == "fold") {
    return sweeps::Value(std::int64_t{record.fold});
  }
  if (name == "state") {
    return sweeps::Value(std::string(engine::name_of(record.result.state)));
  }
  return std::string();
}

sweeps::Value value_of(const Record& record, std::string_view key) {
  for (const sweeps::Setting& setting : record.settings) {
    if (setting.key == key) {
      return setting.value;
    }
  }
  return own_value(record, key);
}

void check_figure(std::string_view name, std::span<const sweeps::DerivedFigure> derived,
                  std::string_view option, Complaints& complaints) {
  const std::vector<std::string_view> names = figure_names(derived);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    complaints.add(fmt::format("{}: unknown figure '{}'\n  expected one of: {}{}", option, name,
                               fmt::join(names, ", "), hint(name, names)));
  }
}

std::string metric_figure(const SweepInfo& info) {
  const bool has_best = info.metric.rfind("best_", 0) == 0;
  // Only curves have a best epoch; a test figure is taken once, with the weights that were kept.
  const bool has_curve = starts_with_validation(info.metric) || info.metric.rfind("train_", 0) == 0;
  return info.at_best && has_curve && !has_best && info.metric != "train_seconds"
             ? "best_" + info.metric
             : info.metric;
}

bool is_validation_figure(std::string_view figure_name) {
  return starts_with_validation(without_best(figure_name));
}

bool is_share(std::string_view figure_name) {
  constexpr std::string_view kEnd = "accuracy";
  return figure_name.size() >= kEnd.size() &&
         figure_name.substr(figure_name.size() - kEnd.size()) == kEnd;
}

std::vector<std::string> figures_to_show(const SweepInfo& info, std::span<const Record> records,
                                         std::span<const std::string> chosen,
                                         Complaints& complaints) {
  for (const std::string& name : chosen) {
    check_figure(name, info.derived, "values", complaints);
  }
  if (!chosen.empty()) {
    return {chosen.begin(), chosen.end()};
  }
  std::vector<std::string> names = {metric_figure(info)};
  check_figure(names.front(), {}, "metric", complaints);
  const std::string& metric = names.front();
  if (metric.size() > 4 && metric.substr(metric.size() - 4) == "loss") {
    names.push_back(metric.substr(0, metric.size() - 4) + "accuracy");
  }
  const bool tested = std::any_of(records.begin(), records.end(), [](const Record& record) {
    return !std::isnan(figure(record, "test_accuracy"));
  });
  if (tested && std::find(names.begin(), names.end(), "test_accuracy") == names.end()) {
    names.emplace_back("test_accuracy");
  }
  return names;
}

std::vector<Filter> read_filters(const KeyNames& names,
                                 std::span<const std::pair<std::string, std::string>> where,
                                 Complaints& complaints, std::string_view option) {
  std::vector<Filter> filters;
  for (const auto& [name, text] : where) {
    std::string key = names.resolve(name, option, complaints);
    if (!key.empty()) {
      const auto same = [&key](const Filter& filter) { return filter.key == key; };
      auto filter = std::find_if(filters.begin(), filters.end(), same);
      if (filter == filters.end()) {
        filter = filters.insert(filters.end(), {key, {}});
      }
      filter->texts.push_back(canonical(key, text, option, complaints));
    }
  }
  return filters;
}

bool Filter::passes(const Record& record) const {
  return has(value_of(record, key));
}

bool Filter::has(const sweeps::Value& value) const {
  return std::find(texts.begin(), texts.end(), sweeps::text_of(value)) != texts.end();
}

namespace {

/// A filter over many records: of settings that they share each is looked at once.
class FilterOfMany {
 public:
  explicit FilterOfMany(const Filter& filter) : filter_(filter), place_(filter.key) {}

  [[nodiscard]] bool passes(const Record& record) {
    const sweeps::Setting* setting = place_.find(record);
    if (setting == nullptr) {
      return filter_.has(own_value(record, filter_.key));
    }
    const auto [known, is_new] = known_.try_emplace(setting, false);
    if (is_new) {
      known->second = filter_.has(setting->value);
    }
    return known->second;
  }

 private:
  const Filter& filter_;
  SettingPlace place_;
  std::unordered_map<const sweeps::Setting*, bool> known_;
};

}  // namespace

std::vector<const Record*> select(std::span<const Record> records,
                                  std::span<const Filter> filters) {
  std::vector<const Record*> selected;
  std::vector<FilterOfMany> of_many(filters.begin(), filters.end());
  for (const Record& record : records) {
    const bool passes = std::all_of(of_many.begin(), of_many.end(),
                                    [&](FilterOfMany& filter) { return filter.passes(record); });
    if (passes) {
      selected.push_back(&record);
    }
  }
  return selected;
}

std::string count_unfinished(std::span<const Record* const> trials) {
  std::map<engine::State, std::size_t> counts;
  for (const Record* trial : trials) {
    if (trial->result.state != engine::State::kComplete) {
      ++counts[trial->result.state];
    }
  }
  std::vector<std::string> parts;
  for (const auto& [state, count] : counts) {
    parts.push_back(fmt::format("{} {}", count, engine::name_of(state)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> notes_on_absent(const SweepInfo& info, std::size_t records,
                                         std::size_t selected, std::span<const Filter> filters) {
  std::vector<std::string> notes;
  if (!filters.empty()) {
    std::vector<std::string> parts;
    for (const auto& [key, texts] : filters) {
      parts.push_back(fmt::format("{} = {}", key, fmt::join(texts, " or ")));
    }
    notes.push_back(
        fmt::format("Only trials with {}: {} of {}.", fmt::join(parts, ", "), selected, records));
  }
  if (records < info.planned) {
    notes.push_back(fmt::format("Missing: {} of {} planned trials are not finished yet.",
                                info.planned - records, info.planned));
  }
  return notes;
}

}  // namespace mlpsweep::results

#include "sweeps/read_where.h"

#include <algorithm>

#include <fmt/format.h>

#include "sweeps/given.h"
#include "sweeps/keys.h"
#include "sweeps/report_fields.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::sweeps {
namespace {

using Texts = std::vector<std::string>;

/// Index of `key` among the keys of an axis; their number if it is none of them.
std::size_t index_in(const Axis& axis, std::string_view key) {
  return static_cast<std::size_t>(std::find(axis.keys.begin(), axis.keys.end(), key) -
                                  axis.keys.begin());
}

std::string text_in_base(const KnownExperiment& experiment, std::string_view key) {
  return text_of(find_key(key)->get(experiment.base));
}

/// All texts of `key` in one block.
Texts texts_in(const KnownExperiment& experiment, const Block& block, std::string_view key) {
  for (const Axis& axis : block.axes) {
    const std::size_t index = index_in(axis, key);
    if (index == axis.keys.size())
      continue;
    Texts texts;
    for (const std::vector<std::string>& step : axis.values)
      texts.push_back(step[index]);
    return texts;
  }
  for (const auto& [fixed, text] : block.fixed) {
    if (fixed == key)
      return {text};
  }
  return {text_in_base(experiment, key)};
}

/// Whether some step of the axis has, for each of its keys that `where` names, one of the texts.
bool any_step(const Axis& axis, const Where& where) {
  return std::any_of(axis.values.begin(), axis.values.end(), [&](const Texts& step) {
    return std::all_of(where.begin(), where.end(), [&](const auto& pair) {
      const std::size_t index = index_in(axis, pair.first);
      return index == axis.keys.size() || is_in(pair.second, step[index]);
    });
  });
}

/// "experiment 'rates'", or for a spec without experiments "this spec".
std::string called(const KnownExperiment& experiment) {
  return experiment.name.empty() ? "this spec" : fmt::format("experiment '{}'", experiment.name);
}

}  // namespace

std::vector<std::string> texts_in(const KnownExperiment& experiment, std::string_view key) {
  Texts all;
  for (const Block& block : experiment.blocks) {
    for (std::string& text : texts_in(experiment, block, key)) {
      if (!is_in(all, text))
        all.push_back(std::move(text));
    }
  }
  if (all.empty())
    all.push_back(text_in_base(experiment, key));
  return all;
}

bool any_configuration(const KnownExperiment& experiment, const Where& where) {
  Where settled;
  for (const auto& pair : where) {
    if (!is_in(experiment.open, pair.first))
      settled.push_back(pair);
  }
  const auto holds_outside_axes = [&](const Block& block) {
    return std::all_of(settled.begin(), settled.end(), [&](const auto& pair) {
      const Texts texts = texts_in(experiment, block, pair.first);
      return std::any_of(texts.begin(), texts.end(),
                         [&](const std::string& text) { return is_in(pair.second, text); });
    });
  };
  const auto matches = [&](const Block& block) {
    return holds_outside_axes(block) &&
           std::all_of(block.axes.begin(), block.axes.end(),
                       [&](const Axis& axis) { return any_step(axis, settled); });
  };
  if (experiment.blocks.empty())
    return holds_outside_axes(Block{});
  return std::any_of(experiment.blocks.begin(), experiment.blocks.end(), matches);
}

Names swept_in(const KnownExperiment& experiment) {
  Names names;
  for (const Key& key : keys()) {
    if (texts_in(experiment, key.name).size() > 1)
      names.push_back(key.name);
  }
  return names;
}

bool check_value(const KnownExperiment& experiment, std::string_view key, std::string_view text,
                 Place at, Diagnostics& diagnostics) {
  const Texts texts = texts_in(experiment, key);
  if (is_in(experiment.open, key) || is_in(texts, text))
    return true;
  std::vector<std::string> notes = notes_of(Names(texts.begin(), texts.end()), text);
  if (texts.size() == 1)
    notes.resize(1);  // the nearest of one is no news
  diagnostics.report(
      at, fmt::format("no configuration of {} has {} = {}", called(experiment), key, text),
      std::move(notes));
  return false;
}

bool check_swept(const KnownExperiment& experiment, std::string_view key, std::string_view role,
                 Place at, Diagnostics& diagnostics) {
  const Names swept = swept_in(experiment);
  const bool known = find_key(key) != nullptr;
  if (is_in(experiment.open, key) || (known && texts_in(experiment, key).size() > 1))
    return true;
  std::vector<std::string> notes = notes_of(swept, key);
  for (const std::string_view name : swept) {
    const std::string_view leaf = last_part(name);
    if (!known && notes.size() == 1 && !nearest(key, std::vector{leaf}).empty())
      notes.push_back(fmt::format("nearest: {}", name));
  }
  diagnostics.report(
      at,
      known ? fmt::format("'{}' names {}, which is not swept in {}", role, key, called(experiment))
            : fmt::format("'{}' names {}, which is no setting", role, quote(key)),
      std::move(notes));
  return false;
}

Where read_where(const Node& map, std::string_view name, const KnownExperiment* experiment,
                 Diagnostics& diagnostics) {
  Where where;
  if (!map.is_map()) {
    diagnostics.report(
        map.place, fmt::format("'{}' must be a mapping of settings, got {}", name, described(map)));
    return where;
  }
  bool good = true;
  for (const Given& given : read_settings(map, "", name, Values::kMany, diagnostics)) {
    Texts texts;
    for (const Choice& choice : given.choices) {
      if (experiment != nullptr &&
          !check_value(*experiment, given.key->name, choice.text, choice.place, diagnostics))
        good = false;
      texts.push_back(choice.text);
    }
    good = good && !given.spoiled;
    where.emplace_back(given.key->name, std::move(texts));
  }
  if (good && experiment != nullptr && !any_configuration(*experiment, where)) {
    diagnostics.report(map.place, fmt::format("no configuration of {} has all of '{}' at once",
                                              called(*experiment), name));
  }
  return where;
}

Where read_where(const Fields& fields, std::string_view name, const KnownExperiment* experiment,
                 Diagnostics& diagnostics) {
  const Node* map = fields.find(name);
  return map == nullptr ? Where{} : read_where(*map, name, experiment, diagnostics);
}

}  // namespace mlpsweep::sweeps

#include "sweeps/given.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

/// Groups that may be given as one value, and the key that it then stands for.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kShortForms = {{
    {"data", "data.set"},
    {"data.scale", "data.scale.method"},
    {"optimizer", "optimizer.name"},
    {"init", "init.weights"},
    {"early_stop", "early_stop.patience"},
}};

/// Settings that the language of sweeps has and this version has not.
constexpr std::array<std::string_view, 1> kLater = {
    "schedule",
};

bool is_group(std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  return std::any_of(keys().begin(), keys().end(),
                     [&](const Key& key) { return key.name.substr(0, prefix.size()) == prefix; });
}

/// The names that may come next after `prefix`, in the table's order.
std::vector<std::string_view> children_of(std::string_view prefix) {
  std::vector<std::string_view> children;
  for (const Key& key : keys()) {
    if (key.name.substr(0, prefix.size()) != prefix)
      continue;
    const std::string_view rest = key.name.substr(prefix.size());
    const std::string_view child = rest.substr(0, rest.find('.'));
    if (std::find(children.begin(), children.end(), child) == children.end()) {
      children.push_back(child);
    }
  }
  return children;
}

bool wants_number(const Key& key) {
  return key.type == "number" || key.type == "whole number";
}

/// "24x12" for a list of units; empty (and reported) if it is no topology.
std::optional<std::string> joined_topology(const Node& list, Diagnostics& diagnostics) {
  std::vector<std::string> units;
  for (const Node& item : list.items) {
    if (!item.is_scalar() || item.in_quotes || !parse_whole(item.text)) {
      diagnostics.report(item.place,
                         fmt::format("units of a layer must be a whole number 1 to 65536, "
                                     "got {}",
                                     described(item)));
      return {};
    }
    units.push_back(item.text);
  }
  return units.empty() ? "none" : fmt::format("{}", fmt::join(units, "x"));
}

/// "7,8" for a list of labels; empty (and reported) if it is none.
std::optional<std::string> joined_labels(const Key& key, const Node& list,
                                         Diagnostics& diagnostics) {
  std::vector<std::string> labels;
  for (const Node& item : list.items) {
    if (!item.is_scalar() || item.text.empty() || item.text.find(',') != std::string::npos) {
      diagnostics.report(
          item.place, fmt::format("'{}' must hold labels, without commas in them, got {}", key.name,
                                  described(item)));
      return {};
    }
    labels.push_back(item.text);
  }
  return fmt::format("{}", fmt::join(labels, ","));
}

class SettingsReader {
 public:
  SettingsReader(std::string_view section, Values values, Diagnostics& diagnostics)
      : section_(section), values_(values), diagnostics_(diagnostics) {}

  GivenList read(const Node& map, const std::string& prefix) {
    walk(map, prefix);
    return std::move(given_);
  }

 private:
  void walk(const Node& map, const std::string& prefix) {
    for (std::size_t i = 0; i < map.keys.size(); ++i)
      one(map.keys[i], map.items[i], prefix);
  }

  void one(const Node& key_node, const Node& value, const std::string& prefix) {
    const std::string name = prefix + key_node.text;
    const Place at = key_node.place;
    if (const Key* key = find_key(name))
      return take(*key, at, value);
    if (is_group(name))
      return group(name, at, value);
    if (std::find(kLater.begin(), kLater.end(), name) != kLater.end()) {
      return diagnostics_.report(at, fmt::format("'{}' is not in this version", name));
    }
    std::vector<std::string_view> all;
    for (const Key& key : keys())
      all.push_back(key.name);
    const std::string where =
        prefix.empty()       ? std::string(section_)
        : section_ == "data" ? prefix.substr(0, prefix.size() - 1)
                             : fmt::format("{}: {}", section_, prefix.substr(0, prefix.size() - 1));
    diagnostics_.unknown_key(at, key_node.text, where, children_of(prefix), all);
  }

  void group(const std::string& name, Place at, const Node& value) {
    if (value.is_map())
      return walk(value, name + ".");
    const Key* key = short_form_of(name);
    if (key != nullptr && value.kind != Node::Kind::kNull)
      return take(*key, at, value);
    diagnostics_.report(
        at, fmt::format("'{}' must be a mapping, got {}", name, described(value)),
        {fmt::format("expected one of: {}", fmt::join(children_of(name + "."), ", "))});
  }

  void take(const Key& key, Place at, const Node& value) {
    const auto [before, is_new] = seen_.emplace(key.name, at);
    if (!is_new) {
      return diagnostics_.report(at, fmt::format("'{}' is given twice in '{}'; first in line {}",
                                                 key.name, section_, before->second.line));
    }
    given_.push_back(read_given(key, at, value, values_, diagnostics_));
  }

  std::string_view section_;
  Values values_;
  Diagnostics& diagnostics_;
  GivenList given_;
  std::unordered_map<std::string_view, Place> seen_;
};

void report_bad_value(const Key& key, const Node& value, const std::string& expected,
                      Diagnostics& diagnostics) {
  std::vector<std::string> notes;
  if (wants_number(key) || key.type == "topology") {
    const std::string why = why_no_number(value.text);
    if (!why.empty())
      notes.push_back(why);
  }
  diagnostics.bad_value(value.place, key.name, expected, value.text, std::move(notes));
}

/// One value in its one spelling; empty (and reported) if it is illegal.
std::optional<Choice> read_choice(const Key& key, const Node& value, Diagnostics& diagnostics) {
  engine::TrainSpec scratch;
  std::string text = value.text;
  if (key.type == "topology" && names_matched_topology(value)) {
    std::optional<MatchedTopology> matched = read_matched_topology(value, diagnostics);
    return matched ? std::optional(Choice{"", value.place, std::move(matched)}) : std::nullopt;
  }
  if (value.is_list() && key.type == "topology") {
    std::optional<std::string> units = joined_topology(value, diagnostics);
    if (!units)
      return {};
    text = *units;
  } else if (value.is_list() && key.type == "labels") {
    std::optional<std::string> labels = joined_labels(key, value, diagnostics);
    if (!labels)
      return {};
    text = *labels;
  } else if (!value.is_scalar()) {
    diagnostics.report(value.place,
                       fmt::format("'{}' must be one value, got {}", key.name, described(value)));
    return {};
  } else if (value.in_quotes && (wants_number(key) || key.type == "true or false")) {
    diagnostics.report(value.place,
                       fmt::format("'{}' must be a {}, got a text in quotes", key.name, key.type),
                       {"write it without quotes"});
    return {};
  }
  if (const std::optional<std::string> expected = key.set(scratch, text)) {
    Node shown = value;
    shown.text = text;
    report_bad_value(key, shown, *expected, diagnostics);
    return {};
  }
  return Choice{text_of(key.get(scratch)), value.place, {}};
}

/// W&B's {values: [...]} and {value: x}: the node inside, or null (and reported).
const Node* unwrapped(const Key& key, const Node& map, Diagnostics& diagnostics) {
  if (map.keys.size() == 1) {
    const bool one = map.keys[0].text == "value" && !map.items[0].is_list();
    const bool many = map.keys[0].text == "values" && map.items[0].is_list();
    if (one || many || (map.keys[0].text == "value" && takes_list(key)))
      return &map.items[0];
  }
  diagnostics.report(map.place, fmt::format("'{}' must be a value, a list of values, "
                                            "{{values: [...]}} or {{value: ...}}",
                                            key.name));
  return nullptr;
}

void read_list(const Key& key, const Node& list, Given& given, Diagnostics& diagnostics) {
  std::unordered_map<std::string, Place> seen;
  for (const Node& item : list.items) {
    std::optional<Choice> choice = read_choice(key, item, diagnostics);
    if (!choice) {
      given.spoiled = true;
      continue;
    }
    if (choice->matched) {
      given.choices.push_back(std::move(*choice));
      continue;
    }
    const auto [before, is_new] = seen.emplace(choice->text, choice->place);
    if (is_new) {
      given.choices.push_back(std::move(*choice));
      continue;
    }
    given.spoiled = true;
    const Place& first = before->second;
    diagnostics.report(item.place,
                       fmt::format("'{}' has the value {} twice; first in line {}, column {}",
                                   key.name, choice->text, first.line, first.column));
  }
}

/// Whether a value can't be read at all, which is then reported: nothing, no values, a list for
/// one.
bool refuse_shape(const Key& key, Place key_place, const Node& node, Values values,
                  Diagnostics& diagnostics) {
  const bool topology = key.type == "topology";
  if (node.kind == Node::Kind::kNull) {
    diagnostics.report(key_place, fmt::format("'{}' has no value", key.name));
    return true;
  }
  if (values == Values::kMany && node.is_list() && node.items.empty()) {
    std::vector<std::string> notes;
    if (topology)
      notes.emplace_back("write none or [[]] for no hidden layer");
    diagnostics.report(node.place, fmt::format("'{}' has no values", key.name), notes);
    return true;
  }
  if (values == Values::kOne && node.is_list() && !takes_list(key)) {
    diagnostics.report(node.place, fmt::format("'{}' must be one value, got a list", key.name),
                       {"lists of values belong in 'parameters'"});
    return true;
  }
  return false;
}

}  // namespace

GivenList read_settings(const Node& map, std::string_view prefix, std::string_view section,
                        Values values, Diagnostics& diagnostics) {
  return SettingsReader(section, values, diagnostics).read(map, std::string(prefix));
}

Given read_given(const Key& key, Place key_place, const Node& value, Values values,
                 Diagnostics& diagnostics) {
  Given given{&key, key_place, {}, false};
  const Node* node = &value;
  if (values == Values::kMany && node->is_map() && !names_matched_topology(value)) {
    node = unwrapped(key, value, diagnostics);
    // W&B's value: [24, 12] is one topology.
    if (node != nullptr && value.keys[0].text == "value")
      values = Values::kOne;
  }
  if (node == nullptr || refuse_shape(key, key_place, *node, values, diagnostics)) {
    given.spoiled = true;
  } else if (values == Values::kMany && node->is_list()) {
    read_list(key, *node, given, diagnostics);
  } else if (std::optional<Choice> choice = read_choice(key, *node, diagnostics)) {
    given.choices.push_back(std::move(*choice));
  } else {
    given.spoiled = true;
  }
  return given;
}

const Key* short_form_of(std::string_view group) {
  for (const auto& [name, key] : kShortForms) {
    if (name == group)
      return find_key(key);
  }
  return nullptr;
}

const Given* find_given(const GivenList& list, std::string_view name) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [name](const Given& given) { return given.key->name == name; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace mlpsweep::sweeps

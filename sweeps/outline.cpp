#include "sweeps/outline.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

constexpr int kSchemaVersion = 1;
constexpr std::int64_t kMostRepeats = 1'000'000;

constexpr std::array<std::string_view, 9> kLaterSections = {"folds",    "experiments", "readings",
                                                            "expected", "same",        "claims",
                                                            "derived",  "figures",     "tables"};

constexpr std::array<std::string_view, 8> kMetrics = {
    "train_loss",   "train_accuracy",   "validation_loss", "validation_accuracy",
    "monitor_loss", "monitor_accuracy", "test_loss",       "test_accuracy"};

/// The text of a node that must be one of `words`; empty (and reported) if it isn't.
template <std::size_t N>
std::string word_of(const Node& node, std::string_view key,
                    const std::array<std::string_view, N>& words, Diagnostics& diagnostics) {
  const bool known =
      node.is_scalar() && std::find(words.begin(), words.end(), node.text) != words.end();
  if (known)
    return node.text;
  const std::string expected = fmt::format("one of: {}", fmt::join(words, ", "));
  if (node.is_scalar()) {
    diagnostics.bad_value(node.place, key, expected, node.text);
  } else {
    diagnostics.report(node.place,
                       fmt::format("'{}' must be {}, got {}", key, expected, described(node)));
  }
  return "";
}

void refuse_number(const Node& node, std::string_view key, std::string_view expected,
                   Diagnostics& diagnostics) {
  std::vector<std::string> notes;
  if (node.in_quotes) {
    notes.emplace_back("write it without quotes");
  } else if (const std::string why = why_no_number(node.text); node.is_scalar() && !why.empty()) {
    notes.push_back(why);
  }
  diagnostics.report(node.place,
                     fmt::format("'{}' must be {}, got {}", key, expected, described(node)), notes);
}

void read_name(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  const std::string& name = node.text;
  const bool good = node.is_scalar() && !name.empty() && name.size() <= 100 && name[0] != '.' &&
                    name[0] != '-' && std::all_of(name.begin(), name.end(), legal);
  if (good) {
    outline.name = name;
    return;
  }
  diagnostics.report(node.place, fmt::format("'name' must be 1 to 100 letters, digits, '-', '_' or "
                                             "'.' (it names a directory), got {}",
                                             described(node)));
}

void read_seed(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  const auto seed = node.is_scalar() && !node.in_quotes ? parse_unsigned(node.text) : std::nullopt;
  if (seed) {
    outline.seed = *seed;
    return;
  }
  refuse_number(node, "seed", "a whole number 0 to 2^64 - 1", diagnostics);
}

void read_repeats(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  const auto repeats = node.is_scalar() && !node.in_quotes ? parse_whole(node.text) : std::nullopt;
  if (repeats && *repeats >= 1 && *repeats <= kMostRepeats) {
    outline.repeats = static_cast<int>(*repeats);
    return;
  }
  refuse_number(node, "repeats", fmt::format("a whole number 1 to {}", kMostRepeats), diagnostics);
}

void read_metric_name(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  const std::string name = word_of(node, "metric.name", kMetrics, diagnostics);
  outline.metric_place = node.place;
  if (!name.empty())
    outline.metric_name = name;
}

void read_goal(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 2> kGoals = {"minimize", "maximize"};
  const std::string goal = word_of(node, "metric.goal", kGoals, diagnostics);
  if (!goal.empty())
    outline.minimize = goal == "minimize";
}

void read_at(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 2> kAt = {"best", "last"};
  outline.at_place = node.place;
  outline.at_best = word_of(node, "metric.at", kAt, diagnostics) == "best";
}

struct HeadKey {
  std::string_view name;
  void (*read)(const Node&, Outline&, Diagnostics&);
};

constexpr std::array<HeadKey, 6> kHead = {{
    {"name", read_name},
    {"seed", read_seed},
    {"repeats", read_repeats},
    {"metric.name", read_metric_name},
    {"metric.goal", read_goal},
    {"metric.at", read_at},
}};

void read_metric(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  if (node.is_scalar())
    return read_metric_name(node, outline, diagnostics);
  if (!node.is_map()) {
    return diagnostics.report(
        node.place, fmt::format("'metric' must be a name or a mapping, got {}", described(node)));
  }
  constexpr std::array<std::string_view, 3> kParts = {"name", "goal", "at"};
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& key = node.keys[i];
    if (!read_head("metric." + key.text, key.place, node.items[i], outline, diagnostics)) {
      diagnostics.unknown_key(key.place, key.text, "metric", kParts);
    }
  }
}

/// Each mapping of a section that is a mapping or a list of mappings.
void for_each_mapping(const Node& node, std::string_view section, Diagnostics& diagnostics,
                      const std::function<void(const Node&)>& take) {
  if (node.is_map())
    return take(node);
  if (!node.is_list()) {
    return diagnostics.report(
        node.place, fmt::format("'{}' must be a mapping or a list of mappings, got {}", section,
                                described(node)));
  }
  for (const Node& item : node.items) {
    if (item.is_map()) {
      take(item);
    } else {
      diagnostics.report(item.place, fmt::format("each entry of '{}' must be a mapping, got {}",
                                                 section, described(item)));
    }
  }
}

void append(GivenList& to, GivenList more, Diagnostics& diagnostics) {
  for (Given& given : more) {
    if (const Given* before = find_given(to, given.key->name)) {
      diagnostics.report(given.place, fmt::format("'{}' is given twice; first in line {}",
                                                  given.key->name, before->place.line));
    } else {
      to.push_back(std::move(given));
    }
  }
}

void read_base(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  if (!node.is_map()) {
    return diagnostics.report(node.place,
                              fmt::format("'base' must be a mapping, got {}", described(node)));
  }
  append(outline.base, read_settings(node, "", "base", Values::kOne, diagnostics), diagnostics);
}

void read_data(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  outline.data_place = node.place;
  if (node.is_map()) {
    append(outline.base, read_settings(node, "data.", "data", Values::kOne, diagnostics),
           diagnostics);
  } else {
    const Key& set = *find_key("data.set");
    append(outline.base, {read_given(set, node.place, node, Values::kOne, diagnostics)},
           diagnostics);
  }
}

void read_parameters(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  for_each_mapping(node, "parameters", diagnostics, [&](const Node& map) {
    outline.blocks.push_back(read_settings(map, "", "parameters", Values::kMany, diagnostics));
  });
}

void read_zip(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  for_each_mapping(node, "zip", diagnostics, [&](const Node& map) {
    GivenList zip = read_settings(map, "", "zip", Values::kMany, diagnostics);
    if (!zip.empty())
      outline.zips.push_back(std::move(zip));
  });
}

void read_exclude(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  for_each_mapping(node, "exclude", diagnostics, [&](const Node& map) {
    GivenList exclusion = read_settings(map, "", "exclude", Values::kMany, diagnostics);
    if (map.keys.empty()) {
      diagnostics.report(map.place, "an empty entry of 'exclude' would leave out everything");
    } else if (!exclusion.empty()) {
      outline.exclusions.push_back(std::move(exclusion));
    }
  });
}

void read_strategy(const Node& node, Outline&, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 1> kStrategies = {"grid"};
  static_cast<void>(word_of(node, "strategy", kStrategies, diagnostics));
}

struct Section {
  std::string_view name;
  void (*read)(const Node&, Outline&, Diagnostics&);
};

constexpr std::array<Section, 10> kSections = {{
    {"name", read_name},
    {"data", read_data},
    {"metric", read_metric},
    {"seed", read_seed},
    {"repeats", read_repeats},
    {"base", read_base},
    {"parameters", read_parameters},
    {"zip", read_zip},
    {"exclude", read_exclude},
    {"strategy", read_strategy},
}};

/// Whether the text is one that this program understands; reported if not. What follows another
/// version's number is another language, so that nothing more can be said about it.
bool check_schema(const Node& root, Diagnostics& diagnostics) {
  const auto found = std::find_if(root.keys.begin(), root.keys.end(),
                                  [](const Node& key) { return key.text == "mlpsweep"; });
  if (found == root.keys.end()) {
    diagnostics.report({}, "no schema version",
                       {fmt::format("expected 'mlpsweep: {}' as the first key", kSchemaVersion)});
    return true;  // most likely forgotten: the rest is worth reading
  }
  const auto index = static_cast<std::size_t>(found - root.keys.begin());
  const Node& version = root.items[index];
  if (!version.is_scalar() || version.in_quotes ||
      parse_whole(version.text) != std::int64_t{kSchemaVersion}) {
    diagnostics.report(version.place, fmt::format("this program reads schema version {}, got {}",
                                                  kSchemaVersion, described(version)));
    return false;
  }
  if (index != 0) {
    diagnostics.report(found->place, "the schema version must come first",
                       {fmt::format("expected 'mlpsweep: {}' before '{}' in line {}",
                                    kSchemaVersion, root.keys[0].text, root.keys[0].place.line)});
  }
  return true;
}

void read_section(const Node& key, const Node& value, Outline& outline, Diagnostics& diagnostics) {
  if (key.text == "mlpsweep")
    return;
  for (const Section& section : kSections) {
    if (section.name != key.text)
      continue;
    if (value.kind == Node::Kind::kNull) {
      return diagnostics.report(key.place, fmt::format("'{}' has no value", key.text));
    }
    if (section.name == "parameters")
      outline.parameters_place = key.place;
    return section.read(value, outline, diagnostics);
  }
  if (std::find(kLaterSections.begin(), kLaterSections.end(), key.text) != kLaterSections.end()) {
    return diagnostics.report(key.place,
                              fmt::format("section '{}' is not in this version", key.text));
  }
  std::vector<std::string_view> names = {"mlpsweep"};
  for (const Section& section : kSections)
    names.push_back(section.name);
  if (find_key(key.text) != nullptr) {
    return diagnostics.report(key.place, fmt::format("'{}' is a setting, not a section", key.text),
                              {"settings belong in 'base' or 'parameters'"});
  }
  diagnostics.unknown_key(key.place, key.text, "", names);
}

}  // namespace

bool read_head(std::string_view name, Place at, const Node& value, Outline& outline,
               Diagnostics& diagnostics) {
  const auto found = std::find_if(kHead.begin(), kHead.end(),
                                  [name](const HeadKey& key) { return key.name == name; });
  if (found == kHead.end())
    return false;
  if (value.kind == Node::Kind::kNull) {
    diagnostics.report(at, fmt::format("'{}' has no value", name));
  } else {
    found->read(value, outline, diagnostics);
  }
  return true;
}

std::vector<std::string_view> head_names() {
  std::vector<std::string_view> names;
  for (const HeadKey& key : kHead)
    names.push_back(key.name);
  return names;
}

Outline read_outline(const Node& root, Diagnostics& diagnostics) {
  Outline outline;
  if (!check_schema(root, diagnostics))
    return outline;
  for (std::size_t i = 0; i < root.keys.size(); ++i) {
    read_section(root.keys[i], root.items[i], outline, diagnostics);
  }
  return outline;
}

}  // namespace mlpsweep::sweeps

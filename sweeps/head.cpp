#include "sweeps/head.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

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
  read_count("repeats", node, outline.top, diagnostics);
}

void read_folds(const Node& node, Outline& outline, Diagnostics& diagnostics) {
  read_count("folds", node, outline.top, diagnostics);
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

constexpr std::array<HeadKey, 7> kHead = {{
    {"name", read_name},
    {"seed", read_seed},
    {"repeats", read_repeats},
    {"folds", read_folds},
    {"metric.name", read_metric_name},
    {"metric.goal", read_goal},
    {"metric.at", read_at},
}};

}  // namespace

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

void read_strategy(const Node& node, Outline&, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 1> kStrategies = {"grid"};
  static_cast<void>(word_of(node, "strategy", kStrategies, diagnostics));
}

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

}  // namespace mlpsweep::sweeps

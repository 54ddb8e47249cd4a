#include "sweeps/scope.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/head.h"
#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

constexpr std::int64_t kMostRepeats = 1'000'000;
constexpr std::int64_t kMostFolds = 1'000;

bool is_whole(const Node& node, std::int64_t least, std::int64_t most) {
  const auto number = node.is_scalar() && !node.in_quotes ? parse_whole(node.text) : std::nullopt;
  return number && *number >= least && *number <= most;
}

void read_repeats(const Node& node, Scope& scope, Diagnostics& diagnostics) {
  if (is_whole(node, 1, kMostRepeats)) {
    scope.repeats = static_cast<int>(*parse_whole(node.text));
  } else {
    refuse_number(node, "repeats", fmt::format("a whole number 1 to {}", kMostRepeats),
                  diagnostics);
  }
}

void read_folds(const Node& node, Scope& scope, Diagnostics& diagnostics) {
  if (node.is_scalar() && node.text == "none") {
    scope.folds = 0;
  } else if (is_whole(node, 2, kMostFolds)) {
    scope.folds = static_cast<int>(*parse_whole(node.text));
  } else {
    refuse_number(node, "folds", fmt::format("a whole number 2 to {}, or none", kMostFolds),
                  diagnostics);
  }
}

bool is_mapping(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (!node.is_map()) {
    diagnostics.report(node.place,
                       fmt::format("{} must be a mapping, got {}", what, described(node)));
  }
  return node.is_map();
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

void read_base(const Node&, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  if (is_mapping(node, "'base'", diagnostics))
    append(scope.base, read_settings(node, "", "base", Values::kOne, diagnostics), diagnostics);
}

void read_data(const Node&, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  scope.data_place = node.place;
  if (node.is_map()) {
    append(scope.base, read_settings(node, "data.", "data", Values::kOne, diagnostics),
           diagnostics);
  } else {
    const Key& set = *find_key("data.set");
    append(scope.base, {read_given(set, node.place, node, Values::kOne, diagnostics)}, diagnostics);
  }
}

void read_parameters(const Node& key, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  scope.parameters_place = key.place;
  scope.blocks.emplace();
  for_each_mapping(node, "parameters", diagnostics, [&](const Node& map) {
    scope.blocks->push_back(read_settings(map, "", "parameters", Values::kMany, diagnostics));
  });
}

void read_zip(const Node&, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  scope.zips.emplace();
  for_each_mapping(node, "zip", diagnostics, [&](const Node& map) {
    GivenList zip = read_settings(map, "", "zip", Values::kMany, diagnostics);
    if (!zip.empty())
      scope.zips->push_back(std::move(zip));
  });
}

void read_exclude(const Node&, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  scope.exclusions.emplace();
  for_each_mapping(node, "exclude", diagnostics, [&](const Node& map) {
    GivenList exclusion = read_settings(map, "", "exclude", Values::kMany, diagnostics);
    if (map.keys.empty()) {
      diagnostics.report(map.place, "an empty entry of 'exclude' would leave out everything");
    } else if (!exclusion.empty()) {
      scope.exclusions->push_back(std::move(exclusion));
    }
  });
}

Reading read_reading(const Node& name, const Node& members, Diagnostics& diagnostics) {
  Reading reading{name.text, name.place, {}};
  if (members.keys.size() < 2) {
    diagnostics.report(name.place,
                       fmt::format("reading '{}' has {} member{}", name.text, members.keys.size(),
                                   members.keys.size() == 1 ? "" : "s"),
                       {"expected two or more: the first is judged, the others are run and shown"});
  }
  for (std::size_t i = 0; i < members.keys.size(); ++i) {
    const Node& member = members.keys[i];
    const Node& settings = members.items[i];
    if (!is_legal_name(member, "a member of a reading", ".", diagnostics))
      continue;
    const std::string what = fmt::format("'{}' of reading '{}'", member.text, name.text);
    if (settings.kind == Node::Kind::kNull || (settings.is_map() && settings.keys.empty())) {
      diagnostics.report(member.place, what + " sets nothing");
    } else if (is_mapping(settings, what, diagnostics)) {
      const std::string section = fmt::format("readings: {}: {}", name.text, member.text);
      reading.members.push_back({member.text, member.place,
                                 read_settings(settings, "", section, Values::kOne, diagnostics)});
    }
  }
  return reading;
}

void read_readings(const Node&, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  scope.readings.emplace();
  if (!is_mapping(node, "'readings'", diagnostics))
    return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& name = node.keys[i];
    const Node& members = node.items[i];
    const bool good = is_legal_name(name, "a reading", ".", diagnostics) &&
                      is_mapping(members, fmt::format("reading '{}'", name.text), diagnostics);
    if (good)
      scope.readings->push_back(read_reading(name, members, diagnostics));
  }
}

void read_from(const Node& key, const Node& node, Scope& scope, Diagnostics& diagnostics) {
  if (scope.name.empty()) {
    return diagnostics.report(key.place, "'from' belongs in an experiment",
                              {"it starts one experiment from the winner of another"});
  }
  if (!is_mapping(node, "'from'", diagnostics))
    return;
  constexpr std::array<std::string_view, 2> kParts = {"best_of", "pin"};
  FromOutline from;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& part = node.keys[i];
    const Node& value = node.items[i];
    if (part.text == "pin") {
      if (is_mapping(value, "'pin'", diagnostics))
        from.pin = read_settings(value, "", "pin", Values::kOne, diagnostics);
    } else if (part.text != "best_of") {
      diagnostics.unknown_key(part.place, part.text, "from", kParts);
    } else if (value.is_scalar()) {
      from.experiment = value.text;
      from.place = value.place;
    } else {
      return diagnostics.report(
          value.place,
          fmt::format("'best_of' must be the name of an experiment, got {}", described(value)));
    }
  }
  if (!from.experiment.empty()) {
    scope.from = std::move(from);
  } else if (std::none_of(node.keys.begin(), node.keys.end(),
                          [](const Node& part) { return part.text == "best_of"; })) {
    diagnostics.report(key.place, "'from' names no experiment",
                       {"expected from: {best_of: NAME, pin: {KEY: VALUE}}"});
  }
}

struct Section {
  std::string_view name;
  void (*read)(const Node& key, const Node& value, Scope&, Diagnostics&);
};

template <void (*Read)(const Node&, Scope&, Diagnostics&)>
void without_key(const Node&, const Node& value, Scope& scope, Diagnostics& diagnostics) {
  Read(value, scope, diagnostics);
}

constexpr std::array<Section, 9> kSections = {{
    {"data", read_data},
    {"repeats", without_key<read_repeats>},
    {"folds", without_key<read_folds>},
    {"base", read_base},
    {"parameters", read_parameters},
    {"zip", read_zip},
    {"exclude", read_exclude},
    {"readings", read_readings},
    {"from", read_from},
}};

}  // namespace

bool read_scope_section(const Node& key, const Node& value, Scope& scope,
                        Diagnostics& diagnostics) {
  const auto found = std::find_if(kSections.begin(), kSections.end(),
                                  [&](const Section& section) { return section.name == key.text; });
  if (found == kSections.end())
    return false;
  if (value.kind == Node::Kind::kNull) {
    diagnostics.report(key.place, fmt::format("'{}' has no value", key.text));
  } else {
    found->read(key, value, scope, diagnostics);
  }
  return true;
}

std::vector<std::string_view> scope_section_names() {
  std::vector<std::string_view> names;
  for (const Section& section : kSections)
    names.push_back(section.name);
  return names;
}

bool read_count(std::string_view name, const Node& value, Scope& scope, Diagnostics& diagnostics) {
  if (name == "repeats") {
    read_repeats(value, scope, diagnostics);
  } else if (name == "folds") {
    read_folds(value, scope, diagnostics);
  } else {
    return false;
  }
  return true;
}

bool is_legal_name(const Node& name, std::string_view what, std::string_view extra,
                   Diagnostics& diagnostics) {
  const auto legal = [extra](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || extra.find(c) != extra.npos;
  };
  const std::string& text = name.text;
  const bool good = !text.empty() && text.size() <= 100 && text[0] != '.' && text[0] != '-' &&
                    std::all_of(text.begin(), text.end(), legal);
  if (!good) {
    diagnostics.report(name.place,
                       fmt::format("the name of {} must be 1 to 100 letters, digits, {}'-' or "
                                   "'_', got {}",
                                   what, extra.empty() ? "" : "'.', ", quote(text)));
  }
  return good;
}

}  // namespace mlpsweep::sweeps

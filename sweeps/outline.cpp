#include "sweeps/outline.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/head.h"
#include "sweeps/numbers.h"
#include "sweeps/read_report.h"

namespace mlpsweep::sweeps {
namespace {

constexpr int kSchemaVersion = 1;

/// Sections that quote a report are read once the grid is known (read_report.h).
bool is_report_section(std::string_view name) {
  const std::vector<std::string_view> names = report_section_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

void read_name_or_seed(const Node& key, const Node& value, Outline& outline,
                       Diagnostics& diagnostics) {
  read_head(key.text, key.place, value, outline, diagnostics);
}

void read_metric_section(const Node&, const Node& value, Outline& outline,
                         Diagnostics& diagnostics) {
  read_metric(value, outline, diagnostics);
}

void read_strategy_section(const Node&, const Node& value, Outline& outline,
                           Diagnostics& diagnostics) {
  read_strategy(value, outline, diagnostics);
}

void report_unknown_section(const Node& key, std::string_view where,
                            const std::vector<std::string_view>& names, Diagnostics& diagnostics) {
  if (find_key(key.text) != nullptr) {
    return diagnostics.report(key.place, fmt::format("'{}' is a setting, not a section", key.text),
                              {"settings belong in 'base' or 'parameters'"});
  }
  diagnostics.unknown_key(key.place, key.text, where, names);
}

void read_experiment(const Node& name, const Node& sections, Outline& outline,
                     Diagnostics& diagnostics) {
  Scope& scope = outline.experiments.emplace_back();
  scope.name = name.text;
  scope.place = name.place;
  if (!sections.is_map()) {
    return diagnostics.report(
        sections.place,
        fmt::format("experiment '{}' must be a mapping, got {}", name.text, described(sections)),
        {"write {} for one that only inherits"});
  }
  std::vector<std::string_view> names = scope_section_names();
  for (const std::string_view more : report_section_names()) {
    if (may_stand_in_experiment(more))
      names.push_back(more);
  }
  for (std::size_t i = 0; i < sections.keys.size(); ++i) {
    const Node& key = sections.keys[i];
    if (is_report_section(key.text)) {
      outline.report.push_back({key.text, name.text, key, sections.items[i]});
    } else if (!read_scope_section(key, sections.items[i], scope, diagnostics)) {
      report_unknown_section(key, "experiments: " + name.text, names, diagnostics);
    }
  }
}

void read_experiments(const Node&, const Node& node, Outline& outline, Diagnostics& diagnostics) {
  if (!node.is_map() || node.keys.empty()) {
    return diagnostics.report(
        node.place, fmt::format("'experiments' must be a mapping of named experiments, got {}",
                                node.is_map() ? "an empty one" : described(node)));
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    // No dots: experiments.NAME.key names one's setting on the command line.
    if (is_legal_name(node.keys[i], "an experiment", "", diagnostics))
      read_experiment(node.keys[i], node.items[i], outline, diagnostics);
  }
}

struct TopSection {
  std::string_view name;
  void (*read)(const Node& key, const Node& value, Outline&, Diagnostics&);
};

/// Beside those that an experiment can have as well.
constexpr std::array<TopSection, 5> kTopSections = {{
    {"name", read_name_or_seed},
    {"metric", read_metric_section},
    {"seed", read_name_or_seed},
    {"strategy", read_strategy_section},
    {"experiments", read_experiments},
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

std::vector<std::string_view> top_names() {
  std::vector<std::string_view> names = {"mlpsweep"};
  for (const TopSection& section : kTopSections)
    names.push_back(section.name);
  for (const std::string_view name : scope_section_names()) {
    if (name != "from")
      names.push_back(name);
  }
  const std::vector<std::string_view> more = report_section_names();
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

void read_section(const Node& key, const Node& value, Outline& outline, Diagnostics& diagnostics) {
  if (key.text == "mlpsweep")
    return;
  if (is_report_section(key.text)) {
    outline.report.push_back({key.text, "", key, value});
    return;
  }
  for (const TopSection& section : kTopSections) {
    if (section.name != key.text)
      continue;
    if (value.kind == Node::Kind::kNull) {
      return diagnostics.report(key.place, fmt::format("'{}' has no value", key.text));
    }
    return section.read(key, value, outline, diagnostics);
  }
  if (!read_scope_section(key, value, outline.top, diagnostics))
    report_unknown_section(key, "", top_names(), diagnostics);
}

}  // namespace

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

#include "sweeps/read_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/read_where.h"
#include "sweeps/report_scope.h"

namespace mlpsweep::sweeps {
namespace {

bool legal_name(std::string_view name) {
  return !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// A share or a number > 0.
void read_positive(const Fields& fields, std::string_view name, double& value,
                   Diagnostics& diagnostics) {
  const Node* node = fields.find(name);
  if (node == nullptr)
    return;
  const auto printed = read_plain(*node, name, Quantity::kLoss, diagnostics);
  if (!printed)
    return;
  if (printed->value > 0) {
    value = printed->value;
    return;
  }
  diagnostics.report(node->place,
                     fmt::format("'{}' must be a number > 0, got {}", name, described(*node)));
}

constexpr std::string_view kRuleForms =
    "expected {metric: validation_accuracy, within: 0.001, of: last}, or {..., beyond: 0.001, of: "
    "train_accuracy}";

/// `within` or `beyond`, one of them.
void read_distance(const Fields& fields, const Node& key, const ReportScope& scope,
                   DerivedFigure& figure) {
  const bool beyond = fields.has("beyond");
  if (beyond == fields.has("within")) {
    if (fields.complete())
      scope.diagnostics.report(
          key.place,
          fmt::format("'{}' needs {}", figure.name,
                      beyond ? "one of within and beyond" : "within or beyond"),
          {std::string(kRuleForms)});
    return;
  }
  figure.stays = beyond ? DerivedFigure::Stays::kBeyond : DerivedFigure::Stays::kWithin;
  read_positive(fields, beyond ? "beyond" : "within", figure.distance, scope.diagnostics);
}

/// `of: last`, or another curve of the metric's kind; the last value is never beyond itself.
void read_of(const Fields& fields, const Node& key, const ReportScope& scope,
             DerivedFigure& figure) {
  const bool beyond = figure.stays == DerivedFigure::Stays::kBeyond;
  Names names;
  const bool known =
      std::find(kCurveFigures.begin(), kCurveFigures.end(), figure.metric) != kCurveFigures.end();
  for (const std::string_view curve : kCurveFigures) {
    const bool alike = !known || quantity_of(curve) == quantity_of(figure.metric);
    if (alike && curve != figure.metric)
      names.push_back(curve);
  }
  if (!beyond)
    names.insert(names.begin(), "last");
  if (beyond && fields.complete() && !fields.has("of")) {
    scope.diagnostics.report(key.place, fmt::format("'{}' needs of", figure.name),
                             {fmt::format("expected of: one of {}", fmt::join(names, ", "))});
  }
  if (const std::string of = fields.word("of", names); !of.empty())
    figure.of = of;
}

void read_rule(const Node& key, const Node& node, const ReportScope& scope, Report& report) {
  const std::string& name = key.text;
  const auto is_one_of = [&name](const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const bool is_taken =
      is_one_of(kRecordFigures) || is_one_of(kMadeFigures) || is_one_of(kClassFigures);
  if (is_taken || !legal_name(name)) {
    scope.diagnostics.report(
        key.place, is_taken ? fmt::format("{} is a figure already", quote(name))
                            : fmt::format("a figure's name has small letters, digits and '_', "
                                          "got {}",
                                          quote(name)));
    return;
  }
  const Fields fields(node, name, {"metric", "within", "beyond", "of"}, scope.diagnostics);
  DerivedFigure figure;
  figure.name = name;
  figure.metric = fields.text("metric");
  if (fields.complete() && !fields.has("metric"))
    scope.diagnostics.report(key.place, fmt::format("'{}' needs metric", name),
                             {std::string(kRuleForms)});
  if (!figure.metric.empty())
    check_curve_name(scope, fields.find("metric")->place, figure.metric);
  read_distance(fields, key, scope, figure);
  read_of(fields, key, scope, figure);
  report.derived.push_back(std::move(figure));
}

void read_derived(const Node& node, const ReportScope& scope, Report& report) {
  if (!node.is_map()) {
    return scope.diagnostics.report(
        node.place, fmt::format("'derived' must be a mapping of figures, got {}", described(node)));
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    read_rule(node.keys[i], node.items[i], scope, report);
}

void read_one_model(const Node& map, const ReportScope& scope, Report& report) {
  SameModel model;
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const Node& key = map.keys[i];
    if (const KnownExperiment* experiment = known_experiment(scope, key.place, key.text)) {
      model.runs.emplace_back(key.text,
                              read_where(map.items[i], key.text, experiment, scope.diagnostics));
    }
  }
  if (map.keys.size() < 2) {
    scope.diagnostics.report(map.place, "'same' names one run: there is nothing to compare",
                             {"expected two experiments or more that publish one model"});
  }
  report.same.push_back(std::move(model));
}

void read_same(const Node& node, const ReportScope& scope, Report& report) {
  for_each_mapping(node, "same", scope.diagnostics,
                   [&](const Node& map) { read_one_model(map, scope, report); });
}

void read_matters(const Node& node, const ReportScope& scope, Report& report) {
  const Fields fields(node, "matters", {"accuracy", "loss", "epochs"}, scope.diagnostics);
  read_positive(fields, "accuracy", report.matters.accuracy, scope.diagnostics);
  read_positive(fields, "loss", report.matters.loss, scope.diagnostics);
  read_positive(fields, "epochs", report.matters.epochs, scope.diagnostics);
}

/// Where a section may stand.
enum class Level {
  kTop,         ///< It speaks of the whole report.
  kExperiment,  ///< It speaks of one experiment; at the top only where there are none.
  kBoth,
};

struct SectionEntry {
  std::string_view name;
  Level level;
  void (*read)(const Node&, const ReportScope&, Report&);
};

/// `derived` comes first: its names are figures for all others.
constexpr std::array<SectionEntry, 8> kSections = {{
    {"derived", Level::kTop, read_derived},
    {"expected", Level::kExperiment, read_expected},
    {"gradcheck", Level::kExperiment, read_gradcheck},
    {"figures", Level::kBoth, read_pictures},
    {"claims", Level::kBoth, read_claims},
    {"same", Level::kTop, read_same},
    {"tables", Level::kBoth, read_tables},
    {"matters", Level::kTop, read_matters},
}};

/// Whether the section stands where it may and has a value; if not, that is reported.
bool check_place(const SectionEntry& entry, const ReportNode& section, const ReportScope& scope) {
  if (section.value.kind == Node::Kind::kNull) {
    if (!section.value.refused)
      scope.diagnostics.report(section.key.place, fmt::format("'{}' has no value", entry.name));
    return false;
  }
  const bool at_top = section.experiment.empty();
  if (entry.level == Level::kTop && !at_top) {
    scope.diagnostics.report(section.key.place,
                             fmt::format("'{}' belongs to the top level", entry.name));
    return false;
  }
  const bool has_experiments = !scope.experiments.empty() && find_experiment(scope, "") == nullptr;
  if (entry.level == Level::kExperiment && at_top && has_experiments) {
    scope.diagnostics.report(section.key.place,
                             fmt::format("'{}' belongs in an experiment", entry.name),
                             {"it says what one of 'experiments' is to give"});
    return false;
  }
  return true;
}

}  // namespace

std::vector<std::string_view> report_section_names() {
  std::vector<std::string_view> names;
  for (const SectionEntry& entry : kSections)
    names.push_back(entry.name);
  return names;
}

bool may_stand_in_experiment(std::string_view section) {
  return std::any_of(kSections.begin(), kSections.end(), [section](const SectionEntry& entry) {
    return entry.name == section && entry.level != Level::kTop;
  });
}

Report read_report(const std::vector<ReportNode>& sections,
                   const std::vector<KnownExperiment>& experiments, Diagnostics& diagnostics) {
  Report report;
  for (const SectionEntry& entry : kSections) {
    for (const ReportNode& section : sections) {
      if (section.name != entry.name)
        continue;
      ReportScope scope{experiments, {}, section.experiment, diagnostics};
      for (const DerivedFigure& figure : report.derived)
        scope.derived.push_back(figure.name);
      if (check_place(entry, section, scope))
        entry.read(section.value, scope, report);
    }
  }
  return report;
}

}  // namespace mlpsweep::sweeps

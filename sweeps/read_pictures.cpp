// Figures and tables that a spec asks for.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/read_where.h"
#include "sweeps/report_scope.h"

namespace mlpsweep::sweeps {
namespace {

/// loss and accuracy are the curves of training and of the watched part together.
Names curve_plots() {
  Names names = {"loss", "accuracy"};
  names.insert(names.end(), kCurveFigures.begin(), kCurveFigures.end());
  return names;
}

/// The experiments that an entry speaks of: the one that is named, or at the top level all.
std::vector<const KnownExperiment*> experiments_of(const ReportScope& scope, const Fields& fields) {
  if (fields.has("in") || !scope.home.empty()) {
    const KnownExperiment* one = experiment_of(scope, fields);
    return one == nullptr ? std::vector<const KnownExperiment*>{} : std::vector{one};
  }
  std::vector<const KnownExperiment*> all;
  for (const KnownExperiment& experiment : scope.experiments)
    all.push_back(&experiment);
  return all;
}

/// The name for the result: of the one experiment, or empty for all.
std::string name_of(const std::vector<const KnownExperiment*>& experiments) {
  return experiments.size() == 1 ? experiments[0]->name : "";
}

void read_plots(const Fields& fields, const Node& node, const ReportScope& scope,
                Picture& picture) {
  Names allowed = curve_plots();
  allowed.insert(allowed.end(), {"confusion", "examples"});
  for (const Node* plot : fields.texts("plot")) {
    if (is_in(allowed, plot->text)) {
      picture.plot.push_back(plot->text);
    } else {
      scope.diagnostics.report(plot->place, fmt::format("'plot' knows no {}", quote(plot->text)),
                               notes_of(allowed, plot->text));
    }
  }
  if (!fields.has("plot") && fields.complete()) {
    scope.diagnostics.report(
        node.place, "this entry of 'figures' does not say what to plot",
        {fmt::format("expected plot: one or more of {}", fmt::join(allowed, ", "))});
  }
}

/// An option that none of the entry's plots looks at.
void refuse_idle(const Fields& fields, const ReportScope& scope, const Picture& picture,
                 std::string_view option, const Names& plots) {
  const bool used = std::any_of(picture.plot.begin(), picture.plot.end(),
                                [&](const std::string& plot) { return is_in(plots, plot); });
  if (used || picture.plot.empty() || !fields.has(option))
    return;
  scope.diagnostics.report(
      fields.place_of(option),
      fmt::format("'{}' means nothing for a picture of {}", option, fmt::join(picture.plot, ", ")),
      {fmt::format("expected plot: one of {}", fmt::join(plots, ", "))});
}

/// Labels whose images are shown; those that the experiment does not keep are reported.
void read_predicted(const Fields& fields, const ReportScope& scope,
                    const std::vector<const KnownExperiment*>& experiments, Picture& picture) {
  for (const Node* label : fields.texts("predicted")) {
    picture.predicted.push_back(label->text);
    for (const KnownExperiment* experiment : experiments) {
      const std::vector<std::string>& classes = experiment->base.data.classes;
      const Names names(classes.begin(), classes.end());
      if (!names.empty() && !is_in(names, label->text))
        scope.diagnostics.report(label->place, fmt::format("unknown class {}", quote(label->text)),
                                 {fmt::format("expected one of: {}", fmt::join(names, ", "))});
    }
  }
}

void read_picture(const Node& node, const ReportScope& scope, Report& report) {
  const Fields fields(node, "figures", {"plot", "in", "lines", "per", "of", "predicted", "source"},
                      scope.diagnostics);
  Picture picture;
  const auto experiments = experiments_of(scope, fields);
  picture.experiment = name_of(experiments);
  read_plots(fields, node, scope, picture);
  picture.lines = fields.text("lines");
  for (const KnownExperiment* experiment : experiments) {
    if (!picture.lines.empty())
      check_swept(*experiment, picture.lines, "lines", fields.find("lines")->place,
                  scope.diagnostics);
  }
  picture.per_configuration = fields.word("per", {"configuration"}) == "configuration";
  if (picture.per_configuration && !picture.lines.empty()) {
    scope.diagnostics.report(fields.place_of("per"),
                             "'lines' and 'per' exclude each other: one picture, or one for each");
  }
  const std::string of = fields.word("of", {"test", "validation", "train"});
  if (!of.empty())
    picture.of = of;
  read_predicted(fields, scope, experiments, picture);
  picture.source = fields.text("source");
  refuse_idle(fields, scope, picture, "lines", curve_plots());
  refuse_idle(fields, scope, picture, "of", {"confusion", "examples"});
  refuse_idle(fields, scope, picture, "predicted", {"examples"});
  report.pictures.push_back(std::move(picture));
}

/// Settings that make the rows or columns of a table; none of them stands in `taken` as well.
std::vector<std::string> read_keys(const Fields& fields, std::string_view name,
                                   const std::vector<const KnownExperiment*>& experiments,
                                   const std::vector<std::string>& taken,
                                   const ReportScope& scope) {
  std::vector<std::string> keys;
  const auto holds = [](const std::vector<std::string>& some, const std::string& key) {
    return std::find(some.begin(), some.end(), key) != some.end();
  };
  for (const Node* key : fields.texts(name)) {
    if (holds(taken, key->text) || holds(keys, key->text))
      scope.diagnostics.report(key->place,
                               fmt::format("'{}' names {} a second time", name, key->text));
    keys.push_back(key->text);
    for (const KnownExperiment* experiment : experiments)
      check_swept(*experiment, key->text, name, key->place, scope.diagnostics);
  }
  return keys;
}

void read_table(const Node& key, const Node& node, const ReportScope& scope, Report& report) {
  const Fields fields(node, key.text, {"in", "rows", "columns", "values", "where", "percent"},
                      scope.diagnostics);
  if (!node.is_map())
    return;
  const auto before =
      std::find_if(report.tables.begin(), report.tables.end(),
                   [&](const TablePreset& preset) { return preset.name == key.text; });
  if (before != report.tables.end()) {
    scope.diagnostics.report(key.place, fmt::format("a second table is called {}", quote(key.text)),
                             {"expected names that are told apart over all experiments"});
    return;
  }
  TablePreset preset;
  preset.name = key.text;
  const auto experiments = experiments_of(scope, fields);
  preset.experiment = name_of(experiments);
  preset.rows = read_keys(fields, "rows", experiments, {}, scope);
  preset.columns = read_keys(fields, "columns", experiments, preset.rows, scope);
  for (const Node* value : fields.texts("values")) {
    if (check_figure_name(scope, value->place, value->text))
      preset.values.push_back(value->text);
  }
  preset.where = read_where(fields, "where", experiments.size() == 1 ? experiments[0] : nullptr,
                            scope.diagnostics);
  preset.percent = fields.yes("percent");
  report.tables.push_back(std::move(preset));
}

}  // namespace

void read_pictures(const Node& node, const ReportScope& scope, Report& report) {
  for_each_mapping(node, "figures", scope.diagnostics,
                   [&](const Node& entry) { read_picture(entry, scope, report); });
}

void read_tables(const Node& node, const ReportScope& scope, Report& report) {
  if (!node.is_map()) {
    return scope.diagnostics.report(
        node.place,
        fmt::format("'tables' must be a mapping of named tables, got {}", described(node)),
        {"expected such as tables: {rates: {rows: optimizer.learning_rate, values: "
         "test_accuracy}}"});
  }
  for (std::size_t i = 0; i < node.keys.size(); ++i)
    read_table(node.keys[i], node.items[i], scope, report);
}

}  // namespace mlpsweep::sweeps

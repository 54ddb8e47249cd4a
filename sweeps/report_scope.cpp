#include "sweeps/report_scope.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sweeps/numbers.h"
#include "sweeps/printed_numbers.h"

namespace mlpsweep::sweeps {
namespace {

Names names_in(const std::vector<KnownExperiment>& experiments) {
  Names names;
  for (const KnownExperiment& experiment : experiments)
    names.push_back(experiment.name);
  return names;
}

/// What a number of that kind must be; empty if it is.
std::string_view breach_of(Quantity quantity, double value) {
  switch (quantity) {
    case Quantity::kShare:
      return value >= 0 && value <= 1 ? "" : "a share between 0 and 1 (write 94 % or 0.94)";
    case Quantity::kLoss:
      return value >= 0 ? "" : "a number >= 0";
    case Quantity::kEpochs:
      return value >= 0 && std::floor(value) == value ? "" : "a whole number >= 0 (epochs)";
    case Quantity::kSeconds:
      return value >= 0 ? "" : "a number >= 0 (seconds)";
  }
  return "";
}

void refuse_number(const Node& node, std::string_view name, std::string_view expected,
                   Diagnostics& diagnostics) {
  std::vector<std::string> notes;
  const std::string why = why_no_number(node.text);
  if (node.is_scalar() && !why.empty())
    notes.push_back(why);
  if (node.text.substr(0, 6) == "about " && !parse_printed(node.text) &&
      parse_number(node.text.substr(6)))
    notes.emplace_back("about 0 has no size: write what it is below, such as '< 0.05'");
  diagnostics.report(node.place,
                     fmt::format("'{}' must be {}, got {}", name, expected, described(node)),
                     std::move(notes));
}

}  // namespace

const KnownExperiment* find_experiment(const ReportScope& scope, std::string_view name) {
  const auto found = std::find_if(scope.experiments.begin(), scope.experiments.end(),
                                  [name](const auto& known) { return known.name == name; });
  return found == scope.experiments.end() ? nullptr : &*found;
}

const KnownExperiment* known_experiment(const ReportScope& scope, Place at, std::string_view name) {
  const KnownExperiment* found = find_experiment(scope, name);
  if (found != nullptr)
    return found;
  const bool none = find_experiment(scope, "") != nullptr || scope.experiments.empty();
  const Names names = names_in(scope.experiments);
  scope.diagnostics.report(
      at, fmt::format("unknown experiment {}", quote(name)),
      none ? std::vector<std::string>{"this spec has no 'experiments'"} : notes_of(names, name));
  return nullptr;
}

const KnownExperiment* experiment_of(const ReportScope& scope, const Fields& fields) {
  const Node* in = fields.find("in");
  if (in == nullptr && fields.has("in"))
    return nullptr;  // has no value, which is reported
  if (in == nullptr && !scope.home.empty())
    return find_experiment(scope, scope.home);
  if (in == nullptr) {
    if (const KnownExperiment* only = find_experiment(scope, ""))
      return only;
    if (!fields.complete())
      return nullptr;
    scope.diagnostics.report(
        fields.place_of("in"), "no experiment is named",
        {fmt::format("expected in: one of {}", fmt::join(names_in(scope.experiments), ", "))});
    return nullptr;
  }
  const KnownExperiment* named = known_experiment(scope, in->place, in->text);
  if (named == nullptr || scope.home.empty() || named->name == scope.home)
    return named;
  scope.diagnostics.report(
      in->place,
      fmt::format("this stands in experiment '{}' and speaks of '{}'", scope.home, named->name),
      {"what speaks of another experiment belongs to the top level"});
  return nullptr;
}

Names figures_in(const ReportScope& scope) {
  Names names(kRecordFigures.begin(), kRecordFigures.end());
  names.insert(names.end(), kMadeFigures.begin(), kMadeFigures.end());
  names.insert(names.end(), scope.derived.begin(), scope.derived.end());
  return names;
}

bool check_figure_name(const ReportScope& scope, Place at, std::string_view name) {
  return check_figure_name(scope, at, name, figures_in(scope));
}

bool check_figure_name(const ReportScope& scope, Place at, std::string_view name,
                       const Names& names) {
  if (is_in(names, name))
    return true;
  std::vector<std::string> notes = notes_of(names, name);
  if (name == "convergence_epoch") {
    notes = {
        "expected a rule for it, such as derived: {convergence_epoch: {metric: "
        "validation_accuracy, within: 0.001, of: last}}"};
  }
  scope.diagnostics.report(at, fmt::format("unknown figure {}", quote(name)), std::move(notes));
  return false;
}

bool check_curve_name(const ReportScope& scope, Place at, std::string_view name) {
  const Names names(kCurveFigures.begin(), kCurveFigures.end());
  if (is_in(names, name))
    return true;
  scope.diagnostics.report(at, fmt::format("{} has no value an epoch", quote(name)),
                           notes_of(names, name));
  return false;
}

bool check_class(const ReportScope& scope, const KnownExperiment* experiment, const Node& name) {
  if (experiment == nullptr || experiment->base.data.classes.empty() ||
      !experiment->base.data.against.empty())
    return true;
  Names names(experiment->base.data.classes.begin(), experiment->base.data.classes.end());
  names.insert(names.end(), {"macro", "weighted"});
  if (is_in(names, name.text))
    return true;
  scope.diagnostics.report(name.place, fmt::format("unknown class {}", quote(name.text)),
                           {fmt::format("expected one of: {}", fmt::join(names, ", "))});
  return false;
}

std::optional<Printed> read_printed(const Node& node, std::string_view name, Quantity quantity,
                                    Diagnostics& diagnostics) {
  const std::optional<Printed> printed =
      node.is_scalar() ? parse_printed(node.text) : std::optional<Printed>();
  if (!printed) {
    refuse_number(node, name, kPrintedForms, diagnostics);
    return {};
  }
  const std::string_view breach = breach_of(quantity, printed->value);
  if (!breach.empty()) {
    refuse_number(node, name, breach, diagnostics);
    return {};
  }
  return printed;
}

std::optional<Printed> read_plain(const Node& node, std::string_view name, Quantity quantity,
                                  Diagnostics& diagnostics) {
  const std::optional<Printed> printed =
      node.is_scalar() ? parse_printed(node.text) : std::optional<Printed>();
  if (printed && printed->kind == Printed::Kind::kValue)
    return read_printed(node, name, quantity, diagnostics);
  refuse_number(node, name, "a number such as 0.05 or 98 %", diagnostics);
  return {};
}

Expectation& expectation_of(Report& report, std::string_view experiment) {
  for (Expectation& expectation : report.expected) {
    if (expectation.experiment == experiment)
      return expectation;
  }
  Expectation fresh;
  fresh.experiment = experiment;
  return report.expected.emplace_back(std::move(fresh));
}

}  // namespace mlpsweep::sweeps

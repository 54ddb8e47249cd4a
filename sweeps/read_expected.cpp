// What a report published of one experiment: rows, curves, a classification report, gradients.
#include <algorithm>

#include <fmt/format.h>

#include "sweeps/numbers.h"
#include "sweeps/read_where.h"
#include "sweeps/report_scope.h"

namespace mlpsweep::sweeps {
namespace {

/// The experiment that an `expected` section speaks of.
const KnownExperiment* home_of(const ReportScope& scope) {
  return find_experiment(scope, scope.home);
}

/// How a row's number is read: a mean of several runs' epochs need not be whole.
Quantity quantity_in(const ExpectedRow& row, std::string_view figure) {
  const Quantity quantity = quantity_of(figure);
  return quantity == Quantity::kEpochs && row.runs > 1 ? Quantity::kLoss : quantity;
}

/// `first_epoch: {validation_accuracy: 0.988}` with `epoch: 74` beside it.
void read_first_epoch(const Fields& fields, const ReportScope& scope, ExpectedRow& row) {
  if (fields.has("first_epoch") != fields.has("epoch")) {
    const bool level = fields.has("first_epoch");
    scope.diagnostics.report(fields.place_of(level ? "first_epoch" : "epoch"),
                             level ? "'first_epoch' needs the epoch that was published"
                                   : "'epoch' needs the level that was reached",
                             {"expected first_epoch: {validation_accuracy: 0.988}, epoch: 74"});
    return;
  }
  const Node* level = fields.find("first_epoch");
  const Node* epoch = fields.find("epoch");
  if (level == nullptr || epoch == nullptr)
    return;
  if (!level->is_map() || level->keys.size() != 1) {
    scope.diagnostics.report(
        level->place,
        fmt::format("'first_epoch' must be one figure and its level, got {}", described(*level)),
        {"expected first_epoch: {validation_accuracy: 0.988}, epoch: 74"});
    return;
  }
  const Node& figure = level->keys[0];
  if (!check_curve_name(scope, figure.place, figure.text))
    return;
  const auto reaches =
      read_plain(level->items[0], figure.text, quantity_of(figure.text), scope.diagnostics);
  const auto printed = read_printed(*epoch, "epoch", quantity_in(row, "epoch"), scope.diagnostics);
  if (reaches && printed)
    row.figures.push_back({figure.text, *printed, reaches->value});
}

void read_row(const Node& node, const ReportScope& scope, Expectation& expectation) {
  const Names figures = figures_in(scope);
  Names allowed = {"where", "source", "at", "runs", "first_epoch", "epoch"};
  const std::size_t head = allowed.size();
  allowed.insert(allowed.end(), figures.begin(), figures.end());
  for (const Node& key : node.keys) {
    if (key.text == "convergence_epoch" && !check_figure_name(scope, key.place, key.text))
      allowed.emplace_back("convergence_epoch");  // said once is enough
  }
  const Fields fields(node, "rows", allowed, scope.diagnostics);
  ExpectedRow row;
  row.where = read_where(fields, "where", home_of(scope), scope.diagnostics);
  row.source = fields.text("source");
  row.at_best = fields.word("at", {"last", "best"}) == "best";
  row.runs = fields.whole("runs", 1).value_or(row.runs);
  bool any = fields.has("first_epoch") || fields.has("epoch");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& name = node.keys[i].text;
    if (std::find(allowed.begin(), allowed.begin() + static_cast<std::ptrdiff_t>(head), name) !=
        allowed.begin() + static_cast<std::ptrdiff_t>(head))
      continue;
    any = true;
    const bool known = std::find(figures.begin(), figures.end(), name) != figures.end();
    if (!known || fields.find(name) == nullptr)
      continue;
    if (auto printed = read_printed(node.items[i], name, quantity_in(row, name), scope.diagnostics))
      row.figures.push_back({name, *printed, {}});
  }
  read_first_epoch(fields, scope, row);
  if (!any)
    scope.diagnostics.report(node.place, "this row of 'expected' has no figure",
                             {"expected one or more, such as test_accuracy: 0.8546"});
  expectation.rows.push_back(std::move(row));
}

/// The numbers of one curve; empty if any is illegal.
std::vector<Printed> read_numbers(const Node& list, const std::string& name,
                                  const ReportScope& scope) {
  std::vector<Printed> numbers;
  if (!list.is_list() || list.items.empty()) {
    scope.diagnostics.report(list.place, fmt::format("'{}' must be a list of numbers, one an "
                                                     "epoch, got {}",
                                                     name, described(list)));
    return numbers;
  }
  for (const Node& item : list.items) {
    if (auto printed = read_plain(item, name, quantity_of(name), scope.diagnostics))
      numbers.push_back(*printed);
  }
  return numbers.size() == list.items.size() ? numbers : std::vector<Printed>();
}

/// A curve that is longer than any run of the experiment.
void check_length(const Node& list, std::string_view name, const ReportScope& scope, Place at) {
  const KnownExperiment* home = home_of(scope);
  if (home == nullptr ||
      std::find(home->open.begin(), home->open.end(), "epochs") != home->open.end())
    return;
  std::int64_t most = 0;
  for (const std::string& epochs : texts_in(*home, "epochs"))
    most = std::max(most, parse_whole(epochs).value_or(0));
  if (static_cast<std::int64_t>(list.items.size()) > most) {
    scope.diagnostics.report(
        at, fmt::format("{} has {} epochs, a run has {} at most", name, list.items.size(), most));
  }
}

void read_curve(const Node& node, const ReportScope& scope, Expectation& expectation) {
  Names allowed = {"where", "source", "from_epoch"};
  allowed.insert(allowed.end(), kCurveFigures.begin(), kCurveFigures.end());
  const Fields fields(node, "curves", allowed, scope.diagnostics);
  ExpectedCurve curve;
  curve.where = read_where(fields, "where", home_of(scope), scope.diagnostics);
  curve.source = fields.text("source");
  curve.from_epoch = fields.whole("from_epoch", 0).value_or(1);
  std::string first;
  std::size_t epochs = 0;
  for (const std::string_view name : kCurveFigures) {
    const Node* list = fields.find(name);
    if (list == nullptr)
      continue;
    const std::size_t length = list->items.size();
    if (first.empty()) {
      first = name;
      epochs = length;
    } else if (length != epochs) {
      scope.diagnostics.report(
          fields.place_of(name),
          fmt::format("{} has {} epochs, {} has {}", name, length, first, epochs),
          {"expected curves of one run, equally long"});
    }
    check_length(*list, name, scope, fields.place_of(name));
    curve.figures.emplace_back(name, read_numbers(*list, std::string(name), scope));
  }
  if (first.empty() && fields.complete()) {
    scope.diagnostics.report(
        node.place, "this entry of 'curves' has no curve",
        {fmt::format("expected one or more of: {}", fmt::join(kCurveFigures, ", "))});
  }
  expectation.curves.push_back(std::move(curve));
}

void read_class(const Node& key, const Node& node, const ReportScope& scope,
                ExpectedClassification& classification) {
  if (!check_class(scope, home_of(scope), key))
    return;
  Names allowed(kClassFigures.begin(), kClassFigures.end());
  allowed.emplace_back("support");
  const Fields fields(node, key.text, allowed, scope.diagnostics);
  ExpectedClass row{key.text, {}};
  for (const std::string_view name : allowed) {
    const Node* number = fields.find(name);
    if (number == nullptr)
      continue;
    // A support is a whole number >= 0, as an epoch is; the message about it would name epochs.
    if (name == "support") {
      if (fields.whole(name, 0))
        row.figures.emplace_back(name,
                                 *read_plain(*number, name, Quantity::kEpochs, scope.diagnostics));
    } else if (auto printed = read_plain(*number, name, Quantity::kShare, scope.diagnostics)) {
      row.figures.emplace_back(name, *printed);
    }
  }
  classification.rows.push_back(std::move(row));
}

void read_classification(const Node& node, const ReportScope& scope, Expectation& expectation) {
  if (!node.is_map()) {
    return scope.diagnostics.report(
        node.place,
        fmt::format("'classification' must be a mapping of classes, got {}", described(node)));
  }
  ExpectedClassification classification;
  Names allowed;  // classes are checked one by one
  for (const Node& key : node.keys)
    allowed.push_back(key.text);
  const Fields fields(node, "classification", allowed, scope.diagnostics);
  classification.source = fields.text("source");
  classification.exchanged = fields.yes("exchanged");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& key = node.keys[i];
    if (key.text != "source" && key.text != "exchanged" && fields.find(key.text) != nullptr)
      read_class(key, node.items[i], scope, classification);
  }
  expectation.classification = std::move(classification);
}

}  // namespace

void read_expected(const Node& node, const ReportScope& scope, Report& report) {
  const Fields fields(node, "expected", {"rows", "curves", "classification"}, scope.diagnostics);
  Expectation& expectation = expectation_of(report, scope.home);
  if (const Node* rows = fields.find("rows")) {
    for_each_mapping(*rows, "rows", scope.diagnostics,
                     [&](const Node& row) { read_row(row, scope, expectation); });
  }
  if (const Node* curves = fields.find("curves")) {
    for_each_mapping(*curves, "curves", scope.diagnostics,
                     [&](const Node& curve) { read_curve(curve, scope, expectation); });
  }
  if (const Node* classification = fields.find("classification"))
    read_classification(*classification, scope, expectation);
}

void read_gradcheck(const Node& node, const ReportScope& scope, Report& report) {
  const Fields fields(node, "gradcheck", {"epsilon", "examples", "weights", "at_most", "source"},
                      scope.diagnostics);
  GradientClaim claim;
  const auto positive = [&](std::string_view name, double& value) {
    const Node* number = fields.find(name);
    if (number == nullptr)
      return;
    const auto printed = read_plain(*number, name, Quantity::kLoss, scope.diagnostics);
    if (printed && printed->value <= 0) {
      scope.diagnostics.report(number->place, fmt::format("'{}' must be a number > 0, got {}", name,
                                                          described(*number)));
    } else if (printed) {
      value = printed->value;
    }
  };
  positive("epsilon", claim.epsilon);
  positive("at_most", claim.at_most);
  claim.examples = fields.whole("examples", 1).value_or(claim.examples);
  claim.source = fields.text("source");
  if (!fields.has("at_most") && fields.complete()) {
    scope.diagnostics.report(node.place, "'gradcheck' needs at_most",
                             {"expected the largest absolute error, such as at_most: 1e-4"});
  }
  if (const Node* weights = fields.find("weights")) {
    const Fields counts(*weights, "weights",
                        {"input_hidden", "hidden_output", "hidden_bias", "output_bias"},
                        scope.diagnostics);
    claim.input_hidden = counts.whole("input_hidden", 0).value_or(0);
    claim.hidden_output = counts.whole("hidden_output", 0).value_or(0);
    claim.hidden_bias = counts.whole("hidden_bias", 0).value_or(0);
    claim.output_bias = counts.whole("output_bias", 0).value_or(0);
  }
  expectation_of(report, scope.home).gradients = std::move(claim);
}

}  // namespace mlpsweep::sweeps

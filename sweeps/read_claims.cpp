// Statements of order or size -> Claim: the form, its metric and bounds.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/claim_reader.h"
#include "sweeps/numbers.h"
#include "sweeps/read_where.h"

namespace mlpsweep::sweeps {
namespace {

const std::array<FormEntry, 10>& forms() {
  using Form = Claim::Form;
  static const std::array<FormEntry, 10> all = {{
      {"less", Form::kLess, true, {"than"}},
      {"greater", Form::kGreater, true, {"than"}},
      {"lowest", Form::kLowest, true, {"along", "values", "is"}},
      {"highest", Form::kHighest, true, {"along", "values", "is"}},
      {"increasing", Form::kIncreasing, true, {"along", "values"}},
      {"decreasing", Form::kDecreasing, true, {"along", "values"}},
      {"at_least", Form::kAtLeast, false, {"metric", "epochs", "share"}},
      {"at_most", Form::kAtMost, false, {"metric", "epochs"}},
      {"between", Form::kBetween, false, {"metric", "epochs"}},
      {"differs", Form::kDiffers, true, {"along"}},
  }};
  return all;
}

Names form_names() {
  Names names;
  for (const FormEntry& entry : forms())
    names.push_back(entry.name);
  return names;
}

}  // namespace

Names claim_figure_names(const ReportScope& scope) {
  Names names = figures_in(scope);
  names.insert(names.end(), kClassFigures.begin(), kClassFigures.end());
  return names;
}

ClaimReader::ClaimReader(const Node& node, const ReportScope& scope)
    : node_(node),
      scope_(scope),
      diagnostics_(scope.diagnostics),
      fields_(node, "claims", names(), scope.diagnostics) {}

std::optional<Claim> ClaimReader::read() {
  const FormEntry* form = find_form();
  if (form == nullptr)
    return {};
  refuse_idle(*form);
  claim_.form = form->form;
  claim_.line = node_.place.line;
  claim_.source = fields_.text("source");
  experiment_ = experiment_of(scope_, fields_);
  if (experiment_ != nullptr)
    claim_.experiment = experiment_->name;
  claim_.where = read_where(fields_, "where", experiment_, diagnostics_);
  read_metric(*form);
  read_classes();
  read_than(*form);
  read_along(*form);
  read_is(*form);
  read_bounds(*form);
  read_epochs();
  return std::move(claim_);
}

Names ClaimReader::names() {
  Names all = form_names();
  all.insert(all.end(), {"source", "in", "where", "than", "along", "values", "is", "metric",
                         "share", "epochs", "class"});
  return all;
}

const FormEntry* ClaimReader::find_form() {
  const FormEntry* found = nullptr;
  for (const FormEntry& entry : forms()) {
    if (!fields_.has(entry.name))
      continue;
    if (found == nullptr) {
      found = &entry;
      continue;
    }
    diagnostics_.report(
        fields_.place_of(entry.name),
        fmt::format("a claim has one form, this one has '{}' and '{}'", found->name, entry.name),
        {"expected two claims"});
    return nullptr;
  }
  if (found == nullptr && fields_.complete()) {
    diagnostics_.report(node_.place, "this claim has no form",
                        {fmt::format("expected one of: {}", fmt::join(form_names(), ", "))});
  }
  return found;
}

void ClaimReader::refuse_idle(const FormEntry& form) {
  for (const std::string_view name :
       {"than", "along", "values", "is", "metric", "share", "epochs"}) {
    if (!fields_.has(name) || form.takes(name))
      continue;
    diagnostics_.report(
        fields_.place_of(name), fmt::format("'{}' means nothing in a claim '{}'", name, form.name),
        {fmt::format("expected beside it: in, where, source, {}", fmt::join(form.beside, ", "))});
  }
}

void ClaimReader::read_metric(const FormEntry& form) {
  const std::string_view name = form.names_metric ? form.name : "metric";
  if (!fields_.has(name)) {
    if (!fields_.complete())
      return;
    return diagnostics_.report(node_.place, fmt::format("a claim '{}' needs a metric", form.name),
                               {"expected such as metric: test_accuracy"});
  }
  const Node* node = fields_.find(name);
  if (node == nullptr)
    return;
  if (!node->is_scalar()) {
    return diagnostics_.report(node->place, fmt::format("'{}' must be the name of a figure, got "
                                                        "{}",
                                                        name, described(*node)));
  }
  metric_place_ = node->place;
  if (check_figure_name(scope_, node->place, node->text, claim_figure_names(scope_)))
    claim_.metric = node->text;
}

void ClaimReader::read_classes() {
  if (!fields_.has("class"))
    return;
  if (!claim_.metric.empty() && !is_class_figure(claim_.metric)) {
    return diagnostics_.report(
        fields_.place_of("class"), fmt::format("{} is no figure of a class", quote(claim_.metric)),
        {fmt::format("expected one of: {}", fmt::join(kClassFigures, ", "))});
  }
  for (const Node* name : fields_.texts("class")) {
    if (check_class(scope_, experiment_, *name))
      claim_.classes.push_back(name->text);
  }
}

double ClaimReader::bound(const Node& node, std::string_view name) const {
  const bool known = !claim_.metric.empty();
  const Quantity quantity = known ? quantity_of(claim_.metric) : Quantity::kLoss;
  const auto printed = read_plain(node, name, quantity, diagnostics_);
  return printed ? printed->value : 0;
}

void ClaimReader::read_bounds(const FormEntry& form) {
  const Node* node = fields_.find(form.name);
  if (node == nullptr || form.names_metric)
    return;
  if (form.form == Claim::Form::kBetween) {
    read_between(*node);
  } else {
    double& side = form.form == Claim::Form::kAtLeast ? claim_.low : claim_.high;
    side = bound(*node, form.name);
  }
  const Node* share = fields_.find("share");
  if (share == nullptr || form.form != Claim::Form::kAtLeast)
    return;
  if (share->text != "> 0") {
    diagnostics_.report(share->place,
                        fmt::format("'share' must be '> 0', got {}", described(*share)),
                        {"it says that some run is enough; without it the mean is meant"});
  } else {
    claim_.share = share->text;
  }
}

void ClaimReader::read_between(const Node& node) {
  if (!node.is_list() || node.items.size() != 2) {
    return diagnostics_.report(
        node.place,
        fmt::format(
            "'between' must be two numbers, got {}",
            node.is_list() ? fmt::format("{} of them", node.items.size()) : described(node)),
        {"expected such as between: [0.95, 0.97]"});
  }
  claim_.low = bound(node.items[0], "between");
  claim_.high = bound(node.items[1], "between");
  if (claim_.low > claim_.high) {
    diagnostics_.report(node.place, fmt::format("'between' begins above its end: {} > {}",
                                                node.items[0].text, node.items[1].text));
  }
}

void ClaimReader::read_epochs() {
  const Node* node = fields_.find("epochs");
  if (node == nullptr)
    return;
  const auto whole = [&](std::size_t i) {
    const Node& item = node->items[i];
    return item.is_scalar() ? parse_whole(item.text).value_or(-1) : -1;
  };
  const bool pair = node->is_list() && node->items.size() == 2 && whole(0) >= 0 &&
                    whole(0) <= whole(1) && whole(1) <= 1'000'000;
  if (!pair) {
    return diagnostics_.report(
        node->place,
        fmt::format("'epochs' must be the first and the last epoch, got {}", described(*node)),
        {"expected such as epochs: [18, 20]"});
  }
  claim_.first_epoch = static_cast<int>(whole(0));
  claim_.last_epoch = static_cast<int>(whole(1));
  if (!claim_.metric.empty())
    check_curve_name(scope_, metric_place_, claim_.metric);
}

void read_claims(const Node& node, const ReportScope& scope, Report& report) {
  for_each_mapping(node, "claims", scope.diagnostics, [&](const Node& entry) {
    if (std::optional<Claim> claim = ClaimReader(entry, scope).read())
      report.claims.push_back(std::move(*claim));
  });
}

}  // namespace mlpsweep::sweeps

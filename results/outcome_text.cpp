// Claims as sentences, numbers as people read them.
#include <cmath>

#include <fmt/format.h>

#include "results/figure_text.h"
#include "results/outcome_parts.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::results {
namespace {

using sweeps::Claim;
using Form = Claim::Form;

/// "learning_rate 1.1 or 2, hidden 64"
std::string text_of_where(const sweeps::Where& where) {
  std::vector<std::string> conditions;
  for (const auto& [key, texts] : where) {
    conditions.push_back(fmt::format("{} {}", sweeps::last_part(key), fmt::join(texts, " or ")));
  }
  return fmt::format("{}", fmt::join(conditions, ", "));
}

/// "one_five (learning_rate 0.004)"
std::string text_of_side(const std::string& experiment, const sweeps::Where& where) {
  const std::string settings = text_of_where(where);
  if (experiment.empty()) {
    return settings;
  }
  return settings.empty() ? experiment : fmt::format("{} ({})", experiment, settings);
}

std::string text_of_keys(const std::vector<std::string>& keys) {
  std::vector<std::string> names;
  for (const std::string& key : keys) {
    names.emplace_back(sweeps::last_part(key));
  }
  return fmt::format("{}", fmt::join(names, " and "));
}

/// " in one_five (learning_rate 0.004)", or nothing where the claim speaks of everything.
std::string place_of(const Claim& claim) {
  const std::string place = text_of_side(claim.experiment, claim.where);
  return place.empty() ? "" : " in " + place;
}

/// "recall of 0 and 5"
std::string metric_text(const Claim& claim, const std::string& metric) {
  if (!sweeps::is_class_figure(metric)) {
    return metric;
  }
  return metric + " of " +
         (claim.classes.empty() ? "each class"
                                : fmt::format("{}", fmt::join(claim.classes, " and ")));
}

std::string order_text(const Claim& claim) {
  const std::string metric = metric_text(claim, claim.metric);
  const std::string_view order = claim.form == Form::kLess ? "lower" : "higher";
  const std::string than = claim.than_metric.empty() ? "" : metric_text(claim, claim.than_metric);
  const bool elsewhere = claim.than_experiment != claim.experiment;
  if (!than.empty() && !elsewhere && claim.than == claim.where) {
    return fmt::format("{} is {} than {}{}", metric, order, than, place_of(claim));
  }
  return fmt::format("{} is {} in {} than {}in {}", metric, order,
                     text_of_side(claim.experiment, claim.where), than.empty() ? "" : than + ' ',
                     text_of_side(elsewhere ? claim.than_experiment : "", claim.than));
}

std::string bound_text(const Claim& claim, std::string_view words) {
  const bool some = !claim.share.empty();
  return fmt::format("{}{} is {}{}", metric_text(claim, claim.metric), place_of(claim), words,
                     some ? " in some run" : "");
}

std::string epochs_text(const Claim& claim) {
  if (claim.first_epoch == 0 && claim.last_epoch == 0) {
    return "";
  }
  return claim.first_epoch == claim.last_epoch
             ? fmt::format(" at epoch {}", claim.first_epoch)
             : fmt::format(" at each of epochs {} to {}", claim.first_epoch, claim.last_epoch);
}

std::string monotone_text(const Claim& claim) {
  std::string text =
      fmt::format("{} {} with {}", metric_text(claim, claim.metric),
                  claim.form == Form::kIncreasing ? "rises" : "falls", text_of_keys(claim.along));
  if (!claim.values.empty()) {
    text += fmt::format(" ({})", fmt::join(claim.values, ", "));
  }
  return text + place_of(claim);
}

std::string form_text(const Claim& claim) {
  switch (claim.form) {
    case Form::kLess:
    case Form::kGreater:
      return order_text(claim);
    case Form::kLowest:
    case Form::kHighest:
      return fmt::format("{} is {} at {}{}", metric_text(claim, claim.metric),
                         claim.form == Form::kLowest ? "lowest" : "highest",
                         text_of_where(claim.is), place_of(claim));
    case Form::kIncreasing:
    case Form::kDecreasing:
      return monotone_text(claim);
    case Form::kAtLeast:
      return bound_text(claim, fmt::format("at least {}", claim.low));
    case Form::kAtMost:
      return bound_text(claim, fmt::format("at most {}", claim.high));
    case Form::kBetween:
      return bound_text(claim, fmt::format("between {} and {}", claim.low, claim.high));
    case Form::kDiffers:
      return fmt::format("{}{} differs between settings{}{}", metric_text(claim, claim.metric),
                         place_of(claim), claim.along.empty() ? "" : " of ",
                         text_of_keys(claim.along));
  }
  return claim.metric;
}

}  // namespace

std::string text_of(const Claim& claim) {
  return form_text(claim) + epochs_text(claim);
}

std::string number_text(sweeps::Quantity kind, double value) {
  if (std::isnan(value)) {
    return "-";
  }
  if (std::isinf(value)) {
    return kind == sweeps::Quantity::kEpochs ? "never" : fmt::format("{}", value);
  }
  switch (kind) {
    case sweeps::Quantity::kShare:
      return fmt::format("{:.4f}", value);
    case sweeps::Quantity::kEpochs:
    case sweeps::Quantity::kSeconds:
      return fmt::format("{:.1f}", value);
    case sweeps::Quantity::kLoss:
      break;
  }
  return fmt::format("{:.4g}", value);
}

}  // namespace mlpsweep::results

// The configurations that a claim speaks of: its other side, what it goes along, which one it is.
#include <algorithm>

#include <fmt/format.h>

#include "sweeps/claim_reader.h"
#include "sweeps/given.h"
#include "sweeps/keys.h"
#include "sweeps/read_where.h"

namespace mlpsweep::sweeps {

void ClaimReader::read_than(const FormEntry& form) {
  if (!form.takes("than"))
    return;
  const Node* than = fields_.find("than");
  if (than == nullptr) {
    if (!fields_.has("than") && fields_.complete()) {
      diagnostics_.report(node_.place, fmt::format("a claim '{}' needs its other side", form.name),
                          {"expected than: EXPERIMENT, or than: {where: {...}}"});
    }
    return;
  }
  claim_.than = claim_.where;
  claim_.than_experiment = claim_.experiment;
  if (than->is_map()) {
    if (!read_than(*than))
      return;
  } else if (than->is_scalar()) {
    const KnownExperiment* other = known_experiment(scope_, than->place, than->text);
    if (other == nullptr)
      return;
    claim_.than_experiment = other->name;
    check_where_in(*other, than->place);
  } else {
    return diagnostics_.report(
        than->place,
        fmt::format("'than' must be an experiment or a mapping, got {}", described(*than)));
  }
  const bool other_metric = !claim_.than_metric.empty() && claim_.than_metric != claim_.metric;
  if (experiment_ != nullptr && claim_.than_experiment == claim_.experiment &&
      claim_.than == claim_.where && !other_metric)
    diagnostics_.report(than->place, "both sides of this claim are the same",
                        {"expected another experiment, another 'where' or another 'metric'"});
}

bool ClaimReader::read_than(const Node& map) {
  const Fields fields(map, "than", {"in", "where", "metric"}, diagnostics_);
  const KnownExperiment* other = experiment_;
  if (const Node* in = fields.find("in")) {
    other = known_experiment(scope_, in->place, in->text);
    if (other == nullptr)
      return false;
    claim_.than_experiment = other->name;
  }
  if (fields.has("where")) {
    claim_.than = read_where(fields, "where", other, diagnostics_);
  } else if (other != nullptr) {
    check_where_in(*other, map.place);
  }
  return read_than_metric(fields) && fields.complete();
}

bool ClaimReader::read_than_metric(const Fields& fields) {
  const Node* metric = fields.find("metric");
  if (metric == nullptr)
    return true;
  if (!check_figure_name(scope_, metric->place, metric->text, claim_figure_names(scope_)))
    return false;
  const bool alike = quantity_of(metric->text) == quantity_of(claim_.metric) &&
                     is_class_figure(metric->text) == is_class_figure(claim_.metric);
  if (!claim_.metric.empty() && !alike) {
    diagnostics_.report(
        metric->place, fmt::format("'{}' and '{}' can't be compared", claim_.metric, metric->text),
        {"expected two shares, two losses, two epochs or two times; both of a class or neither"});
    return false;
  }
  claim_.than_metric = metric->text;
  return true;
}

void ClaimReader::check_where_in(const KnownExperiment& other, Place at) {
  bool good = true;
  for (const auto& [key, texts] : claim_.where) {
    for (const std::string& text : texts)
      good = check_value(other, key, text, at, diagnostics_) && good;
  }
  if (good && !any_configuration(other, claim_.where)) {
    diagnostics_.report(at, fmt::format("no configuration of experiment '{}' has all of the "
                                        "claim's 'where' at once",
                                        other.name));
  }
}

void ClaimReader::read_along(const FormEntry& form) {
  const bool order = form.form == Claim::Form::kIncreasing || form.form == Claim::Form::kDecreasing;
  for (const Node* key : fields_.texts("along")) {
    if (order && key->text == "epoch") {
      if (!claim_.metric.empty())
        check_curve_name(scope_, metric_place_, claim_.metric);
      claim_.along.emplace_back("epoch");
    } else if (experiment_ == nullptr ||
               check_swept(*experiment_, key->text, "along", key->place, diagnostics_)) {
      claim_.along.push_back(key->text);
    }
  }
  const bool one = fields_.texts("along").size() == 1;
  if (order && !one && fields_.complete()) {
    diagnostics_.report(fields_.place_of("along"),
                        fmt::format("a claim '{}' goes along one key", form.name),
                        {"expected along: KEY, or along: epoch"});
  }
  read_values(one);
}

void ClaimReader::read_values(bool along_one) {
  const Node* node = fields_.find("values");
  if (node == nullptr)
    return;
  const Key* key = claim_.along.size() == 1 ? find_key(claim_.along[0]) : nullptr;
  if (key == nullptr) {
    if (!along_one || claim_.along == std::vector<std::string>{"epoch"}) {
      diagnostics_.report(fields_.place_of("values"), "'values' are those of one key",
                          {"expected along: KEY beside it"});
    }
    return;
  }
  const Given given =
      read_given(*key, fields_.place_of("values"), *node, Values::kMany, diagnostics_);
  for (const Choice& choice : given.choices) {
    if (experiment_ == nullptr ||
        check_value(*experiment_, key->name, choice.text, choice.place, diagnostics_))
      claim_.values.push_back(choice.text);
  }
  if (!given.spoiled && given.choices.size() < 2) {
    diagnostics_.report(node->place, "'values' names one value: there is nothing to compare",
                        {"expected two or more"});
  }
}

void ClaimReader::read_is(const FormEntry& form) {
  if (!form.takes("is"))
    return;
  const Node* node = fields_.find("is");
  if (node == nullptr) {
    if (!fields_.has("is") && fields_.complete()) {
      diagnostics_.report(node_.place,
                          fmt::format("a claim '{}' needs the configuration that is it", form.name),
                          {"expected is: VALUE of the key in 'along', or is: {KEY: VALUE}"});
    }
    return;
  }
  if (node->is_map()) {
    claim_.is = read_where(*node, "is", experiment_, diagnostics_);
    return;
  }
  const std::vector<const Node*> along = fields_.texts("along");
  if (along.size() != 1) {
    return diagnostics_.report(
        node->place,
        fmt::format("'is' must be a mapping of settings where 'along' names not one key, got {}",
                    described(*node)),
        {fmt::format("expected such as is: {{KEY: {}}}", node->text)});
  }
  const Key* key = find_key(along[0]->text);
  if (key == nullptr)
    return;  // reported with `along`
  read_is(*key, *node);
}

void ClaimReader::read_is(const Key& key, const Node& node) {
  const Given given = read_given(key, fields_.place_of("is"), node, Values::kOne, diagnostics_);
  if (given.choices.empty())
    return;
  const std::string& text = given.choices[0].text;
  claim_.is = {{std::string(key.name), {text}}};
  const std::vector<std::string>& values = claim_.values;
  if (!values.empty() && std::find(values.begin(), values.end(), text) == values.end()) {
    const Names texts(values.begin(), values.end());
    diagnostics_.report(node.place, fmt::format("'is' is {}, which is none of 'values'", text),
                        notes_of(texts, text));
  } else if (experiment_ != nullptr) {
    check_value(*experiment_, key.name, text, node.place, diagnostics_);
  }
}

}  // namespace mlpsweep::sweeps

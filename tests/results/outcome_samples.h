// A made-up report and made-up records for the tests of outcomes.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "results/outcome.h"

namespace mlpsweep::results {

/// Owns records, and gives them out as the parts of an outcome's input.
class OutcomeSamples {
 public:
  OutcomeSamples() {
    input.name = "r9-sample";
    input.report = &report;
  }

  /// A part whose configurations differ in one key.
  PartRecords& part(std::string experiment, std::string key, std::string reading = "") {
    PartRecords part;
    part.experiment = std::move(experiment);
    part.reading = std::move(reading);
    part.swept = {std::move(key)};
    input.parts.push_back(std::move(part));
    return input.parts.back();
  }

  /// A configuration with one complete trial for each test accuracy, repeats 0, 1, ...; `shape` may
  /// change each record further.
  template <class Shape>
  Configuration& add(PartRecords& part, sweeps::Value value, const std::vector<double>& accuracies,
                     const Shape& shape) {
    Configuration configuration;
    configuration.settings = {{part.swept.front(), std::move(value)},
                              {"data.split.test", std::string("own")}};
    for (std::size_t r = 0; r < accuracies.size(); ++r) {
      Record record;
      record.settings = configuration.settings;
      record.seed = 1;
      record.repeat = static_cast<int>(r);
      engine::TrialResult& result = record.result;
      result.epochs.resize(2);
      result.test_accuracy = accuracies[r];
      result.predictions.assign(1000, 0);
      result.train_seconds = 2;
      shape(record, r);
      if (!result.epochs.empty()) {
        result.last = result.epochs.back();
      }
      configuration.records.push_back(&records_.emplace_back(std::move(record)));
    }
    configuration.planned = accuracies.size();
    part.configurations.push_back(std::move(configuration));
    return part.configurations.back();
  }
  Configuration& add(PartRecords& part, sweeps::Value value,
                     const std::vector<double>& accuracies) {
    return add(part, std::move(value), accuracies, [](Record&, std::size_t) {});
  }

  /// Expects one figure of the configurations that match.
  void expect(const std::string& experiment, sweeps::Where where, std::string figure,
              sweeps::Printed printed) {
    sweeps::ExpectedRow row;
    row.where = std::move(where);
    row.source = "Table 1";
    row.figures = {{std::move(figure), std::move(printed), {}}};
    expectation(experiment).rows.push_back(std::move(row));
  }

  sweeps::Expectation& expectation(const std::string& experiment) {
    for (sweeps::Expectation& expected : report.expected) {
      if (expected.experiment == experiment) {
        return expected;
      }
    }
    report.expected.emplace_back().experiment = experiment;
    return report.expected.back();
  }

  sweeps::Claim& claim(sweeps::Claim::Form form, std::string metric, std::string experiment) {
    sweeps::Claim& claim = report.claims.emplace_back();
    claim.form = form;
    claim.metric = std::move(metric);
    claim.experiment = std::move(experiment);
    claim.than_experiment = claim.experiment;
    return claim;
  }

  [[nodiscard]] Outcome outcome() const { return outcome_of(input); }

  sweeps::Report report;
  OutcomeInput input;

 private:
  std::deque<Record> records_;  // stays where it is while it grows
};

inline sweeps::Printed printed(std::string text, double value, double unit,
                               sweeps::Printed::Kind kind = sweeps::Printed::Kind::kValue) {
  return {.text = std::move(text), .kind = kind, .value = value, .unit = unit};
}

}  // namespace mlpsweep::results

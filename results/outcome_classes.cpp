// Published classification reports, class by class.
#include <utility>

#include <fmt/format.h>

#include "results/outcome_parts.h"

namespace mlpsweep::results {

FigureFunction class_function(const PartRecords& part, MatrixRows rows, std::string name,
                              std::string figure) {
  return [&names = part.class_names, rows, name = std::move(name),
          figure = std::move(figure)](const Record& record) {
    const std::vector<std::int64_t>& counts = record.result.confusion;
    if (counts.empty()) {
      return engine::kNaN;
    }
    const std::vector<double> confusion(counts.begin(), counts.end());
    return classification_figure(classify(confusion, names, rows), name, figure);
  };
}

std::vector<FigureOutcome> judge_classes(const OutcomeContext& context, const PartRecords& part,
                                         const sweeps::ExpectedClassification& expected) {
  std::vector<FigureOutcome> outcomes;
  const MatrixRows rows = expected.exchanged ? MatrixRows::kPredictions : MatrixRows::kLabels;
  for (const sweeps::ExpectedClass& row : expected.rows) {
    for (const auto& [name, printed] : row.figures) {
      Question question;
      question.name = name;
      question.kind = sweeps::quantity_of(name);
      question.printed = printed;
      // Which images a split draws is no work of the network's.
      question.judged = name != "support";
      question.figure = class_function(part, rows, row.name, name);
      FigureOutcome outcome = judge_figure(context, part, {}, question);
      outcome.source = expected.source;
      outcome.figure = fmt::format("{} of {}{}", name, row.name,
                                   expected.exchanged ? " (rows are predictions)" : "");
      if (!question.judged && outcome.run) {
        outcome.note = "a count that the split draws: shown, not judged";
      }
      outcomes.push_back(std::move(outcome));
    }
  }
  return outcomes;
}

}  // namespace mlpsweep::results

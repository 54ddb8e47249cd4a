// Published figures, each held against every configuration that its row speaks of.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "results/outcome_parts.h"

namespace mlpsweep::results {
namespace {

using sweeps::Printed;

/// What would matter, in the number's own unit. A published loss of 0 has no tenth: its tolerance
/// is then taken as it stands.
double matters_for(const Question& question, const sweeps::Tolerances& matters) {
  const double size = std::abs(question.printed.value);
  if (question.kind == sweeps::Quantity::kShare) {
    return matters.accuracy;
  }
  if (question.kind == sweeps::Quantity::kEpochs) {
    return matters.epochs * size;
  }
  return size > 0 ? matters.loss * size : matters.loss;
}

PublishedNumber published_number(const Question& question, const sweeps::Tolerances& matters) {
  return {.value = question.printed.value,
          .unit = question.printed.unit,
          .matters = matters_for(question, matters),
          .runs = question.runs};
}

SingleRun single_run(const OutcomeContext& context, const Configuration& configuration,
                     const Question& question) {
  SingleRun single;
  // Training and validation part are drawn anew by every repeat, as the published runs of one model
  // were; no interval over images speaks of them, since they were chosen by or trained on.
  const bool on_test = question.name == "test_accuracy" || question.name == "last_test_accuracy";
  single.same_images = !on_test || has_own_test_part(configuration);
  single.images = on_test ? test_images(configuration) : 0;
  if (const auto noise = context.noise.find(question.name); noise != context.noise.end()) {
    single.same_deviation = noise->second.first;
    single.same_runs = noise->second.second;
  }
  return single;
}

bool is_claim(const Printed& printed) {
  return printed.kind == Printed::Kind::kAbove || printed.kind == Printed::Kind::kBelow;
}

/// Why there is no number.
std::string absence(const Measured& measured, const Configuration& configuration) {
  if (measured.partial > 0) {
    return "no repeat has all of its folds";
  }
  if (measured.diverged > 0) {
    return fmt::format("all {} trials diverged", measured.diverged);
  }
  if (measured.failed > 0) {
    return fmt::format("all {} trials failed", measured.failed);
  }
  return configuration.records.empty() ? "not run" : "the records have no such figure";
}

Measured measure(const OutcomeContext& context, const PartRecords& part,
                 const Configuration& configuration, const Question& question) {
  Measured measured;
  measured.configuration = name_of(part, configuration);
  measured.values = values_of(configuration, question.figure);
  measured.diverged = count_state(configuration, engine::State::kDiverged);
  measured.failed = count_state(configuration, engine::State::kFailed);
  measured.partial = count_partial_repeats(configuration);
  measured.missing =
      std::max(configuration.planned, configuration.records.size()) - configuration.records.size();
  const Values values = plain(measured.values);
  const SingleRun single = single_run(context, configuration, question);
  measured.interval = interval_of(values, single.images);
  if (values.empty()) {
    // A setting that always diverges can't give the number; otherwise nothing is known.
    measured.judgement.verdict = measured.diverged > 0 && measured.missing == 0 &&
                                         measured.failed == 0 && measured.partial == 0 &&
                                         question.judged
                                     ? Verdict::kNotReproduced
                                     : Verdict::kNotJudged;
    measured.judgement.basis = absence(measured, configuration);
  } else if (!question.judged || is_claim(question.printed)) {
    measured.judgement.mean = measured.interval.mean;
    measured.judgement.difference = measured.interval.mean - question.printed.value;
    measured.judgement.n = values.size();
  } else {
    measured.judgement =
        judge(published_number(question, context.report().matters), values, single);
  }
  return measured;
}

/// "2 trials diverged (left out), 1 trial not run yet"
std::string losses(const std::vector<Measured>& configurations) {
  std::size_t diverged = 0;
  std::size_t failed = 0;
  std::size_t missing = 0;
  std::size_t partial = 0;
  for (const Measured& measured : configurations) {
    diverged += measured.values.empty() ? 0 : measured.diverged;
    failed += measured.values.empty() ? 0 : measured.failed;
    missing += measured.missing;
    partial += measured.partial;
  }
  std::string text;
  const auto add = [&](std::size_t count, std::string_view of, std::string_view what) {
    if (count > 0) {
      text += fmt::format("{}{} {}{} {}", text.empty() ? "" : ", ", count, of,
                          count == 1 ? "" : "s", what);
    }
  };
  add(diverged, "trial", "diverged (left out)");
  add(failed, "trial", "failed (left out)");
  add(missing, "trial", "not run yet");
  add(partial, "repeat", "without all folds (left out)");
  return text;
}

std::string note_of(const std::vector<Measured>& configurations) {
  std::vector<std::string> notes;
  for (const Measured& measured : configurations) {
    const std::string& basis = measured.judgement.basis;
    if (!basis.empty() && std::find(notes.begin(), notes.end(), basis) == notes.end()) {
      notes.push_back(basis);
    }
  }
  if (std::string lost = losses(configurations); !lost.empty()) {
    notes.push_back(std::move(lost));
  }
  return fmt::format("{}", fmt::join(notes, "; "));
}

/// "> X" must hold of each configuration; one without values leaves it open, unless another speaks
/// against it.
ClaimTest bound_test(const std::vector<Measured>& configurations, const Printed& printed) {
  std::vector<ClaimTest> components;
  bool absent = false;
  for (const Measured& measured : configurations) {
    absent = absent || measured.values.empty();
    if (!measured.values.empty()) {
      const Values values = plain(measured.values);
      components.push_back(printed.kind == Printed::Kind::kAbove
                               ? claim_at_least(values, printed.value)
                               : claim_at_most(values, printed.value));
    }
  }
  ClaimTest test = claim_all(components);
  if (absent && (!test.decided || test.holds)) {
    test.decided = false;
    test.p = 1;
  }
  return test;
}

/// The worst of its configurations; where some have not run, a good one among the others can't
/// speak for all.
Verdict verdict_over(const std::vector<Measured>& configurations) {
  Verdict verdict = Verdict::kNotJudged;
  bool absent = false;
  for (const Measured& measured : configurations) {
    verdict = worse(verdict, measured.judgement.verdict);
    absent = absent || measured.values.empty();
  }
  return absent && verdict != Verdict::kNotJudged ? worse(verdict, Verdict::kCannotTell) : verdict;
}

/// Whether a figure is of one epoch, so that it may be meant at the best one.
bool is_of_an_epoch(std::string_view name) {
  return name == "train_loss" || name == "train_accuracy" || name == "validation_loss" ||
         name == "validation_accuracy";
}

/// The name that a reader sees, and the function.
std::pair<std::string, Question> question_of(const OutcomeContext& context,
                                             const sweeps::ExpectedRow& row,
                                             const sweeps::PublishedFigure& published) {
  Question question;
  question.printed = published.printed;
  question.runs = row.runs;
  if (published.reaches) {
    const double value = *published.reaches;
    question.name = "first_epoch";
    question.kind = sweeps::Quantity::kEpochs;
    question.figure = [curve = published.figure, value](const Record& record) {
      return first_epoch(record, curve, value);
    };
    return {fmt::format("first epoch of {} {}", published.figure, value), question};
  }
  question.name = published.figure;
  question.kind = sweeps::quantity_of(published.figure);
  question.figure = figure_function(context, published.figure, row.at_best);
  question.judged = question.kind != sweeps::Quantity::kSeconds;
  const bool marked = row.at_best && is_of_an_epoch(published.figure);
  return {published.figure + (marked ? " (best epoch)" : ""), question};
}

}  // namespace

FigureFunction figure_function(const OutcomeContext& context, std::string name, bool at_best) {
  if (at_best && is_of_an_epoch(name)) {
    name = "best_" + name;
  }
  return [name = std::move(name), &derived = context.report().derived](const Record& record) {
    return figure_of(record, name, derived);
  };
}

Verdict worse(Verdict a, Verdict b) {
  const auto badness = [](Verdict verdict) {
    switch (verdict) {
      case Verdict::kNotReproduced:
        return 4;
      case Verdict::kCannotTell:
        return 3;
      case Verdict::kCompatible:
        return 2;
      case Verdict::kReproduced:
        return 1;
      case Verdict::kNotJudged:
        break;
    }
    return 0;
  };
  return badness(b) > badness(a) ? b : a;
}

FigureOutcome judge_figure(const OutcomeContext& context, const PartRecords& part,
                           const sweeps::Where& where, const Question& question) {
  FigureOutcome outcome;
  outcome.experiment = part.experiment;
  outcome.kind = question.kind;
  outcome.published = question.printed;
  for (const Configuration* configuration : matching(part, where)) {
    outcome.configurations.push_back(measure(context, part, *configuration, question));
    outcome.run = outcome.run || !configuration->records.empty();
  }
  outcome.verdict = verdict_over(outcome.configurations);
  outcome.note = note_of(outcome.configurations);
  if (outcome.configurations.empty()) {
    outcome.note = part.configurations.empty() ? "the experiment has no trials yet"
                                               : "no configuration matches";
  }
  const bool has_values =
      std::any_of(outcome.configurations.begin(), outcome.configurations.end(),
                  [](const Measured& measured) { return !measured.values.empty(); });
  if (question.judged && is_claim(question.printed) && has_values) {
    outcome.claim = bound_test(outcome.configurations, question.printed);
    outcome.note = outcome.note.empty() ? "as a claim" : "as a claim; " + outcome.note;
  }
  return outcome;
}

std::vector<FigureOutcome> judge_figures(const OutcomeContext& context, const PartRecords& part) {
  std::vector<FigureOutcome> outcomes;
  for (const sweeps::Expectation& expected : context.report().expected) {
    if (expected.experiment != part.experiment) {
      continue;
    }
    for (const sweeps::ExpectedRow& row : expected.rows) {
      for (const sweeps::PublishedFigure& published : row.figures) {
        const auto [name, question] = question_of(context, row, published);
        FigureOutcome outcome = judge_figure(context, part, row.where, question);
        outcome.source = row.source;
        outcome.figure = name;
        outcomes.push_back(std::move(outcome));
      }
    }
    if (expected.classification) {
      for (FigureOutcome& outcome : judge_classes(context, part, *expected.classification)) {
        outcomes.push_back(std::move(outcome));
      }
    }
  }
  return outcomes;
}

}  // namespace mlpsweep::results

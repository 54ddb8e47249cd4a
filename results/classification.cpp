#include "results/classification.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/display_width.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

struct NamedMember {
  std::string_view name;
  double ClassFigures::*member;
};
constexpr std::array kMembers = {NamedMember{"precision", &ClassFigures::precision},
                                 NamedMember{"recall", &ClassFigures::recall},
                                 NamedMember{"f1", &ClassFigures::f1},
                                 NamedMember{"support", &ClassFigures::support}};

/// What a class has on the diagonal, in its row and in its column.
struct Counts {
  double both = 0;
  double labelled = 0;
  double predicted = 0;
};

std::vector<Counts> count(std::span<const double> confusion, std::size_t classes, MatrixRows rows) {
  std::vector<Counts> counts(classes);
  for (std::size_t r = 0; r < classes; ++r) {
    for (std::size_t c = 0; c < classes; ++c) {
      const double images = confusion[r * classes + c];
      counts[r].labelled += images;
      counts[c].predicted += images;
      counts[r].both += r == c ? images : 0;
    }
  }
  if (rows == MatrixRows::kPredictions) {
    for (Counts& one : counts) {
      std::swap(one.labelled, one.predicted);
    }
  }
  return counts;
}

double quotient(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

ClassFigures figures_of(std::string name, const Counts& counts, std::vector<std::string>& notes) {
  if (counts.predicted == 0) {
    notes.push_back(fmt::format(
        "precision of {} is set to 0: no image was given this class (0 divided by 0)", name));
  }
  if (counts.labelled == 0) {
    notes.push_back(
        fmt::format("recall of {} is set to 0: no image has this class (0 divided by 0)", name));
  }
  ClassFigures figures;
  figures.name = std::move(name);
  figures.precision = quotient(counts.both, counts.predicted);
  figures.recall = quotient(counts.both, counts.labelled);
  figures.f1 = quotient(2 * figures.precision * figures.recall, figures.precision + figures.recall);
  figures.support = counts.labelled;
  return figures;
}

ClassFigures average(std::string name, std::span<const ClassFigures> classes,
                     double (*weight)(const ClassFigures&)) {
  ClassFigures mean;
  double weights = 0;
  for (const ClassFigures& one : classes) {
    const double share = weight(one);
    mean.precision += share * one.precision;
    mean.recall += share * one.recall;
    mean.f1 += share * one.f1;
    mean.support += one.support;
    weights += share;
  }
  mean.name = std::move(name);
  mean.precision = quotient(mean.precision, weights);
  mean.recall = quotient(mean.recall, weights);
  mean.f1 = quotient(mean.f1, weights);
  return mean;
}

/// Whole numbers as such; means over repeats with one decimal.
std::string support_text(double support) {
  constexpr double kRounding = 1e-6;  // sums of thirds of whole numbers
  const bool whole = std::abs(std::nearbyint(support) - support) < kRounding;
  return fmt::format("{:.{}f}", support, whole ? 0 : 1);
}

std::string padded(const std::string& name, std::size_t width) {
  const std::size_t have = display_width(name);
  return std::string(width > have ? width - have : 0, ' ') + name;
}

std::string line_of(const std::string& name, const ClassFigures& figures, std::size_t width,
                    int digits) {
  return fmt::format("{}  {:>9.{}f} {:>9.{}f} {:>9.{}f} {:>9}\n", padded(name, width),
                     figures.precision, digits, figures.recall, digits, figures.f1, digits,
                     support_text(figures.support));
}

}  // namespace

Classification classify(std::span<const double> confusion, std::span<const std::string> names,
                        MatrixRows rows) {
  const auto classes =
      static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(confusion.size()))));
  MLPS_CHECK(classes * classes == confusion.size() && (names.empty() || names.size() == classes),
             fmt::format("{} entries, {} names", confusion.size(), names.size()));
  const std::vector<Counts> counts = count(confusion, classes, rows);
  Classification report;
  if (rows == MatrixRows::kPredictions) {
    report.notes.emplace_back(
        "labels and predictions exchanged: precision and recall have changed places, and support "
        "counts predictions");
  }
  double right = 0;
  double all = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    report.classes.push_back(
        figures_of(names.empty() ? std::to_string(k) : names[k], counts[k], report.notes));
    right += counts[k].both;
    all += counts[k].labelled;
  }
  report.accuracy = quotient(right, all);
  report.macro = average("macro avg", report.classes, [](const ClassFigures&) { return 1.0; });
  report.weighted =
      average("weighted avg", report.classes, [](const ClassFigures& one) { return one.support; });
  return report;
}

double classification_figure(const Classification& report, std::string_view row,
                             std::string_view figure) {
  const auto* const member = std::find_if(kMembers.begin(), kMembers.end(),
                                          [&](const NamedMember& m) { return m.name == figure; });
  if (member == kMembers.end()) {
    std::vector<std::string_view> names;
    for (const NamedMember& known : kMembers) {
      names.push_back(known.name);
    }
    const std::string_view near = sweeps::nearest(figure, names);
    throw InputError(fmt::format("no figure of a class is called '{}'; expected one of: {}{}{}",
                                 figure, fmt::join(names, ", "),
                                 near.empty() ? "" : "\n  nearest: ", near));
  }
  // A class of the user's may be called "macro": the classes come first.
  for (const ClassFigures& one : report.classes) {
    if (one.name == row) {
      return one.*(member->member);
    }
  }
  if (row == "macro") {
    return report.macro.*(member->member);
  }
  return row == "weighted" ? report.weighted.*(member->member) : engine::kNaN;
}

std::string text_of(const Classification& report, int digits) {
  std::size_t width = std::max(display_width(report.weighted.name), std::size_t(digits));
  for (const ClassFigures& one : report.classes) {
    width = std::max(width, display_width(one.name));
  }
  std::string text = fmt::format("{}  {:>9} {:>9} {:>9} {:>9}\n\n", std::string(width, ' '),
                                 "precision", "recall", "f1-score", "support");
  for (const ClassFigures& one : report.classes) {
    text += line_of(one.name, one, width, digits);
  }
  text += fmt::format("\n{}  {:>9} {:>9} {:>9.{}f} {:>9}\n", padded("accuracy", width), "", "",
                      report.accuracy, digits, support_text(report.macro.support));
  text += line_of(report.macro.name, report.macro, width, digits);
  return text + line_of(report.weighted.name, report.weighted, width, digits);
}

std::vector<double> mean_confusion(std::span<const Record* const> trials) {
  struct Sum {
    std::vector<double> counts;
    double trials = 0;
  };
  std::map<std::pair<std::uint64_t, int>, Sum> repeats;
  std::size_t entries = 0;
  for (const Record* trial : trials) {
    const std::vector<std::int64_t>& counts = trial->result.confusion;
    if (trial->result.state != engine::State::kComplete || counts.empty()) {
      continue;
    }
    if (entries != 0 && counts.size() != entries) {
      return {};
    }
    entries = counts.size();
    Sum& sum = repeats[{trial->seed, trial->repeat}];
    sum.counts.resize(entries);
    sum.trials += 1;
    for (std::size_t i = 0; i < entries; ++i) {
      sum.counts[i] += static_cast<double>(counts[i]);
    }
  }
  std::vector<double> mean(entries);
  for (const auto& [repeat, sum] : repeats) {
    for (std::size_t i = 0; i < entries; ++i) {
      mean[i] += sum.counts[i] / sum.trials / static_cast<double>(repeats.size());
    }
  }
  return mean;
}

}  // namespace mlpsweep::results

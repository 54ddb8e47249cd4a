// Claims: which values speak for each form, and which rule of statistics.md they are put to.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "results/claim_sides.h"

namespace mlpsweep::results {
namespace {

using sweeps::Claim;
using Form = Claim::Form;

/// What the tests of one claim have in common, and what they leave.
class Tester {
 public:
  Tester(const OutcomeContext& context, const Claim& claim) : context_(context), claim_(claim) {}

  ClaimOutcome outcome();

 private:
  void test(const ClaimFigure& figure);
  void test_order(const ClaimFigure& figure);
  void test_best(const FigureFunction& figure);
  void test_monotone(const FigureFunction& figure);
  void test_curve();
  void test_bound(const FigureFunction& figure);
  void test_some(const FigureFunction& figure);
  void test_differs(const FigureFunction& figure);

  [[nodiscard]] std::vector<Sides> groups(const FigureFunction& figure) const;
  [[nodiscard]] bool along_epoch() const {
    return claim_.along.size() == 1 && claim_.along.front() == "epoch";
  }
  /// Notes what was measured; false where a side has no values, so that nothing can be tested.
  /// `metric` tells a side apart that is another figure.
  bool show(const Sides& sides, const std::string& metric = "");
  /// Each side's values over common repeats; none where there are no such repeats.
  std::vector<Values> common(const Sides& sides);

  const OutcomeContext& context_;
  const Claim& claim_;
  const PartRecords* part_ = nullptr;
  sweeps::Quantity kind_ = sweeps::Quantity::kLoss;
  std::vector<ClaimTest> tests_;
  std::vector<std::string> measured_;
  bool whole_ = true;   ///< Every configuration has values, and those of one test common repeats.
  bool apart_ = false;  ///< Some configurations have no repeat in common.
  std::string class_name_;  ///< Of the figure that is tested; empty: not of a class.
  std::set<const Configuration*> seen_;
};

bool Tester::show(const Sides& sides, const std::string& metric) {
  bool whole = !sides.empty();
  for (const Side& side : sides) {
    seen_.insert(side.configuration);
    if (side.values.empty()) {
      whole = false;
      continue;
    }
    const std::string name =
        name_of_side(side, {metric, class_name_.empty() ? "" : "class " + class_name_,
                            side.part == part_ ? "" : side.part->experiment});
    std::string text =
        number_text(kind_, mean_of(side.values)) + (name.empty() ? "" : " (" + name + ")");
    if (std::find(measured_.begin(), measured_.end(), text) == measured_.end()) {
      measured_.push_back(std::move(text));
    }
  }
  whole_ = whole_ && whole;
  return whole;
}

std::vector<Values> Tester::common(const Sides& sides) {
  std::vector<Values> rows = aligned(sides);
  if (rows.empty() || rows.front().empty()) {
    whole_ = false;
    apart_ = true;
    return {};
  }
  return rows;
}

std::vector<Sides> Tester::groups(const FigureFunction& figure) const {
  std::vector<Sides> groups;
  for (const Configurations& group :
       groups_along(*part_, matching(*part_, claim_.where), claim_.along, claim_.values)) {
    groups.push_back(sides_of(*part_, group, figure));
  }
  return groups;
}

/// Every configuration of the one side against every one of the other; two figures of the same
/// configurations within each.
void Tester::test_order(const ClaimFigure& figure) {
  const PartRecords* other_part = context_.parts.find(claim_.than_experiment);
  if (other_part == nullptr) {
    return;
  }
  const Sides left = sides_of(*part_, matching(*part_, claim_.where), figure.of);
  const Sides right = sides_of(*other_part, matching(*other_part, claim_.than), figure.than);
  const bool left_whole = show(left);
  const bool whole = show(right, claim_.than_metric) && left_whole;
  const bool within_each =
      !claim_.than_metric.empty() && other_part == part_ && claim_.than == claim_.where;
  for (const Side& a : left) {
    for (const Side& b : right) {
      if ((a.configuration == b.configuration) != within_each || !whole) {
        continue;
      }
      const Side& low = claim_.form == Form::kLess ? a : b;
      const Side& high = claim_.form == Form::kLess ? b : a;
      if (differ_in_data(*a.configuration, *b.configuration)) {
        tests_.push_back(claim_less(plain(low.values), plain(high.values), /*paired=*/false));
      } else {
        const std::vector<Values> rows = common({low, high});
        if (!rows.empty()) {
          tests_.push_back(claim_less(rows[0], rows[1]));
        }
      }
    }
  }
}

/// The named configuration of each group against all others of the group.
void Tester::test_best(const FigureFunction& figure) {
  for (const Sides& group : groups(figure)) {
    Sides others;
    Sides named;
    for (const Side& side : group) {
      (matches(*side.configuration, claim_.is) ? named : others).push_back(side);
    }
    const bool named_whole = show(named);
    const bool whole = show(others) && named_whole;
    for (const Side& best : named) {
      Sides all = others;
      all.insert(all.begin(), best);
      std::vector<Values> rows = whole ? common(all) : std::vector<Values>();
      if (claim_.form == Form::kHighest) {
        std::transform(rows.begin(), rows.end(), rows.begin(), negated);
      }
      if (rows.size() > 1) {
        tests_.push_back(claim_lowest(rows, 0));
      }
    }
  }
}

void Tester::test_monotone(const FigureFunction& figure) {
  for (const Sides& group : groups(figure)) {
    std::vector<Values> rows = show(group) ? common(group) : std::vector<Values>();
    if (claim_.form == Form::kDecreasing) {
      std::reverse(rows.begin(), rows.end());
    }
    if (rows.size() > 1) {
      tests_.push_back(claim_increasing(rows));
    }
  }
}

void Tester::test_curve() {
  for (const Configuration* configuration : matching(*part_, claim_.where)) {
    const std::vector<ValueByRepeat> stretches = stretches_of(*configuration, claim_.metric);
    seen_.insert(configuration);
    if (stretches.size() < 2) {
      whole_ = false;
      continue;
    }
    const std::string name = name_of(*part_, *configuration);
    measured_.push_back(fmt::format("{} → {} over {} stretches{}",
                                    number_text(kind_, mean_of(stretches.front())),
                                    number_text(kind_, mean_of(stretches.back())), stretches.size(),
                                    name.empty() ? "" : " (" + name + ")"));
    std::vector<Values> rows = aligned(stretches);
    if (claim_.form == Form::kDecreasing) {
      std::reverse(rows.begin(), rows.end());
    }
    tests_.push_back(claim_increasing(rows));
  }
}

void Tester::test_bound(const FigureFunction& figure) {
  for (const Side& side : sides_of(*part_, matching(*part_, claim_.where), figure)) {
    if (!show({side})) {
      continue;
    }
    const Values values = plain(side.values);
    if (claim_.form == Form::kBetween) {
      tests_.push_back(claim_between(values, claim_.low, claim_.high));
    } else if (claim_.form == Form::kAtLeast) {
      tests_.push_back(claim_at_least(values, claim_.low));
    } else {
      tests_.push_back(claim_at_most(values, claim_.high));
    }
  }
}

/// "in some runs": one run of any of the configurations is enough.
void Tester::test_some(const FigureFunction& figure) {
  Values all;
  for (const Side& side : sides_of(*part_, matching(*part_, claim_.where), figure)) {
    seen_.insert(side.configuration);
    const Values values = plain(side.values);
    all.insert(all.end(), values.begin(), values.end());
  }
  if (all.empty()) {
    whole_ = false;
    return;
  }
  const bool at_least = claim_.form == Form::kAtLeast;
  const double bound = at_least ? claim_.low : claim_.high;
  const auto reached = std::count_if(all.begin(), all.end(), [&](double value) {
    return at_least ? value >= bound : value <= bound;
  });
  measured_.push_back(fmt::format("in {} of {} runs", reached, all.size()));
  tests_.push_back(at_least ? claim_some(all, bound) : claim_some(negated(all), -bound));
}

void Tester::test_differs(const FigureFunction& figure) {
  for (const Sides& group : groups(figure)) {
    const std::vector<Values> rows = show(group) ? common(group) : std::vector<Values>();
    if (rows.size() > 1) {
      tests_.push_back(claim_differs(rows));
    }
  }
}

void Tester::test(const ClaimFigure& figure) {
  class_name_ = figure.class_name;
  switch (claim_.form) {
    case Form::kLess:
    case Form::kGreater:
      return test_order(figure);
    case Form::kLowest:
    case Form::kHighest:
      return test_best(figure.of);
    case Form::kIncreasing:
    case Form::kDecreasing:
      return test_monotone(figure.of);
    case Form::kAtLeast:
    case Form::kAtMost:
      return claim_.share.empty() ? test_bound(figure.of) : test_some(figure.of);
    case Form::kBetween:
      return test_bound(figure.of);
    case Form::kDiffers:
      return test_differs(figure.of);
  }
}

ClaimOutcome Tester::outcome() {
  ClaimOutcome outcome;
  outcome.experiment = claim_.experiment;
  outcome.source = claim_.source;
  outcome.text = text_of(claim_);
  part_ = context_.parts.find(claim_.experiment);
  if (part_ == nullptr) {
    outcome.note = "not run";
    return outcome;
  }
  kind_ = sweeps::quantity_of(claim_.metric);
  if (along_epoch()) {
    test_curve();
  } else {
    for (const ClaimFigure& figure : claim_figures(context_, claim_)) {
      test(figure);
    }
  }
  outcome.run = !tests_.empty();
  outcome.measured = fmt::format("{}", fmt::join(measured_, ", "));
  outcome.test = claim_all(tests_);
  if (!whole_ || !outcome.run) {
    outcome.note = apart_              ? "no repeat in common"
                   : measured_.empty() ? "not run"
                                       : "not all configurations have run";
  }
  // What is there of a claim on more can speak against it, and not for it.
  if (!whole_ && (!outcome.test.decided || outcome.test.holds)) {
    outcome.test.p = 1;
    outcome.test.decided = false;
  }
  for (const std::string& note : notes_on_left_out(seen_)) {
    outcome.note += (outcome.note.empty() ? "" : "; ") + note;
  }
  return outcome;
}

}  // namespace

ClaimOutcome test_claim(const OutcomeContext& context, const Claim& claim) {
  return Tester(context, claim).outcome();
}

}  // namespace mlpsweep::results

// From trials to the lines of a picture.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "results/curves.h"
#include "results/pictures.h"

namespace mlpsweep::results {
namespace {

/// What a spec may plot, and the curves it is made of.
struct Plot {
  std::string_view name;
  std::string_view axis;
  bool share;
  std::array<std::string_view, 2> curves;  ///< The second may be empty.
};
constexpr std::array kPlots = {
    Plot{"loss", "loss (mean per image)", false, {"train_loss", "validation_loss"}},
    Plot{"accuracy", "accuracy (%)", true, {"train_accuracy", "validation_accuracy"}},
    Plot{"train_loss", "training loss (mean per image)", false, {"train_loss"}},
    Plot{"train_accuracy", "training accuracy (%)", true, {"train_accuracy"}},
    Plot{"validation_loss", "validation loss (mean per image)", false, {"validation_loss"}},
    Plot{"validation_accuracy", "validation accuracy (%)", true, {"validation_accuracy"}},
};

const Plot* find_plot(std::string_view name) {
  const auto* const found = std::find_if(kPlots.begin(), kPlots.end(),
                                         [&](const Plot& plot) { return plot.name == name; });
  return found == kPlots.end() ? nullptr : found;
}

double engine::Figures::*member_of(std::string_view curve) {
  const auto* const found = std::find_if(kCurves.begin(), kCurves.end(),
                                         [&](const Curve& known) { return known.name == curve; });
  return found == kCurves.end() ? nullptr : found->figure;
}

/// The trials of each repeat; two sweeps in one picture may both have a repeat 0.
std::map<std::pair<std::uint64_t, int>, std::vector<const Record*>> by_repeat(const Group& group) {
  std::map<std::pair<std::uint64_t, int>, std::vector<const Record*>> repeats;
  for (const Record* trial : group.complete) {
    repeats[{trial->seed, trial->repeat}].push_back(trial);
  }
  return repeats;
}

std::string label_of(const LabelledGroup& group, std::string_view curve, bool both) {
  const std::string_view part = curve.starts_with("train") ? "training" : "validation";
  if (group.label.empty()) {
    return std::string(part);
  }
  return both ? fmt::format("{}, {}", group.label, part) : group.label;
}

}  // namespace

std::vector<Interval> mean_curve(const Group& group, std::string_view curve) {
  double engine::Figures::*const member = member_of(curve);
  const auto repeats = by_repeat(group);
  std::vector<Interval> line;
  for (std::size_t epoch = 0; member != nullptr; ++epoch) {
    std::vector<double> values;
    for (const auto& [repeat, trials] : repeats) {
      double sum = 0;
      // A repeat counts as long as all its trials (folds) run.
      const bool runs = std::all_of(trials.begin(), trials.end(), [&](const Record* trial) {
        return epoch < trial->result.epochs.size();
      });
      for (const Record* trial : trials) {
        sum += runs ? trial->result.epochs[epoch].*member : 0;
      }
      if (runs && sum == sum) {
        values.push_back(sum / static_cast<double>(trials.size()));
      }
    }
    if (values.empty()) {
      break;
    }
    line.push_back(interval_of(values, 0));
  }
  return line;
}

bool is_curve_plot(std::string_view plot) {
  return find_plot(plot) != nullptr;
}

std::vector<CurvePanel> curve_panels(std::span<const LabelledGroup> groups,
                                     std::span<const std::string> plots) {
  std::vector<CurvePanel> panels;
  for (const std::string& name : plots) {
    const Plot* const plot = find_plot(name);
    if (plot == nullptr) {
      continue;
    }
    CurvePanel panel{.axis = std::string(plot->axis), .share = plot->share, .lines = {}};
    const bool both = !plot->curves[1].empty();
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (const std::string_view curve : plot->curves) {
        std::vector<Interval> epochs;
        if (!curve.empty()) {
          epochs = mean_curve(*groups[g].group, curve);
        }
        if (epochs.empty()) {
          continue;
        }
        const bool training = curve.starts_with("train");
        panel.lines.push_back(
            {.label = label_of(groups[g], curve, both),
             .colour = groups.size() > 1 ? g : static_cast<std::size_t>(!training),
             .form = both && training ? LineForm::kDashed : LineForm::kSolid,
             .epochs = std::move(epochs)});
      }
    }
    if (!panel.lines.empty()) {
      panels.push_back(std::move(panel));
    }
  }
  return panels;
}

std::string note_on_curves(std::span<const LabelledGroup> groups) {
  std::set<std::size_t> repeats;
  bool stopped_apart = false;
  bool folds = false;
  for (const LabelledGroup& group : groups) {
    const auto of_group = by_repeat(*group.group);
    if (of_group.empty()) {
      continue;
    }
    repeats.insert(of_group.size());
    const std::size_t epochs = group.group->complete.front()->result.epochs.size();
    for (const auto& [repeat, trials] : of_group) {
      folds = folds || trials.size() > 1;
      stopped_apart =
          stopped_apart || std::any_of(trials.begin(), trials.end(), [&](const Record* t) {
            return t->result.epochs.size() != epochs;
          });
    }
  }
  if (repeats.empty()) {
    return "no complete trial";
  }
  std::string note =
      *repeats.rbegin() == 1
          ? std::string("one repeat, so no band")
          : fmt::format("mean and 95 % band (Student's t{}) over {} repeats",
                        groups.size() > 1 ? ", of solid lines" : "", fmt::join(repeats, " or "));
  if (folds) {
    note += ", trials of a repeat averaged first";
  }
  if (stopped_apart && *repeats.rbegin() > 1) {
    note += "; dotted: repeats that are still running where others have stopped";
  }
  return note;
}

}  // namespace mlpsweep::results

#include "results/show.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/curves.h"
#include "results/figure_text.h"
#include "results/table.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

// ---- which trial

/// The shortest prefix of `hex` that none of the others begins with; 8 letters at least, as
/// everywhere.
std::string telling_prefix(const std::string& hex, std::span<const std::string> others) {
  std::size_t letters = 8;
  for (const std::string& other : others) {
    const auto differ = std::mismatch(hex.begin(), hex.end(), other.begin(), other.end()).first;
    if (differ != hex.end()) {
      letters = std::max(letters, static_cast<std::size_t>(differ - hex.begin()) + 1);
    }
  }
  return hex.substr(0, letters);
}

[[noreturn]] void refuse_ambiguous(std::string_view prefix, std::span<const std::string> matches) {
  constexpr std::size_t kMostShown = 10;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(matches.size(), kMostShown); ++i) {
    shown.push_back(telling_prefix(matches[i], matches));
  }
  throw InputError(fmt::format("'{}' begins the names of {} trials: {}{}", prefix, matches.size(),
                               fmt::join(shown, ", "), matches.size() > kMostShown ? ", ..." : ""));
}

[[noreturn]] void refuse_unknown(std::string_view prefix, const std::string& lower,
                                 std::span<const sweeps::Fingerprint> trials) {
  std::vector<std::string> names;
  for (const sweeps::Fingerprint& trial : trials) {
    names.push_back(trial.hex().substr(0, std::max<std::size_t>(lower.size(), 8)));
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  // Three edits turn any short word into any other.
  const std::string_view near = lower.size() < 6 ? "" : sweeps::nearest(lower, views);
  throw InputError(fmt::format(
      "no trial's name begins with '{}' (of {} trials; the names stand in the first column of "
      "`mlpsweep list`){}{}",
      prefix, trials.size(), near.empty() ? "" : "\n  nearest: ", near));
}

// ---- blocks of the text

/// A heading over lines that are indented by two.
std::string block(std::string_view heading, const std::string& lines) {
  std::string text = fmt::format("\n{}\n", heading);
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    text += "  " + lines.substr(at, end - at) + '\n';
    at = end + 1;
  }
  return text;
}

/// Names and values below each other; pairs with an empty value are left out.
std::string pairs(std::span<const std::pair<std::string, std::string>> entries) {
  std::size_t width = 0;
  for (const auto& [name, value] : entries) {
    width = std::max(width, value.empty() ? 0 : name.size());
  }
  std::string lines;
  for (const auto& [name, value] : entries) {
    if (!value.empty()) {
      lines += fmt::format("{:<{}}  {}\n", name, width, value);
    }
  }
  return lines;
}

std::string render(const Table& table) {
  return find_table_format("text")->render(table);
}

std::string with_unit(const sweeps::Setting& setting) {
  const sweeps::Key* key = sweeps::find_key(setting.key);
  const bool number = !std::holds_alternative<std::string>(setting.value) &&
                      !std::holds_alternative<bool>(setting.value);
  const std::string text = sweeps::text_of(setting.value);
  return key == nullptr || key->unit.empty() || !number ? text
                                                        : fmt::format("{} {}", text, key->unit);
}

std::string settings_block(const SweepInfo& info, const Record& record) {
  std::vector<std::pair<std::string, std::string>> swept;
  std::vector<std::pair<std::string, std::string>> fixed;
  for (const sweeps::Setting& setting : record.settings) {
    const bool is_swept =
        std::find(info.swept.begin(), info.swept.end(), setting.key) != info.swept.end();
    (is_swept ? swept : fixed).emplace_back(setting.key, with_unit(setting));
  }
  return (swept.empty() ? "" : block("Settings, swept", pairs(swept))) +
         block(swept.empty() ? "Settings" : "Settings, the same in all trials", pairs(fixed));
}

std::string figures_block(const Record& record) {
  std::vector<std::pair<std::string, std::string>> figures;
  for (const std::string_view name : figure_names()) {
    const std::string text = figure_text(name, figure(record, name));
    figures.emplace_back(std::string(name), text == "-" ? "" : text);
  }
  return block("Figures", pairs(figures));
}

/// Epochs between two that are shown: 1, 2, 5, 10, 20, ..., so that some 40 lines are enough.
std::size_t stride_of(std::size_t epochs) {
  constexpr std::size_t kMostLines = 40;
  for (std::size_t decade = 1;; decade *= 10) {
    for (const std::size_t step : {1, 2, 5}) {
      if (epochs <= kMostLines * step * decade) {
        return step * decade;
      }
    }
  }
}

/// Those of training and validation, and those of the monitored part if there was one.
std::vector<Curve> curves_of(const engine::TrialResult& result) {
  std::vector<Curve> curves;
  for (const Curve& curve : kCurves) {
    const bool monitor = curve.name.substr(0, 7) == "monitor";
    if (!monitor || !std::isnan(result.epochs.front().*curve.figure)) {
      curves.push_back(curve);
    }
  }
  return curves;
}

/// "best", "all class 0", "best, all class 0"
std::string epoch_note(const engine::Figures& figures, bool is_best) {
  std::string note = is_best ? "best" : "";
  if (figures.only_class != engine::kSeveralClasses) {
    note += fmt::format("{}all class {}", is_best ? ", " : "", figures.only_class);
  }
  return note;
}

std::string curve_block(const Record& record) {
  const engine::TrialResult& result = record.result;
  const std::size_t epochs = result.epochs.size();
  if (epochs == 0) {
    return "";
  }
  const std::size_t stride = stride_of(epochs);
  const auto best = static_cast<std::size_t>(std::max(result.best_epoch, 0));
  const std::vector<Curve> curves = curves_of(result);
  Table table;
  table.headings = {"epoch"};
  for (const Curve& curve : curves) {
    table.headings.emplace_back(curve.name);
  }
  table.headings.emplace_back();
  table.numeric.assign(curves.size() + 1, true);
  table.numeric.push_back(false);
  for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
    if (epoch != 1 && epoch != best && epoch != epochs && epoch % stride != 0) {
      continue;
    }
    const engine::Figures& figures = result.epochs[epoch - 1];
    std::vector<std::string>& cells = table.cells.emplace_back();
    cells.push_back(std::to_string(epoch));
    for (const Curve& curve : curves) {
      cells.push_back(figure_text(curve.name, figures.*curve.figure));
    }
    cells.push_back(epoch_note(figures, epoch == best));
  }
  const std::string heading =
      stride == 1
          ? "Curve"
          : fmt::format("Curve, one epoch in {} of {} (results.h5 has all)", stride, epochs);
  return block(heading, render(table));
}

std::string confusion_block(const Record& record) {
  const engine::TrialResult& result = record.result;
  const auto classes = static_cast<std::size_t>(std::max(result.classes, 0));
  if (classes == 0 || result.confusion.size() != classes * classes) {
    return "";
  }
  Table table;
  table.headings = {"true"};
  table.numeric.assign(classes + 2, true);
  for (std::size_t predicted = 0; predicted < classes; ++predicted) {
    table.headings.push_back(std::to_string(predicted));
  }
  table.headings.emplace_back("right");
  for (std::size_t truth = 0; truth < classes; ++truth) {
    std::vector<std::string> row = {std::to_string(truth)};
    double images = 0;
    for (std::size_t predicted = 0; predicted < classes; ++predicted) {
      const std::int64_t count = result.confusion[truth * classes + predicted];
      row.push_back(count == 0 ? "." : std::to_string(count));
      images += static_cast<double>(count);
    }
    const auto right = static_cast<double>(result.confusion[truth * classes + truth]);
    row.push_back(figure_text("accuracy", images > 0 ? right / images : engine::kNaN));
    table.cells.push_back(std::move(row));
  }
  return block("Test images by true class (rows) and predicted class (columns)", render(table));
}

std::string provenance_block(const Record& record) {
  const Provenance& from = record.provenance;
  return block("Where it ran", pairs(std::vector<std::pair<std::string, std::string>>{
                                   {"started", from.started},
                                   {"host", from.host},
                                   {"rank", fmt::format("{} in a run of {}, {} threads", from.rank,
                                                        from.ranks, from.threads)},
                                   {"attempt", std::to_string(from.attempt)},
                                   {"processor", from.processor},
                                   {"instruction set", from.isa},
                                   {"program", from.program},
                                   {"data checksum", record.data_checksum},
                                   {"numerics version", std::to_string(record.numerics_version)},
                                   {"digest", digest_of(record).hex()}}));
}

}  // namespace

std::size_t find_trial(std::span<const sweeps::Fingerprint> trials, std::string_view prefix) {
  std::string lower(prefix);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  if (lower.empty() || lower.size() > 32 ||
      lower.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw InputError(
        fmt::format("a trial's name is 1 to 32 hexadecimal letters (0-9, a-f), got '{}'", prefix));
  }
  std::size_t found = 0;
  std::vector<std::string> matches;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    std::string hex = trials[i].hex();
    if (hex.compare(0, lower.size(), lower) == 0) {
      found = i;
      matches.push_back(std::move(hex));
    }
  }
  if (matches.empty()) {
    refuse_unknown(prefix, lower, trials);
  }
  if (matches.size() > 1) {
    refuse_ambiguous(prefix, matches);
  }
  return found;
}

std::string show_trial(const SweepInfo& info, const Record& record) {
  std::string text = fmt::format(
      "{} of {}\nfingerprint {}\nrepeat {}, fold {}, seed {}\n{}{}{}\n", record.fingerprint.brief(),
      info.name, record.fingerprint.hex(), record.repeat, record.fold, record.seed,
      name_of(record.result.state), record.result.reason.empty() ? "" : ": ", record.result.reason);
  return text + settings_block(info, record) + figures_block(record) + curve_block(record) +
         confusion_block(record) + provenance_block(record);
}

}  // namespace mlpsweep::results

// Curves by epoch as a gnuplot script.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/display_width.h"
#include "results/picture_parts.h"

namespace mlpsweep::results {
namespace {

constexpr int kPanelWidth = 440;
constexpr int kPlotHeight = 300;
constexpr int kLeft = 66;  ///< Of a panel: axis label and numbers.
constexpr int kRight = 16;
constexpr int kBelow = 52;  ///< Numbers and "epoch".
constexpr int kLegendLine = 17;
constexpr double kLegendLetter = 7.2;
constexpr double kLegendSample = 48;
/// Points beyond what a screen can tell apart only make files larger.
constexpr std::size_t kMostPoints = 1000;
/// Few epochs are marked one by one.
constexpr std::size_t kFewEpochs = 12;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(double value) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
};

/// From the lines and, as far as they go at most once the lines' own extent beyond them, the bands:
/// two repeats can have bands that leave nothing of the lines.
Range range_of(const CurvePanel& panel) {
  Range lines;
  Range bands;
  for (const CurveLine& line : panel.lines) {
    for (const Interval& epoch : line.epochs) {
      lines.add(epoch.mean);
      bands.add(epoch.low);
      bands.add(epoch.high);
    }
  }
  if (lines.low > lines.high) {
    return {0, 1};
  }
  const double extent = std::max(lines.high - lines.low, 1e-3 * std::abs(lines.high) + 1e-12);
  Range range{std::max(lines.low - extent, std::min(bands.low, lines.low)),
              std::min(lines.high + extent, std::max(bands.high, lines.high))};
  const double air = 0.04 * std::max(range.high - range.low, extent);
  const bool reaches_zero = range.low - air <= 0 && lines.low >= 0;
  range.low = reaches_zero ? std::max(0.0, range.low - air) : range.low - air;
  range.high += air;
  if (panel.share) {
    range.high = std::min(range.high, 1.0 + 0.01 * (1.0 - range.low));  // a line at 100 % is seen
  }
  return range;
}

/// 1, 2 or 5 times a power of ten: at most eight steps over the epochs, whole ones.
int step_of(int epochs) {
  int step = 1;
  for (int i = 0; epochs / step > 8; ++i) {
    step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  }
  return step;
}

/// About five steps over `extent`, each 1, 2 or 5 times a power of ten.
double nice_step(double extent) {
  const double power = std::pow(10.0, std::floor(std::log10(extent / 5)));
  const double digit = extent / 5 / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

/// The axis with its numbers in as many decimals as their steps have.
std::string y_axis(double low, double high) {
  const double step = nice_step(high - low);
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  constexpr int kMostDecimals = 6;
  const std::string look =
      decimals > kMostDecimals || high >= 1e6 ? "%g" : fmt::format("%.{}f", decimals);
  return fmt::format("set yrange [{:.7g}:{:.7g}]\nset ytics {:.3g}\nset format y '{}'\n", low, high,
                     step, look);
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.7g}", value) : "?";
}

/// x mean low high, one line an epoch; `from` and `to` count epochs.
std::string block(const std::string& name, const CurveLine& line, int first_epoch, double scale,
                  std::size_t from, std::size_t to) {
  std::string text = fmt::format("${} << EOD\n", name);
  const std::size_t stride = (line.epochs.size() + kMostPoints - 1) / kMostPoints;
  for (std::size_t e = from; e < to; ++e) {
    if ((e - from) % stride != 0 && e + 1 != to) {
      continue;
    }
    const Interval& epoch = line.epochs[e];
    text +=
        fmt::format("{} {} {} {}\n", first_epoch + static_cast<int>(e), number(scale * epoch.mean),
                    number(scale * epoch.low), number(scale * epoch.high));
  }
  return text + "EOD\n";
}

std::string look_of(const CurveLine& line) {
  std::string look = fmt::format("linecolor '{}'", kColours[line.colour % kColours.size()]);
  look += line.form == LineForm::kDashed ? " dashtype (6,4)" : " dashtype solid";
  const std::size_t round = line.colour / kColours.size();
  if (line.form == LineForm::kPoints) {
    return "with points pointtype 6 pointsize 0.6 linewidth 1.3 " + look;
  }
  if (line.epochs.size() <= kFewEpochs || round > 0) {
    // The second round of colours is told from the first by its marks.
    return fmt::format(
        "with linespoints pointtype {} pointsize 0.5 pointinterval {} linewidth 1.8 {}",
        7 + 2 * (round % 4), 1 + line.epochs.size() / kFewEpochs, look);
  }
  return "with lines linewidth 1.8 " + look;
}

/// The datablocks of one panel, and what is plotted of them: bands first, lines above.
struct Plotted {
  std::string blocks;
  std::string bands;
  std::string lines;
};

void add_line(Plotted& plotted, const CurvePicture& picture, const CurvePanel& panel,
              std::size_t index) {
  const CurveLine& line = panel.lines[index];
  const double scale = panel.share ? 100 : 1;
  const std::string name = fmt::format("line{}", index);
  std::size_t all = 1;  // epochs that as many repeats ran as the first
  while (all < line.epochs.size() && line.epochs[all].n == line.epochs[0].n) {
    ++all;
  }
  plotted.blocks += block(name, line, picture.first_epoch, scale, 0, all);
  const std::string_view colour = kColours[line.colour % kColours.size()];
  // Bands of many lines hide each other: beside others, a dashed one (training) goes without.
  const bool has_band =
      line.form == LineForm::kSolid || (line.form == LineForm::kDashed && panel.lines.size() <= 2);
  if (line.epochs[0].kind == IntervalKind::kRepeats && has_band) {
    plotted.bands += all == 1 ? fmt::format(
                                    "${} using 1:2:3:4 with yerrorbars pointtype 7 pointsize 0.1 "
                                    "linewidth 1 linecolor '{}' notitle, \\\n",
                                    name, colour)
                              : fmt::format(
                                    "${} using 1:3:4 with filledcurves fillstyle transparent solid "
                                    "0.16 noborder linecolor '{}' notitle, \\\n",
                                    name, colour);
  }
  plotted.lines +=
      fmt::format("${} using 1:2 {} title {}, \\\n", name, look_of(line), gnuplot_text(line.label));
  if (all < line.epochs.size()) {
    plotted.blocks +=
        block(name + "tail", line, picture.first_epoch, scale, all - 1, line.epochs.size());
    plotted.lines += fmt::format(
        "${}tail using 1:2 with lines linewidth 1 dashtype (2,3) linecolor '{}' notitle, \\\n",
        name, colour);
  }
}

std::size_t epochs_of(const CurvePicture& picture) {
  std::size_t most = 1;
  for (const CurvePanel& panel : picture.panels) {
    MLPS_CHECK(!panel.lines.empty(), "a panel without a line");
    for (const CurveLine& line : panel.lines) {
      MLPS_CHECK(!line.epochs.empty(), line.label + " has no epoch");
      most = std::max(most, line.epochs.size());
    }
  }
  return most;
}

/// Above the panel: within it, a legend would hide what it explains.
struct Legend {
  int columns = 1;
  int height = 0;  ///< Pixels.
};

Legend legend_of(const CurvePicture& picture) {
  std::size_t longest = 0;
  std::size_t entries = 0;
  for (const CurvePanel& panel : picture.panels) {
    entries = std::max(entries, panel.lines.size());
    for (const CurveLine& line : panel.lines) {
      longest = std::max(longest, display_width(line.label));
    }
  }
  const double entry = kLegendSample + kLegendLetter * static_cast<double>(longest);
  const int columns = std::max(1, static_cast<int>((kPanelWidth - kLeft) / entry));
  const int rows = (static_cast<int>(entries) + columns - 1) / columns;
  return {columns, kLegendLine * rows + 8};
}

std::string panel_script(const CurvePicture& picture, std::size_t p, const Frame& frame,
                         const Legend& legend, std::size_t epochs) {
  const CurvePanel& panel = picture.panels[p];
  Plotted plotted;
  for (std::size_t i = 0; i < panel.lines.size(); ++i) {
    add_line(plotted, picture, panel, i);
  }
  const Range range = range_of(panel);
  const double scale = panel.share ? 100 : 1;
  const double left = static_cast<double>(p) * kPanelWidth;
  const int last = picture.first_epoch + static_cast<int>(epochs) - 1;
  const double air = epochs == 1 ? 0.5 : 0;
  std::string script = plotted.blocks;
  script += fmt::format(
      "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
      "set bmargin at screen {:.5f}\nset tmargin at screen {:.5f}\n",
      frame.x(left + kLeft), frame.x(left + kPanelWidth - kRight), frame.y(frame.bottom + kBelow),
      frame.y(frame.height - frame.top - legend.height));
  script += fmt::format("set xrange [{}:{}]\nset xtics {} nomirror\n", picture.first_epoch - air,
                        last + air, step_of(last - picture.first_epoch));
  script += y_axis(scale * range.low, scale * range.high);
  script += fmt::format("set ylabel {}\n", gnuplot_text(panel.axis));
  const double middle = frame.x(left + (kLeft + kPanelWidth - kRight) / 2.0);
  // Not xlabel: each terminal hangs it elsewhere, and SVG's lies on the source line.
  script += fmt::format("set label 99 'epoch' at screen {:.5f}, screen {:.5f} center\n", middle,
                        frame.y(frame.bottom + 12.0));
  script +=
      fmt::format("set key at screen {:.5f}, screen {:.5f} center bottom horizontal maxcols {}\n",
                  middle, frame.y(frame.height - frame.top - legend.height + 4.0), legend.columns);
  std::string plots = plotted.bands + plotted.lines;
  plots.resize(plots.size() - std::string_view(", \\\n").size());
  return script + "plot " + plots + "\n";
}

}  // namespace

Drawing draw_curves(const CurvePicture& picture) {
  MLPS_CHECK(!picture.panels.empty(), "a picture without a panel");
  const std::size_t epochs = epochs_of(picture);
  const Legend legend = legend_of(picture);
  const int width = kPanelWidth * static_cast<int>(picture.panels.size());
  const Frame frame = frame_of(picture.caption, width, kPlotHeight + kBelow + legend.height);
  std::string script =
      "set datafile missing '?'\nset border 3 linewidth 0.8 linecolor '#333333'\n"
      "set tics out nomirror scale 0.6 font ',12'\n"
      "set grid ytics linewidth 0.8 linecolor '#e0e0e0' dashtype solid\n"
      "set key font ',12' samplen 2.4 spacing 1.1\nset ylabel offset 0.6,0\n";
  script += frame.labels + "set multiplot\n";
  for (std::size_t p = 0; p < picture.panels.size(); ++p) {
    script += panel_script(picture, p, frame, legend, epochs) + "unset label\n";
  }
  return {frame.width, frame.height, script + "unset multiplot\n"};
}

}  // namespace mlpsweep::results

// A confusion matrix as a heat map.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/display_width.h"
#include "results/picture_parts.h"

namespace mlpsweep::results {
namespace {

constexpr int kPlotSide = 440;
constexpr int kColourBar = 100;  ///< Pixels to the right of the squares.
constexpr int kTop = 8;
constexpr double kNameLetter = 7.2;
constexpr int kAxisLabel = 34;
/// From this share on a number is white on its dark square.
constexpr double kDarkFrom = 35;

/// "853" of one repeat, "852.6" of several as far as the square has room.
std::string count_text(double count, bool whole, std::size_t classes) {
  constexpr std::size_t kRoomForDecimals = 12;
  return fmt::format("{:.{}f}", count, whole || classes > kRoomForDecimals ? 0 : 1);
}

struct CellTexts {
  std::string squares;  ///< column, row and their edges, share
  std::string numbers;  ///< column, row, text, colour
};

CellTexts cells_of(const ConfusionPicture& picture) {
  const std::size_t classes = picture.names.size();
  const bool whole = std::all_of(picture.counts.begin(), picture.counts.end(), [](double count) {
    return std::abs(count - std::nearbyint(count)) < 1e-6;
  });
  CellTexts cells;
  for (std::size_t row = 0; row < classes; ++row) {
    double of_class = 0;
    for (std::size_t column = 0; column < classes; ++column) {
      of_class += picture.counts[row * classes + column];
    }
    for (std::size_t column = 0; column < classes; ++column) {
      const double count = picture.counts[row * classes + column];
      const double share = of_class > 0 ? 100 * count / of_class : 0;
      const auto x = static_cast<double>(column);
      const auto y = static_cast<double>(row);
      cells.squares += fmt::format("{} {} {} {} {} {} {:.5g}\n", x, y, x - 0.5, x + 0.5, y - 0.5,
                                   y + 0.5, share);
      // Zeros are left out: what is there is seen at once.
      if (classes <= kMostCountedClasses && count > 0) {
        cells.numbers += fmt::format("{} {} {} {}\n", x, y, count_text(count, whole, classes),
                                     share >= kDarkFrom ? 0xffffff : 0x222222);
      }
    }
  }
  return cells;
}

std::string tics(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t k = 0; k < names.size(); ++k) {
    list += fmt::format("{}{} {}", k == 0 ? "" : ", ", gnuplot_tic(names[k]), k);
  }
  return list;
}

}  // namespace

Drawing draw_confusion(const ConfusionPicture& picture) {
  const std::size_t classes = picture.names.size();
  MLPS_CHECK(classes > 0 && picture.counts.size() == classes * classes,
             fmt::format("{} names, {} counts", classes, picture.counts.size()));
  std::size_t longest = 0;
  for (const std::string& name : picture.names) {
    longest = std::max(longest, display_width(name));
  }
  const int names = 16 + static_cast<int>(kNameLetter * static_cast<double>(longest));
  // Names that are wider than their square stand upright.
  const bool upright = names > kPlotSide / static_cast<int>(classes);
  const int below = kAxisLabel + (upright ? names : 20);
  const int left = kAxisLabel + names;
  const Frame frame =
      frame_of(picture.caption, left + kPlotSide + kColourBar, kTop + kPlotSide + below);
  const CellTexts cells = cells_of(picture);
  std::string script =
      fmt::format("$squares << EOD\n{}EOD\n$numbers << EOD\n{}EOD\n", cells.squares, cells.numbers);
  script += frame.labels;
  script += fmt::format(
      "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n"
      "set bmargin at screen {:.5f}\nset tmargin at screen {:.5f}\n",
      frame.x(left), frame.x(left + kPlotSide), frame.y(frame.bottom + below),
      frame.y(frame.bottom + below + kPlotSide));
  script += fmt::format("set xrange [-0.5:{0}]\nset yrange [{0}:-0.5]\n",
                        static_cast<double>(classes) - 0.5);
  script += fmt::format("set xtics ({}) scale 0 offset 0,0.2 font ',12'{}\n", tics(picture.names),
                        upright ? " rotate by 90 right" : "");
  script += fmt::format("set ytics ({}) scale 0 font ',12'\n", tics(picture.names));
  script += fmt::format(
      "set label 98 'predicted class' at screen {:.5f}, screen {:.5f} center\n"
      "set label 99 'true class' at screen {:.5f}, screen {:.5f} center rotate by 90\n",
      frame.x(left + kPlotSide / 2.0), frame.y(frame.bottom + 14.0), frame.x(16),
      frame.y(frame.bottom + below + kPlotSide / 2.0));
  // One hue that darkens evenly also reads in grey; the steps are closer where mistakes are, since
  // a share of 1 % would be white on an even scale.
  script +=
      "set palette defined (0 '#ffffff', 1 '#e6eff8', 5 '#c2d9ec', 20 '#88b7d9', 50 '#3d84bd', "
      "100 '#08306b')\nset cbrange [0:100]\nset cbtics (0, 20, 40, 60, 80, 100) scale 0.5 font "
      "',12'\nset cblabel 'share of the true class (%)' offset 0.5,0\n";
  script += fmt::format("set colorbox user origin {:.5f},{:.5f} size {:.5f},{:.5f} border\n",
                        frame.x(left + kPlotSide + 16.0), frame.y(frame.bottom + below),
                        frame.x(14), frame.y(kPlotSide));
  script += "set border 15 linewidth 0.8 linecolor '#333333'\nunset key\n";
  script +=
      "plot $squares using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid 1.0 border linecolor "
      "'#ffffff' linewidth 0.5 fillcolor palette";
  if (!cells.numbers.empty()) {
    const int size = std::clamp(static_cast<int>(kPlotSide / classes) / 3, 6, 13);
    script += fmt::format(
        ", \\\n$numbers using 1:2:(stringcolumn(3)):4 with labels font ',{}' textcolor rgb "
        "variable",
        size);
  }
  return {frame.width, frame.height, script + "\n"};
}

}  // namespace mlpsweep::results

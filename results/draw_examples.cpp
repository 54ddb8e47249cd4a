// Images of the test part with their true and their predicted class.
#include <algorithm>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/display_width.h"
#include "results/picture_parts.h"

namespace mlpsweep::results {
namespace {

constexpr int kSide = 58;        ///< Pixels of an image's longer side.
constexpr int kGap = 14;         ///< Between images.
constexpr int kLine = 14;        ///< Of a line of text below an image.
constexpr double kLetter = 6.2;  ///< Mean width of a letter there.
constexpr int kEdge = 14;

std::string_view colour_of(const Example& example) {
  return example.right ? kColours[0] : kColours[1];
}

/// Where things stand, in pixels from the top left of the content.
struct Layout {
  int left = 0;  ///< Of the first image: the rows' labels stand before it.
  int cell_width = 0;
  int cell_height = 0;
  int image_width = 0;
  int image_height = 0;
  std::size_t columns = 0;
};

std::size_t widest(const ExamplesPicture& picture, bool labels) {
  std::size_t most = 0;
  for (const ExampleRow& row : picture.rows) {
    if (labels) {
      most = std::max(most, display_width(row.label));
      continue;
    }
    for (const Example& example : row.examples) {
      most = std::max(most, display_width(example.truth) + 5);  // "true "
      if (picture.with_predicted) {
        most = std::max(most, display_width(example.predicted) + 10);  // "predicted "
      }
    }
  }
  return most;
}

Layout layout_of(const ExamplesPicture& picture) {
  const int longer = std::max(picture.height, picture.width);
  Layout layout;
  layout.image_width = kSide * picture.width / longer;
  layout.image_height = kSide * picture.height / longer;
  const auto text = static_cast<int>(kLetter * static_cast<double>(widest(picture, false)));
  layout.cell_width = std::max(layout.image_width, text) + kGap;
  layout.cell_height = layout.image_height + kGap + kLine * (picture.with_predicted ? 2 : 1);
  const std::size_t label = widest(picture, true);
  layout.left = kEdge + (label == 0 ? 0 : static_cast<int>(7.6 * static_cast<double>(label)) + 12);
  for (const ExampleRow& row : picture.rows) {
    layout.columns = std::max(layout.columns, row.examples.size());
  }
  return layout;
}

/// Grey values 0 (white) to 255 (black), row by row.
std::string pixels_of(const ExamplesPicture& picture, const Example& example) {
  const auto size = static_cast<std::size_t>(picture.height) * picture.width;
  MLPS_CHECK(example.pixels.size() == size,
             fmt::format("{} pixels instead of {}", example.pixels.size(), size));
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    const bool ends_row = (i + 1) % static_cast<std::size_t>(picture.width) == 0;
    text.append(std::to_string(example.pixels[i])).append(ends_row ? "\n" : " ");
  }
  return text;
}

/// Labels, frames and images in pixels; y grows downwards.
class Sheet {
 public:
  Sheet(const ExamplesPicture& picture, const Layout& layout)
      : picture_(picture), layout_(layout) {}

  void add(const Example& example, double x, double y) {
    const double right = x + layout_.image_width;
    const double bottom = y + layout_.image_height;
    const double center = x + layout_.image_width / 2.0;
    blocks_ += fmt::format("$image{} << EOD\n{}EOD\n", images_, pixels_of(picture_, example));
    plots_ += fmt::format(
        "{}$image{} matrix using ({}+($1+0.5)*{:.6f}):({}+($2+0.5)*{:.6f}):3 with image",
        images_ == 0 ? "" : ", \\\n", images_, x, double(layout_.image_width) / picture_.width, y,
        double(layout_.image_height) / picture_.height);
    ++images_;
    commands_ += fmt::format(
        "set object rectangle from {},{} to {},{} front fillstyle empty border linecolor '{}' "
        "linewidth {}\n",
        x, y, right, bottom, example.right ? "#bbbbbb" : colour_of(example),
        example.right ? 0.6 : 2.4);
    double line = bottom + 4 + kLine / 2.0;
    if (picture_.with_predicted) {
      text("predicted " + example.predicted, center, line, "center", colour_of(example));
      line += kLine;
    }
    text("true " + example.truth, center, line, "center",
         picture_.with_predicted ? "#333333" : colour_of(example));
  }

  void text(const std::string& words, double x, double y, std::string_view align,
            std::string_view colour) {
    commands_ += fmt::format("set label {} at {},{} {} front font ',11' textcolor '{}'\n",
                             gnuplot_text(words), x, y, align, colour);
  }

  [[nodiscard]] bool empty() const { return images_ == 0; }
  [[nodiscard]] std::string script() const { return blocks_ + commands_ + "plot " + plots_ + "\n"; }

 private:
  const ExamplesPicture& picture_;
  const Layout& layout_;
  std::string blocks_;
  std::string commands_;
  std::string plots_;
  int images_ = 0;
};

}  // namespace

Drawing draw_examples(const ExamplesPicture& picture) {
  MLPS_CHECK(picture.height > 0 && picture.width > 0, "images without pixels");
  const Layout layout = layout_of(picture);
  const int width = layout.left + static_cast<int>(layout.columns) * layout.cell_width + kEdge;
  const int height = kGap + static_cast<int>(picture.rows.size()) * layout.cell_height;
  const Frame frame = frame_of(picture.caption, std::max(width, 420), height);
  Sheet sheet(picture, layout);
  double y = kGap / 2.0;
  for (const ExampleRow& row : picture.rows) {
    double x = layout.left + (layout.cell_width - layout.image_width) / 2.0;
    if (!row.label.empty()) {
      sheet.text(row.label, layout.left - 6.0, y + layout.image_height / 2.0, "right", "#333333");
    }
    for (const Example& example : row.examples) {
      sheet.add(example, x, y);
      x += layout.cell_width;
    }
    y += layout.cell_height;
  }
  MLPS_CHECK(!sheet.empty(), "a sheet without images");
  std::string script = frame.labels;
  script += fmt::format(
      "set lmargin at screen 0\nset rmargin at screen 1\nset bmargin at screen {:.5f}\n"
      "set tmargin at screen {:.5f}\nset xrange [0:{}]\nset yrange [{}:0]\n",
      frame.y(frame.bottom), frame.y(frame.height - frame.top), frame.width, height);
  script +=
      "unset border\nunset tics\nunset key\nunset colorbox\nset cbrange [0:255]\n"
      "set palette defined (0 '#ffffff', 1 '#000000')\n";
  return {frame.width, frame.height, script + sheet.script()};
}

std::vector<std::size_t> first_given(std::span<const std::uint8_t> predictions, int predicted,
                                     std::size_t most) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < predictions.size() && chosen.size() < most; ++i) {
    if (predictions[i] == predicted) {
      chosen.push_back(i);
    }
  }
  return chosen;
}

std::vector<std::size_t> first_mistakes(std::span<const std::uint8_t> predictions,
                                        std::span<const std::uint8_t> labels, std::size_t most) {
  std::vector<std::size_t> chosen;
  const std::size_t images = std::min(predictions.size(), labels.size());
  for (std::size_t i = 0; i < images && chosen.size() < most; ++i) {
    if (predictions[i] != labels[i]) {
      chosen.push_back(i);
    }
  }
  return chosen;
}

}  // namespace mlpsweep::results

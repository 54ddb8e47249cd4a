// What the drawings share: colours, title, source line.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "results/pictures.h"

namespace mlpsweep::results {

/// Colours that people of every kind of colour vision tell apart, the strongest contrasts first;
/// the palette's yellow is left out, which is lost on white. Source   Okabe & Ito 2008, "Color
/// Universal Design".
inline constexpr std::array<std::string_view, 7> kColours = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};

inline constexpr std::string_view kGrey = "#666666";

inline constexpr int kTitleLine = 20;   ///< Pixels of a line of the title.
inline constexpr int kSourceLine = 15;  ///< Pixels of a line of the source.

/// Breaks at blanks into lines of at most about `pixels`, for letters of `letter` pixels each; a
/// word that is longer stays whole.
[[nodiscard]] std::string wrapped(std::string_view text, double pixels, double letter);

[[nodiscard]] int lines_in(std::string_view text);

/// Room for title and source around a picture's content, and the labels themselves.
struct Frame {
  int width = 0;
  int height = 0;      ///< Of everything.
  int top = 0;         ///< Pixels above the content ...
  int bottom = 0;      ///< ... and below.
  std::string labels;  ///< gnuplot's commands.

  /// Pixels from the left and from the bottom as shares of the screen.
  [[nodiscard]] double x(double pixels) const { return pixels / width; }
  [[nodiscard]] double y(double pixels) const { return pixels / height; }
};

/// Texts are wrapped to the width.
[[nodiscard]] Frame frame_of(const Caption& caption, int width, int content_height);

}  // namespace mlpsweep::results

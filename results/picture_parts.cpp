#include "results/picture_parts.h"

#include <algorithm>

#include <fmt/format.h>

#include "results/display_width.h"

namespace mlpsweep::results {
namespace {

constexpr int kMargin = 10;
// Mean widths of a letter of DejaVu Sans, the widest of the usual fonts, at the sizes used here.
constexpr double kTitleLetter = 8.2;
constexpr double kSourceLetter = 5.9;

}  // namespace

std::string wrapped(std::string_view text, double pixels, double letter) {
  const auto most = static_cast<std::size_t>(std::max(1.0, pixels / letter));
  std::string lines;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    const std::size_t width = display_width(word);
    if (used > 0 && used + 1 + width > most) {
      lines += '\n';
      used = 0;
    } else if (used > 0) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += width;
    at = end + 1;
  }
  return lines;
}

int lines_in(std::string_view text) {
  return text.empty() ? 0 : 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

Frame frame_of(const Caption& caption, int width, int content_height) {
  const double room = width - 2 * kMargin;
  const std::string title = wrapped(caption.title, room, kTitleLetter);
  const std::string source = wrapped(caption.source, room, kSourceLetter);
  Frame frame;
  frame.width = width;
  frame.top = kMargin + kTitleLine * lines_in(title) + kMargin / 2;
  frame.bottom = kMargin / 2 + kSourceLine * lines_in(source);
  frame.height = frame.top + content_height + frame.bottom;
  int tag = 1;
  // A label a line: terminals disagree about where a label of several lines hangs.
  const auto add = [&](std::string_view text, int first, int line, std::string_view look,
                       double x) {
    for (std::size_t at = 0; at < text.size(); ++tag, first -= line) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      frame.labels += fmt::format("set label {} {} at screen {:.5f}, screen {:.5f} {}\n", tag,
                                  gnuplot_text(text.substr(at, end - at)), x, frame.y(first), look);
      at = end + 1;
    }
  };
  add(title, frame.height - kMargin - kTitleLine / 2, kTitleLine, "center font ',15'", 0.5);
  add(source, frame.bottom - kSourceLine / 2, kSourceLine,
      fmt::format("left font ',11' textcolor '{}'", kGrey), frame.x(kMargin));
  return frame;
}

}  // namespace mlpsweep::results

#include "results/page_text.h"

#include <algorithm>
#include <numeric>

#include "results/display_width.h"

namespace mlpsweep::results {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kGap = 2;          // blanks between columns
constexpr std::size_t kLeastColumn = 8;  // a narrower column of text can't be read

/// Breaks at blanks; a word that is longer than a line stays whole.
Lines wrapped(std::string_view text, std::size_t width) {
  const std::string flat = one_line(text);
  Lines lines = {""};
  for (std::size_t at = 0; at < flat.size();) {
    const std::size_t end = std::min(flat.find(' ', at), flat.size());
    const std::string word = flat.substr(at, end - at);
    at = end + 1;
    if (word.empty()) {
      continue;
    }
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (display_width(line) + 1 + display_width(word) <= width) {
      line += ' ' + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string paragraph_text(std::string_view text, std::size_t width) {
  std::string paragraph;
  for (const std::string& line : wrapped(text, width)) {
    paragraph += line + '\n';
  }
  return paragraph;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string& word : wrapped(text, 1)) {
    longest = std::max(longest, display_width(word));
  }
  return longest;
}

/// Column widths that fit, as far as columns of text can be made narrower: words stay whole.
std::vector<std::size_t> widths_of(const Table& table, std::size_t width) {
  std::vector<std::size_t> widths;
  std::vector<std::size_t> least;
  for (std::size_t c = 0; c < table.headings.size(); ++c) {
    widths.push_back(display_width(table.headings[c]));
    least.push_back(std::max(kLeastColumn, longest_word(table.headings[c])));
    for (const std::vector<std::string>& row : table.cells) {
      widths[c] = std::max(widths[c], display_width(row[c]));
      least[c] = std::max(least[c], longest_word(row[c]));
    }
  }
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  };
  while (total() > width) {
    std::size_t* widest = nullptr;
    for (std::size_t c = 0; c < widths.size(); ++c) {
      if (!table.numeric[c] && widths[c] > least[c] && (widest == nullptr || widths[c] > *widest)) {
        widest = &widths[c];
      }
    }
    if (widest == nullptr) {
      break;
    }
    --*widest;
  }
  return widths;
}

std::string row_text(const std::vector<std::string>& cells, const Table& table,
                     const std::vector<std::size_t>& widths) {
  std::vector<Lines> columns;
  std::size_t height = 1;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    columns.push_back(wrapped(cells[c], widths[c]));
    height = std::max(height, columns.back().size());
  }
  std::string text;
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::string piece = l < columns[c].size() ? columns[c][l] : "";
      const std::size_t have = display_width(piece);
      const std::string fill(widths[c] > have ? widths[c] - have : 0, ' ');
      line.append(c > 0 ? kGap : 0, ' ').append(table.numeric[c] ? fill + piece : piece + fill);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string table_text(const Table& table, std::size_t width) {
  const std::vector<std::size_t> widths = widths_of(table, width);
  std::string text = row_text(table.headings, table, widths);
  for (std::size_t c = 0; c < widths.size(); ++c) {
    text.append(c > 0 ? kGap : 0, ' ').append(widths[c], '-');
  }
  text += '\n';
  for (const std::vector<std::string>& row : table.cells) {
    text += row_text(row, table, widths);
  }
  for (const std::string& note : table.footer) {
    text.append("\n").append(paragraph_text(note, width));
  }
  return text;
}

std::string underlined(std::string_view heading, char rule) {
  const std::string text = one_line(heading);
  return text + '\n' + std::string(display_width(text), rule) + '\n';
}

std::string block_text(const PageBlock& block, std::size_t width) {
  switch (block.kind) {
    case BlockKind::kHeading:
      return underlined(block.text, '-');
    case BlockKind::kSubheading:
      // A rule under it would look like a table's.
      return one_line(block.text) + '\n';
    case BlockKind::kText:
      return paragraph_text(block.text, width);
    case BlockKind::kTable:
      return table_text(block.table, width);
    case BlockKind::kCode:
      return block.text.empty() || block.text.back() == '\n' ? block.text : block.text + '\n';
    case BlockKind::kPicture:
      return paragraph_text(block.text + ": " + block.file, width);
  }
  return "";
}

}  // namespace

std::string text_of(const ReportPage& page, std::size_t width) {
  std::string text = page.title.empty() ? "" : underlined(page.title, '=');
  for (const PageBlock& block : page.blocks) {
    text += text.empty() ? "" : "\n";
    text += block_text(block, width);
  }
  return text;
}

}  // namespace mlpsweep::results

// Table -> text, one function a format. A new one: its function and a line in kFormats.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "results/display_width.h"
#include "results/table.h"

namespace mlpsweep::results {
namespace {

using Cells = std::vector<std::string>;

/// Every cell as a format writes it.
std::vector<Cells> escaped(const Table& table, std::string (*escape)(std::string_view)) {
  std::vector<Cells> rows;
  rows.push_back(table.headings);
  rows.insert(rows.end(), table.cells.begin(), table.cells.end());
  for (Cells& row : rows) {
    for (std::string& cell : row) {
      cell = escape(cell);
    }
  }
  return rows;
}

std::vector<std::size_t> widths_of(std::span<const Cells> rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Cells& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], display_width(row[c]));
    }
  }
  return widths;
}

std::string padded(const std::string& cell, std::size_t width, bool right) {
  const std::size_t have = display_width(cell);
  const std::string fill(width > have ? width - have : 0, ' ');
  return right ? fill + cell : cell + fill;
}

/// One line of padded cells, without blanks at its end.
std::string line_of(const Cells& row, std::span<const std::size_t> widths, const Table& table) {
  std::string line;
  for (std::size_t c = 0; c < row.size(); ++c) {
    line.append(c > 0 ? "  " : "").append(padded(row[c], widths[c], table.numeric[c]));
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string to_text(const Table& table) {
  std::string text = table.title.empty() ? "" : one_line(table.title) + "\n\n";
  if (!table.headings.empty()) {
    const std::vector<Cells> rows = escaped(table, one_line);
    const std::vector<std::size_t> widths = widths_of(rows);
    Cells rules;
    for (const std::size_t width : widths) {
      rules.emplace_back(width, '-');
    }
    text += line_of(rows.front(), widths, table) + line_of(rules, widths, table);
    for (std::size_t r = 1; r < rows.size(); ++r) {
      text += line_of(rows[r], widths, table);
    }
  }
  for (std::size_t i = 0; i < table.footer.size(); ++i) {
    text.append(i == 0 ? "\n" : "").append(one_line(table.footer[i])).append("\n");
  }
  return text;
}

bool is_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
         static_cast<unsigned char>(letter) >= 0x80;
}

/// GitHub's Markdown: letters that it would take for markup get a backslash.
std::string markdown_cell(std::string_view cell) {
  constexpr std::string_view kMarkup = "\\|*`<>[]~";
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const char letter = cell[i];
    // Inside a word an underscore is only an underscore: learning_rate stays readable as it is.
    const bool inside =
        i > 0 && i + 1 < cell.size() && is_word(cell[i - 1]) && is_word(cell[i + 1]);
    if (letter == '&') {
      text += "&amp;";
    } else if (letter == '\n') {
      text += "<br>";
    } else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
      text += ' ';
    } else {
      const bool markup =
          kMarkup.find(letter) != std::string_view::npos || (letter == '_' && !inside);
      text += markup ? std::string{'\\', letter} : std::string{letter};
    }
  }
  return text;
}

std::string to_markdown(const Table& table) {
  std::string text =
      table.title.empty() ? "" : fmt::format("**{}**\n\n", markdown_cell(one_line(table.title)));
  const std::vector<Cells> rows = escaped(table, markdown_cell);
  const std::vector<std::size_t> widths = widths_of(rows);
  constexpr std::size_t kLeast = 3;  // GitHub asks for three dashes
  const auto add_row = [&](const Cells& row) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      text.append("| ").append(padded(row[c], std::max(widths[c], kLeast), table.numeric[c]));
      text += ' ';
    }
    text += "|\n";
  };
  add_row(rows.front());
  for (std::size_t c = 0; c < widths.size(); ++c) {
    text.append("| ").append(std::max(widths[c], kLeast) - 1, '-');
    text += table.numeric[c] ? ": " : "- ";
  }
  text += "|\n";
  std::for_each(rows.begin() + 1, rows.end(), add_row);
  for (const std::string& note : table.footer) {
    text += fmt::format("\n{}\n", markdown_cell(one_line(note)));
  }
  return text;
}

/// RFC 4180: quotes around cells that need them, doubled inside; lines end in CR LF.
std::string csv_cell(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(cell);
  }
  std::string text = "\"";
  for (const char letter : cell) {
    text += letter == '"' ? "\"\"" : std::string(1, letter);
  }
  return text + '"';
}

bool is_nan(const sweeps::Value& value) {
  const auto* number = std::get_if<double>(&value);
  return number != nullptr && std::isnan(*number);
}

/// The footer has no place in the format; what it says of single rows stands in columns.
std::string to_csv(const Table& table) {
  std::string text;
  const auto add_row = [&](const Cells& row) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      text.append(c > 0 ? "," : "").append(csv_cell(row[c]));
    }
    text += "\r\n";
  };
  add_row(table.data_headings);
  for (const std::vector<sweeps::Value>& row : table.data) {
    Cells cells;
    for (const sweeps::Value& value : row) {
      cells.push_back(is_nan(value) ? "" : sweeps::text_of(value));  // empty reads as missing
    }
    add_row(cells);
  }
  return text;
}

struct Replacement {
  std::string_view from;
  std::string_view to;
};

constexpr std::array kLatex = {
    Replacement{"\\", "\\textbackslash{}"},
    Replacement{"{", "\\{"},
    Replacement{"}", "\\}"},
    Replacement{"$", "\\$"},
    Replacement{"&", "\\&"},
    Replacement{"#", "\\#"},
    Replacement{"%", "\\%"},
    Replacement{"_", "\\_"},
    Replacement{"^", "\\textasciicircum{}"},
    Replacement{"~", "$\\sim$"},
    Replacement{"<", "$<$"},
    Replacement{">", "$>$"},
    Replacement{"|", "$|$"},
    Replacement{"\"", "''"},
    Replacement{"±", "$\\pm$"},
};

std::string latex_cell(std::string_view cell) {
  // A minus that stands alone is a dash; one before a digit is a number's.
  return cell == "-" ? "--" : latex_text(cell);
}

/// LaTeX with booktabs' rules; letters beyond ASCII need utf8, the default since 2018.
std::string to_latex(const Table& table) {
  const std::vector<Cells> rows = escaped(table, latex_cell);
  std::string text;
  for (const std::string& comment : table.comments) {
    text += fmt::format("% {}\n", one_line(comment));
  }
  text += "% needs \\usepackage{booktabs}\n\\begin{table}\n";
  if (!table.title.empty()) {
    text += fmt::format("  \\caption{{{}}}\n", latex_cell(table.title));
  }
  text += "  \\begin{tabular}{";
  for (const bool numeric : table.numeric) {
    text += numeric ? 'r' : 'l';
  }
  text += "}\n    \\toprule\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    text +=
        fmt::format("    {} \\\\\n{}", fmt::join(rows[r], " & "), r == 0 ? "    \\midrule\n" : "");
  }
  text += "    \\bottomrule\n  \\end{tabular}\n";
  for (const std::string& note : table.footer) {
    text += fmt::format("\n  {{\\footnotesize {}\\par}}\n", latex_cell(note));
  }
  return text + "\\end{table}\n";
}

using Json = nlohmann::json;

/// One value as JSON. NaN and infinity become null, for which JSON has no other word; bytes that
/// are no UTF-8 are replaced: a strange name must not cost the user the table.
std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One line a row, so that two tables can be compared with diff.
std::string to_json(const Table& table) {
  Cells rows;
  for (const std::vector<sweeps::Value>& row : table.data) {
    Json cells = Json::array();
    for (const sweeps::Value& value : row) {
      std::visit([&](const auto& held) { cells.push_back(held); }, value);
    }
    rows.push_back("    " + json_text(cells));
  }
  return fmt::format(
      "{{\n  \"title\": {},\n  \"headings\": {},\n  \"rows\": [\n{}\n  ],\n  \"footer\": {}\n}}\n",
      json_text(table.title), json_text(table.data_headings), fmt::join(rows, ",\n"),
      json_text(table.footer));
}

constexpr std::array kFormats = {
    TableFormat{"text", to_text}, TableFormat{"markdown", to_markdown},
    TableFormat{"csv", to_csv},   TableFormat{"latex", to_latex},
    TableFormat{"json", to_json},
};

}  // namespace

std::string latex_text(std::string_view words) {
  const std::string line = one_line(words);
  std::string text;
  for (std::size_t at = 0; at < line.size();) {
    const auto* found =
        std::find_if(kLatex.begin(), kLatex.end(), [&](const Replacement& replacement) {
          return line.compare(at, replacement.from.size(), replacement.from) == 0;
        });
    if (found == kLatex.end()) {
      text += line[at++];
    } else {
      text += found->to;
      at += found->from.size();
    }
  }
  return text;
}

std::span<const TableFormat> table_formats() {
  return kFormats;
}

const TableFormat* find_table_format(std::string_view name) {
  const auto* found = std::find_if(kFormats.begin(), kFormats.end(),
                                   [&](const TableFormat& format) { return format.name == name; });
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace mlpsweep::results

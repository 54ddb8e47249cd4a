#include "results/report_page.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "results/display_width.h"

namespace mlpsweep::results {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fff}"
    "h1{font-size:1.7rem}h2{font-size:1.3rem;margin-top:2.5rem;border-bottom:1px solid #ccc}"
    "h3{font-size:1.05rem}"
    "div.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;"
    "font-variant-numeric:tabular-nums}"
    "th,td{padding:.2rem .7rem;text-align:left;vertical-align:top}"
    // Numbers stay on one line; long texts wrap, or a phone would show nothing else.
    "td.n,th.n{text-align:right;white-space:nowrap}td{max-width:26rem}"
    // Colours only repeat what the words say.
    "td.good{color:#15803d}td.open{color:#a16207}td.bad{color:#c62828}"
    "thead th{border-bottom:1px solid #888}p.note{font-size:.85rem;color:#555;margin:.2rem 0}"
    "pre{font-size:.85rem;line-height:1.3;overflow-x:auto}figure{margin:1rem 0}"
    // Pictures are drawn on white, whatever the page is.
    "img{max-width:100%;height:auto;background:#fff}figcaption{font-size:.85rem;color:#555}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}"
    "p.note,figcaption{color:#aaa}h2{border-color:#555}"
    "td.good{color:#4ade80}td.open{color:#fbbf24}td.bad{color:#f87171}}"
    "@media print{figure,pre,tr{break-inside:avoid}}";

std::string in_html(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

/// An underscore or star within a word is none of Markdown's: learning_rate stays readable.
std::string in_markdown(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]<>|~#";
  const auto is_word = [](char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0;
  };
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside =
        i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    if (text[i] == '&') {
      escaped += "&amp;";
      continue;
    }
    if (kMarkup.find(text[i]) != std::string_view::npos && !(text[i] == '_' && inside)) {
      escaped += '\\';
    }
    escaped += text[i];
  }
  return one_line(escaped);
}

/// A file's name as part of an address: what could end or change it as %XX.
std::string in_address(std::string_view file) {
  constexpr std::string_view kPlain = "-_.~/=";
  std::string address;
  for (const char letter : file) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain =
        (byte < 0x80 && std::isalnum(byte) != 0) || kPlain.find(letter) != std::string_view::npos;
    address += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  return address;
}

/// More backticks than the text has in a row, and three at least.
std::string fence_for(std::string_view text) {
  std::size_t most = 2;
  std::size_t run = 0;
  for (const char letter : text) {
    run = letter == '`' ? run + 1 : 0;
    most = std::max(most, run);
  }
  return std::string(most + 1, '`');
}

bool ends_line(std::string_view text) {
  return text.empty() || text.back() == '\n';
}

std::string markdown_block(const PageBlock& block) {
  const std::string text = in_markdown(block.text);
  switch (block.kind) {
    case BlockKind::kHeading:
      return fmt::format("## {}\n", text);
    case BlockKind::kSubheading:
      return fmt::format("### {}\n", text);
    case BlockKind::kTable:
      return find_table_format("markdown")->render(block.table);
    case BlockKind::kCode: {
      const std::string fence = fence_for(block.text);
      return fmt::format("{}text\n{}{}{}\n", fence, block.text, ends_line(block.text) ? "" : "\n",
                         fence);
    }
    case BlockKind::kPicture:
      return fmt::format("{}[{}]({})\n", block.file.ends_with(".pdf") ? "" : "!", text,
                         in_address(block.file));
    case BlockKind::kText:
      break;
  }
  return text + "\n";
}

/// For cells that are a verdict's word.
std::string_view class_of_verdict(std::string_view cell) {
  if (cell == "reproduced" || cell == "compatible" || cell == "holds") {
    return "good";
  }
  if (cell == "not reproduced" || cell == "contradicted") {
    return "bad";
  }
  return cell == "cannot tell" ? "open" : "";
}

std::string html_table(const Table& table) {
  const auto row_of = [&](const std::vector<std::string>& cells, std::string_view tag) {
    std::string row = "<tr>";
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string_view name = table.numeric[c] ? "n" : class_of_verdict(cells[c]);
      row += fmt::format("<{0}{1}>{2}</{0}>", tag,
                         name.empty() ? "" : fmt::format(" class=\"{}\"", name), in_html(cells[c]));
    }
    return row + "</tr>\n";
  };
  std::string html = table.title.empty() ? "" : fmt::format("<h3>{}</h3>\n", in_html(table.title));
  html += fmt::format("<div class=\"wide\"><table>\n<thead>\n{}</thead>\n<tbody>\n",
                      row_of(table.headings, "th"));
  for (const std::vector<std::string>& cells : table.cells) {
    html += row_of(cells, "td");
  }
  html += "</tbody>\n</table></div>\n";
  for (const std::string& note : table.footer) {
    html += fmt::format("<p class=\"note\">{}</p>\n", in_html(note));
  }
  return html;
}

std::string html_picture(const PageBlock& block) {
  const std::string address = in_address(block.file);
  const std::string text = in_html(block.text);
  return block.file.ends_with(".pdf")
             ? fmt::format("<p><a href=\"{}\">{} (PDF)</a></p>\n", address, text)
             : fmt::format(
                   "<figure><img src=\"{0}\" alt=\"{1}\" loading=\"lazy\">"
                   "<figcaption>{1}</figcaption></figure>\n",
                   address, text);
}

std::string html_block(const PageBlock& block) {
  switch (block.kind) {
    case BlockKind::kHeading:
      return fmt::format("<h2>{}</h2>\n", in_html(block.text));
    case BlockKind::kSubheading:
      return fmt::format("<h3>{}</h3>\n", in_html(block.text));
    case BlockKind::kTable:
      return html_table(block.table);
    case BlockKind::kCode:
      return fmt::format("<pre>{}</pre>\n", in_html(block.text));
    case BlockKind::kPicture:
      return html_picture(block);
    case BlockKind::kText:
      break;
  }
  return fmt::format("<p>{}</p>\n", in_html(block.text));
}

}  // namespace

std::string markdown_of(const ReportPage& page) {
  std::string text = fmt::format("# {}\n", in_markdown(page.title));
  for (const PageBlock& block : page.blocks) {
    text.append("\n").append(markdown_block(block));
  }
  return text;
}

std::string html_of(const ReportPage& page) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
      in_html(page.title), kStyle);
  for (const PageBlock& block : page.blocks) {
    html += html_block(block);
  }
  return html + "</body>\n</html>\n";
}

}  // namespace mlpsweep::results

#include "results/report_page.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "results/display_width.h"

namespace mlpsweep::results {
namespace {

// Colours of verdicts only repeat what the words say; those of light and dark stand in one place.
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark;--text:#222;--page:#fff;--faint:#555;--rule:#bbb;--row:#eee;"
    "--edge:#0004;--good:#15803d;--open:#a16207;--bad:#c62828}"
    "@media(prefers-color-scheme:dark){:root{--text:#ddd;--page:#181818;--faint:#aaa;--rule:#666;"
    "--row:#333;--edge:#fff6;--good:#4ade80;--open:#fbbf24;--bad:#f87171}}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;"
    "color:var(--text);background:var(--page);overflow-wrap:break-word}"
    "a{color:inherit}nav a{display:inline-block;margin-right:1.2rem}"
    "h1{font-size:1.7rem;line-height:1.25}"
    "h2{font-size:1.3rem;margin-top:2.5rem;border-bottom:1px solid var(--rule)}"
    "h3{font-size:1.05rem}"
    // What is too wide scrolls by itself, with a shadow at the edge behind which there is more.
    "div.wide{overflow-x:auto;background:linear-gradient(90deg,var(--page) 2rem,#0000) local,"
    "linear-gradient(270deg,var(--page) 2rem,#0000) local,"
    "linear-gradient(90deg,var(--edge),#0000 .6rem),"
    "linear-gradient(270deg,var(--edge),#0000 .6rem)}"
    "table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}"
    "th,td{padding:.2rem .6rem;text-align:left;vertical-align:top;max-width:34rem}"
    "th{vertical-align:bottom;border-bottom:1px solid var(--rule)}"
    "tr+tr{border-top:1px solid var(--row)}th.n,td.n{text-align:right}"
    // Numbers, names and verdicts stay on one line; texts wrap, or a phone would show nothing else,
    // but not after each word.
    "td.n,td.w,td.good,td.open,td.bad{white-space:nowrap}"
    "td.t{min-width:8rem}td.l{min-width:min(20rem,55vw)}"
    "td.good{color:var(--good)}td.open{color:var(--open)}td.bad{color:var(--bad)}"
    "p.note{font-size:.85rem;color:var(--faint);margin:.2rem 0}"
    "pre{font-size:.85rem;line-height:1.3;overflow-x:auto}figure{margin:1rem 0}"
    // Pictures are drawn on white, whatever the page is.
    "img{max-width:100%;height:auto;background:#fff}"
    "figcaption{font-size:.85rem;color:var(--faint)}"
    "@media print{:root{font-size:9px}body{max-width:none;margin:0}div.wide{overflow:visible;"
    "background:none}h2,h3{break-after:avoid}figure,pre,tr{break-inside:avoid}}";

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

/// How a text's cell looks: a verdict's word, a name that stays whole, a text of some length.
std::string_view class_of_text(std::string_view cell) {
  if (cell == "reproduced" || cell == "compatible" || cell == "holds") {
    return "good";
  }
  if (cell == "not reproduced" || cell == "contradicted") {
    return "bad";
  }
  if (cell == "cannot tell") {
    return "open";
  }
  constexpr std::size_t kLong = 80;
  constexpr std::size_t kText = 24;
  if (cell.size() > kText) {
    return cell.size() > kLong ? "l" : "t";
  }
  // Browsers end a line behind a hyphen.
  const bool is_name = cell.find(' ') == std::string_view::npos;
  return is_name && cell.find('-') != std::string_view::npos ? "w" : "";
}

std::string html_table(const Table& table) {
  const auto row_of = [&](const std::vector<std::string>& cells, std::string_view tag) {
    std::string row = "<tr>";
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string_view name = table.numeric[c] ? "n" : class_of_text(cells[c]);
      row += fmt::format("<{0}{1}>{2}</{0}>", tag,
                         name.empty() ? "" : fmt::format(" class=\"{}\"", name), in_html(cells[c]));
    }
    return row + "</tr>\n";
  };
  std::string html = table.title.empty() ? "" : fmt::format("<h3>{}</h3>\n", in_html(table.title));
  html += fmt::format("<div class=\"wide\" tabindex=\"0\"><table>\n<thead>\n{}</thead>\n<tbody>\n",
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

/// An id may hold everything but blanks.
std::string anchor_of(std::string_view heading) {
  std::string anchor(heading);
  std::replace(anchor.begin(), anchor.end(), ' ', '-');
  return anchor;
}

/// Links to the headings, where there are several.
std::string html_contents(const ReportPage& page) {
  std::string links;
  std::size_t headings = 0;
  for (const PageBlock& block : page.blocks) {
    if (block.kind == BlockKind::kHeading) {
      links += fmt::format("<a href=\"#{}\">{}</a>\n", in_address(anchor_of(block.text)),
                           in_html(block.text));
      ++headings;
    }
  }
  return headings > 1 ? fmt::format("<nav>\n{}</nav>\n", links) : "";
}

std::string html_block(const PageBlock& block) {
  switch (block.kind) {
    case BlockKind::kHeading:
      return fmt::format("<h2 id=\"{}\">{}</h2>\n", in_html(anchor_of(block.text)),
                         in_html(block.text));
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
  html += html_contents(page);
  for (const PageBlock& block : page.blocks) {
    html += html_block(block);
  }
  return html + "</body>\n</html>\n";
}

}  // namespace mlpsweep::results

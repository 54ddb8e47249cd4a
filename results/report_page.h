// A page of headings, texts, tables and pictures, as Markdown and as HTML.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "results/table.h"

namespace mlpsweep::results {

enum class BlockKind { kHeading, kSubheading, kText, kTable, kCode, kPicture };

struct PageBlock {
  BlockKind kind = BlockKind::kText;
  std::string text;  ///< Of a picture: what it shows, for who can't see it.
  std::string file;  ///< Of a picture: beside the page, or in a folder beside it.
  Table table;
};

/// Plain data: its two forms are the functions below, which need no other file (styles and all) but
/// the pictures.
struct ReportPage {
  std::string title;
  std::vector<PageBlock> blocks;

  void heading(std::string text) { add(BlockKind::kHeading, std::move(text)); }
  void subheading(std::string text) { add(BlockKind::kSubheading, std::move(text)); }
  void text(std::string text) { add(BlockKind::kText, std::move(text)); }
  void code(std::string text) { add(BlockKind::kCode, std::move(text)); }
  void picture(std::string text, std::string file) {
    add(BlockKind::kPicture, std::move(text), std::move(file));
  }
  void table(Table table) {
    add(BlockKind::kTable, "");
    blocks.back().table = std::move(table);
  }

 private:
  void add(BlockKind kind, std::string text, std::string file = "") {
    blocks.push_back({kind, std::move(text), std::move(file), {}});
  }
};

/// GitHub's Markdown; texts stand for themselves. A PDF, which no page shows, becomes a link.
[[nodiscard]] std::string markdown_of(const ReportPage& page);

/// HTML 5 with its styles, readable in light and dark, on screens and printed.
[[nodiscard]] std::string html_of(const ReportPage& page);

}  // namespace mlpsweep::results

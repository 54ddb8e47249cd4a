#include "results/page_text.h"

#include <gtest/gtest.h>

namespace mlpsweep::results {
namespace {

TEST(TextOfPage, UnderlinesHeadingsAndWrapsTexts) {
  ReportPage page;
  page.title = "Title";
  page.heading("Größe");
  page.subheading("Part");
  page.text("one two three four");
  EXPECT_EQ(text_of(page, 9), "Title\n=====\n\nGröße\n-----\n\nPart\n\none two\nthree\nfour\n");
}

Table sample_table() {
  Table table;
  table.headings = {"configuration", "measured", "judged"};
  table.numeric = {false, true, false};
  table.cells = {{"sigmoid", "0.9 ± 0.1", "over 5 repeats; 2 trials diverged"}, {"日本", "1", ""}};
  return table;
}

TEST(TextOfPage, AlignsColumnsByTheirWidthOnTheScreen) {
  ReportPage page;
  page.table(sample_table());
  EXPECT_EQ(text_of(page, 100), R"(configuration   measured  judged
-------------  ---------  ---------------------------------
sigmoid        0.9 ± 0.1  over 5 repeats; 2 trials diverged
日本                   1
)");
}

TEST(TextOfPage, WrapsTheWidestColumnsOfTextWhereATableIsTooWide) {
  ReportPage page;
  page.table(sample_table());
  EXPECT_EQ(text_of(page, 46), R"(configuration   measured  judged
-------------  ---------  --------------------
sigmoid        0.9 ± 0.1  over 5 repeats; 2
                          trials diverged
日本                   1
)");
}

TEST(TextOfPage, NamesThePicturesFile) {
  ReportPage page;
  page.picture("Loss by epoch", "pictures/loss.svg");
  EXPECT_EQ(text_of(page), "Loss by epoch: pictures/loss.svg\n");
}

TEST(TextOfPage, KeepsControlLettersOffTheTerminal) {
  ReportPage page;
  page.text("a\x1b[31mb");
  EXPECT_EQ(text_of(page), "a [31mb\n");
}

}  // namespace
}  // namespace mlpsweep::results

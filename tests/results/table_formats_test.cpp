#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "results/table.h"

namespace mlpsweep::results {

// GoogleTest would show the bytes of the struct.
void PrintTo(const TableFormat& format, std::ostream* out) {
  *out << format.name;
}

namespace {

using ::testing::HasSubstr;

/// A small table with what each format must take care of: its own markup, quotes, line breaks,
/// letters beyond ASCII, NaN.
Table nasty() {
  Table table;
  table.title = "a_b & \"c\"";
  table.headings = {"hidden", "note", "acc|uracy (%)"};
  table.numeric = {false, false, true};
  table.cells = {{"203x203", "say \"hi\", x|y", "* 85.4 ± 0.4"},
                 {"くずし", "a_b & c_ 50% #1 {x} \\n ~^ <b>\nnext", "-"}};
  table.data_headings = {"hidden", "note", "mean", "n", "chosen"};
  table.data = {
      {std::string("203x203"), std::string("say \"hi\", x|y"), 85.4375, std::int64_t{3}, true},
      {std::string("くずし"), std::string("a\r\nb"), std::numeric_limits<double>::quiet_NaN(),
       std::int64_t{0}, false}};
  table.footer = {"±: 95 % interval over 3 repeats.", "* chosen by best_validation_loss."};
  return table;
}

std::string render(std::string_view format, const Table& table = nasty()) {
  return find_table_format(format)->render(table);
}

TEST(TextFormat, AlignsByTheColumnsOfATerminal) {
  EXPECT_EQ(render("text"), R"x(a_b & "c"

hidden   note                                acc|uracy (%)
-------  ----------------------------------  -------------
203x203  say "hi", x|y                        * 85.4 ± 0.4
くずし   a_b & c_ 50% #1 {x} \n ~^ <b> next              -

±: 95 % interval over 3 repeats.
* chosen by best_validation_loss.
)x");
}

TEST(MarkdownFormat, EscapesMarkupAndKeepsWordsReadable) {
  EXPECT_EQ(render("markdown"), R"x(**a_b &amp; "c"**

| hidden  | note                                           | acc\|uracy (%) |
| ------- | ---------------------------------------------- | -------------: |
| 203x203 | say "hi", x\|y                                 |  \* 85.4 ± 0.4 |
| くずし  | a_b &amp; c\_ 50% #1 {x} \\n \~^ \<b\><br>next |              - |

±: 95 % interval over 3 repeats.

\* chosen by best_validation_loss.
)x");
}

TEST(CsvFormat, QuotesAsRfc4180SaysAndLeavesNanEmpty) {
  EXPECT_EQ(render("csv"),
            "hidden,note,mean,n,chosen\r\n"
            "203x203,\"say \"\"hi\"\", x|y\",85.4375,3,true\r\n"
            "くずし,\"a\r\nb\",,0,false\r\n");
}

TEST(LatexFormat, EscapesAllTenSpecialLetters) {
  EXPECT_EQ(render("latex"), R"x(% needs \usepackage{booktabs}
\begin{table}
  \caption{a\_b \& ''c''}
  \begin{tabular}{llr}
    \toprule
    hidden & note & acc$|$uracy (\%) \\
    \midrule
    203x203 & say ''hi'', x$|$y & * 85.4 $\pm$ 0.4 \\
    くずし & a\_b \& c\_ 50\% \#1 \{x\} \textbackslash{}n $\sim$\textasciicircum{} $<$b$>$ next & -- \\
    \bottomrule
  \end{tabular}

  {\footnotesize $\pm$: 95 \% interval over 3 repeats.\par}

  {\footnotesize * chosen by best\_validation\_loss.\par}
\end{table}
)x");
}

TEST(LatexFormat, BeginsWithWhereTheTableComesFrom) {
  Table table;
  table.headings = {"n"};
  table.numeric = {true};
  table.comments = {"mlpsweep table runs/x", "digest 12\nover 3 records"};
  EXPECT_EQ(find_table_format("latex")->render(table).substr(0, 87),
            "% mlpsweep table runs/x\n% digest 12 over 3 records\n% needs \\usepackage{booktabs}\n"
            "\\begin");
}

TEST(JsonFormat, IsOneObjectWithARowALineAndNullForNan) {
  EXPECT_EQ(render("json"), R"x({
  "title": "a_b & \"c\"",
  "headings": ["hidden","note","mean","n","chosen"],
  "rows": [
    ["203x203","say \"hi\", x|y",85.4375,3,true],
    ["くずし","a\r\nb",null,0,false]
  ],
  "footer": ["±: 95 % interval over 3 repeats.","* chosen by best_validation_loss."]
}
)x");
}

TEST(JsonFormat, ReadsBackAsWhatWasWritten) {
  const nlohmann::json document = nlohmann::json::parse(render("json"));
  EXPECT_EQ(document["title"], "a_b & \"c\"");
  EXPECT_EQ(document["rows"][0][1], "say \"hi\", x|y");
  EXPECT_EQ(document["rows"][0][2], 85.4375);
  EXPECT_EQ(document["rows"][0][4], true);
  EXPECT_TRUE(document["rows"][1][2].is_null());
  EXPECT_EQ(document["footer"].size(), 2U);
}

TEST(JsonFormat, InfinityIsNullAndBytesThatAreNoUtf8AreReplaced) {
  Table table = nasty();
  table.data = {{std::string("\xFF"), std::string(), std::numeric_limits<double>::infinity(),
                 std::int64_t{1}, false}};
  const nlohmann::json document = nlohmann::json::parse(render("json", table));
  EXPECT_TRUE(document["rows"][0][2].is_null());
  EXPECT_EQ(document["rows"][0][0], "\xEF\xBF\xBD");
}

TEST(TextFormat, ControlLettersCannotSteerTheTerminal) {
  Table table = nasty();
  table.cells[0][0] = "\x1B[2J\r\x7F";
  const std::string text = render("text", table);
  EXPECT_EQ(text.find_first_of("\x1B\r\x7F"), std::string::npos);
}

class EveryFormat : public ::testing::TestWithParam<TableFormat> {};

TEST_P(EveryFormat, RendersATableWithoutRows) {
  Table table = nasty();
  table.cells.clear();
  table.data.clear();
  table.footer.clear();
  EXPECT_THAT(GetParam().render(table), HasSubstr("hidden"));
}

TEST_P(EveryFormat, EndsInANewline) {
  EXPECT_EQ(GetParam().render(nasty()).back(), '\n');
}

TEST_P(EveryFormat, GivesTheSameTextTwice) {
  EXPECT_EQ(GetParam().render(nasty()), GetParam().render(nasty()));
}

TEST_P(EveryFormat, KeepsLettersBeyondAscii) {
  EXPECT_THAT(GetParam().render(nasty()), HasSubstr("くずし"));
}

TEST_P(EveryFormat, IsFoundByItsName) {
  ASSERT_NE(find_table_format(GetParam().name), nullptr);
  EXPECT_EQ(find_table_format(GetParam().name)->render, GetParam().render);
}

INSTANTIATE_TEST_SUITE_P(TableFormats, EveryFormat, ::testing::ValuesIn(table_formats()),
                         [](const ::testing::TestParamInfo<TableFormat>& entry) {
                           return std::string(entry.param.name);
                         });

TEST(TableFormats, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const TableFormat& format : table_formats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
  }
  EXPECT_EQ(find_table_format("html"), nullptr);
}

// Rows are told apart by counting what separates cells, but for the ones that are escaped.
TEST(TableFormats, NoCellAddsAColumnOrALine) {
  const std::string markdown = render("markdown");
  const std::string latex = render("latex");
  const auto count = [](const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++found;
    }
    return found;
  };
  // Heading, rule and two rows, four bars each; three bars in cells, each behind a backslash.
  EXPECT_EQ(count(markdown, "|") - count(markdown, "\\|"), 16U);
  // Three lines of three cells; three ampersands in cells and title.
  EXPECT_EQ(count(latex, "&") - count(latex, "\\&"), 6U);
  EXPECT_EQ(count(latex, "\\\\\n"), 3U);
}

}  // namespace
}  // namespace mlpsweep::results

#include "results/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlpsweep::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

ReportPage sample_page() {
  ReportPage page;
  page.title = "Sweep <a & b>";
  page.heading("learning_rate = 0.01");
  page.subheading("more");
  page.text("5 * 3 < 16 & *so on*");
  page.code("x  y\n```\n<b>");
  page.picture("loss by epoch", "a b-curves.svg");
  Table table;
  table.headings = {"name", "value"};
  table.numeric = {false, true};
  table.cells = {{"<i>", "0.5 ± 0.1"}};
  table.footer = {"±: of 3 & more"};
  page.table(table);
  return page;
}

TEST(ReportPage, MarkdownStandsWhole) {
  EXPECT_EQ(markdown_of(sample_page()), R"(# Sweep \<a &amp; b\>

## learning_rate = 0.01

### more

5 \* 3 \< 16 &amp; \*so on\*

````text
x  y
```
<b>
````

![loss by epoch](a%20b-curves.svg)

| name  |     value |
| ----- | --------: |
| \<i\> | 0.5 ± 0.1 |

±: of 3 &amp; more
)");
}

TEST(ReportPage, HtmlEscapesWhatIsNoMarkup) {
  const std::string html = html_of(sample_page());
  EXPECT_THAT(html, AllOf(HasSubstr("<title>Sweep &lt;a &amp; b&gt;</title>"),
                          HasSubstr("<p>5 * 3 &lt; 16 &amp; *so on*</p>"),
                          HasSubstr("<pre>x  y\n```\n&lt;b&gt;</pre>"),
                          HasSubstr("<img src=\"a%20b-curves.svg\" alt=\"loss by epoch\""),
                          HasSubstr("<td>&lt;i&gt;</td><td class=\"n\">0.5 ± 0.1</td>"),
                          HasSubstr("<p class=\"note\">±: of 3 &amp; more</p>")));
  EXPECT_THAT(html, Not(HasSubstr("<i>")));
}

TEST(ReportPage, HtmlLinksToItsHeadingsWhereThereAreSeveral) {
  ReportPage page = sample_page();
  EXPECT_THAT(html_of(page), Not(HasSubstr("<nav>")));
  page.heading("rates & epochs");
  EXPECT_THAT(html_of(page),
              AllOf(HasSubstr("</h1>\n<nav>\n<a href=\"#learning_rate-=-0.01\">learning_rate = "
                              "0.01</a>\n<a href=\"#rates-%26-epochs\">rates &amp; epochs</a>\n"
                              "</nav>\n"),
                    HasSubstr("<h2 id=\"learning_rate-=-0.01\">learning_rate = 0.01</h2>"),
                    HasSubstr("<h2 id=\"rates-&amp;-epochs\">rates &amp; epochs</h2>")));
}

TEST(ReportPage, HtmlCellsLookLikeWhatTheyHold) {
  ReportPage page;
  Table table;
  table.headings = {"a"};
  table.numeric = {false};
  const std::string text = "thirty letters, some blanks...";
  table.cells = {{"r0-hand-signs"}, {"a-b c"}, {"cannot tell"}, {text}, {text + text + text}};
  page.table(table);
  EXPECT_THAT(html_of(page), HasSubstr("<tbody>\n<tr><td class=\"w\">r0-hand-signs</td></tr>\n"
                                       "<tr><td>a-b c</td></tr>\n"
                                       "<tr><td class=\"open\">cannot tell</td></tr>\n"
                                       "<tr><td class=\"t\">" +
                                       text +
                                       "</td></tr>\n"
                                       "<tr><td class=\"l\">" +
                                       text + text + text + "</td></tr>\n"));
}

TEST(ReportPage, APdfIsALinkSinceNoPageShowsIt) {
  ReportPage page;
  page.title = "t";
  page.picture("curves", "c.pdf");
  EXPECT_THAT(markdown_of(page), HasSubstr("\n[curves](c.pdf)\n"));
  EXPECT_THAT(html_of(page), HasSubstr("<a href=\"c.pdf\">curves (PDF)</a>"));
}

TEST(ReportPage, NeedsNoOtherAddress) {
  EXPECT_THAT(html_of(sample_page()), Not(HasSubstr("http")));
}

}  // namespace
}  // namespace mlpsweep::results

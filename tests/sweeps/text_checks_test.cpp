#include "sweeps/text_checks.h"

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

TEST(TextChecks, RefusesAByteOrderMark) {
  EXPECT_EQ(complaints_about("\357\273\277mlpsweep: 1\n"),
            "s.yaml:1:1: the file begins with a byte order mark\n  \357\273\277mlpsweep: 1\n  ^\n  "
            "expected a YAML text in UTF-8, without byte order mark");
}

TEST(TextChecks, RefusesUtf16) {
  EXPECT_EQ(complaints_about(std::string("\377\376m\000l\000", 6)),
            R"(s.yaml:1:1: the file is UTF-16
  ??m?l?
  ^
  expected a YAML text in UTF-8, without byte order mark)");
}

TEST(TextChecks, RefusesANulByteAndSaysWhere) {
  EXPECT_EQ(complaints_about(std::string("mlpsweep: 1\nname: a\000b\n", 22)),
            R"(s.yaml:2:8: byte 0x00 is no part of a text
  name: a?b
         ^
  expected a YAML text in UTF-8, without byte order mark)");
}

TEST(TextChecks, RefusesBytesThatAreNoUtf8) {
  EXPECT_EQ(complaints_about("mlpsweep: 1\nname: caf\351\n"),
            R"(s.yaml:2:10: byte 0xe9 is no part of a text
  name: caf?
           ^
  expected a YAML text in UTF-8, without byte order mark)");
}

TEST(TextChecks, RefusesALoneCarriageReturn) {
  EXPECT_EQ(complaints_about("mlpsweep: 1\rname: a\n"),
            R"(s.yaml:1:12: byte 0x0d is no part of a text
  mlpsweep: 1?name: a
             ^
  expected a YAML text in UTF-8, without byte order mark)");
}

TEST(Printable, KeepsTextsTabsAndLineBreaks) {
  const std::string text = "a\tb\nc\r\nd \u00e9 \u00a0 \u2013 \u2029 \u206f \U0001f600";
  EXPECT_EQ(printable(text), text);
}

TEST(Printable, ShowsWhatATerminalWouldObeyAsAQuestionMark) {
  EXPECT_EQ(printable("a\x1b[31mb\x7f\rc"), "a?[31mb??c");
  EXPECT_EQ(printable(std::string_view("\0\b", 2)), "??");
  EXPECT_EQ(printable("\u0080\u009b31m\u009f"), "??31m?");
  EXPECT_EQ(printable("a\u202ab\u202ec\u2066d\u2069"), "a?b?c?d?");
  EXPECT_EQ(printable("caf\351 \xe2\x80"), "caf? ??");
}

}  // namespace
}  // namespace mlpsweep::sweeps

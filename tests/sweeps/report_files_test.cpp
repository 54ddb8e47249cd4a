// The specs of the five reports, which ship with the program.
#include <gtest/gtest.h>

#include "sweeps/read_sweep.h"

namespace mlpsweep::sweeps {
namespace {

/// How much of a report its spec quotes: what is lost there, nothing else would miss.
struct Quoted {
  const char* file;
  std::size_t rows;
  std::size_t numbers;  ///< In rows, curves and classification reports.
  std::size_t claims;
  std::size_t pictures;
};

void PrintTo(const Quoted& quoted, std::ostream* stream) {
  *stream << quoted.file;
}

class ReportFile : public testing::TestWithParam<Quoted> {};

std::size_t numbers_in(const Expectation& expectation) {
  std::size_t count = 0;
  for (const ExpectedRow& row : expectation.rows)
    count += row.figures.size();
  for (const ExpectedCurve& curve : expectation.curves) {
    for (const auto& [figure, numbers] : curve.figures)
      count += numbers.size();
  }
  if (expectation.classification) {
    for (const ExpectedClass& row : expectation.classification->rows)
      count += row.figures.size();
  }
  return count;
}

TEST_P(ReportFile, IsReadWithoutAComplaintAndQuotesItsWholeReport) {
  ReadOptions options;
  options.data_files = DataFiles::kMayBeGone;
  const Sweep sweep = read_sweep_file(GetParam().file, options);
  const Report& report = sweep.report;
  std::size_t rows = 0;
  std::size_t numbers = 0;
  for (const Expectation& expectation : report.expected) {
    rows += expectation.rows.size();
    numbers += numbers_in(expectation);
  }
  EXPECT_EQ(rows, GetParam().rows);
  EXPECT_EQ(numbers, GetParam().numbers);
  EXPECT_EQ(report.claims.size(), GetParam().claims);
  EXPECT_EQ(report.pictures.size(), GetParam().pictures);
}

INSTANTIATE_TEST_SUITE_P(All, ReportFile,
                         testing::Values(Quoted{"sweeps/reports/r0-hand-signs.yaml", 3, 47, 3, 4},
                                         Quoted{"sweeps/reports/r1-dress-boot.yaml", 1, 1, 4, 1},
                                         Quoted{"sweeps/reports/r2-mnist.yaml", 20, 24, 14, 4},
                                         Quoted{"sweeps/reports/r3-zero-five.yaml", 1, 17, 4, 3},
                                         Quoted{"sweeps/reports/r4-kmnist.yaml", 24, 78, 19, 5}));

}  // namespace
}  // namespace mlpsweep::sweeps

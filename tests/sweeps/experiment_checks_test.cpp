#include "sweeps/experiment_checks.h"

#include <gtest/gtest.h>

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

const std::string kHead =
    "mlpsweep: 1\ndata: {set: mnist, split: {validation: 0.2}}\nmetric: validation_loss\n";

TEST(ExperimentChecks, RefusesASettingOfTwoReadingsOrOfAReadingAndAnAxis) {
  EXPECT_EQ(complaints_about(kHead + R"(parameters: {l1: [0, 1]}
readings:
  x: {a: {l2: 0}, b: {l2: 1}}
  y: {a: {l2: 0, l1: 1}, b: {epochs: 3}}
)"),
            R"(s.yaml:7:11: 'l2' is set by the readings 'x' and 'y'
    y: {a: {l2: 0, l1: 1}, b: {epochs: 3}}
            ^^
  expected each setting in one reading
s.yaml:7:18: 'l1' is in the reading 'y' and an axis
    y: {a: {l2: 0, l1: 1}, b: {epochs: 3}}
                   ^^
  a reading is what a report leaves open, and never an axis)");
}

TEST(ExperimentChecks, RefusesSourcesThatAreNoneOrACircle) {
  EXPECT_EQ(complaints_about(kHead + R"(experiments:
  rates: {parameters: {l2: [0, 1]}}
  next: {from: {best_of: rate}}
  a: {from: {best_of: b}}
  b: {from: {best_of: a}}
)"),
            R"(s.yaml:6:26: no experiment 'rate'
    next: {from: {best_of: rate}}
                           ^^^^
  expected one of: rates, next, a, b
  nearest: rates
s.yaml:7:23: experiments start from each other in a circle
    a: {from: {best_of: b}}
                        ^
  a <- b <- a
s.yaml:8:23: experiments start from each other in a circle
    b: {from: {best_of: a}}
                        ^
  b <- a <- b)");
}

}  // namespace
}  // namespace mlpsweep::sweeps

#include "sweeps/scope.h"

#include <gtest/gtest.h>

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {
namespace {

const std::string kHead = "mlpsweep: 1\ndata: {set: mnist, split: {validation: 0.2}}\n";

TEST(Scope, RefusesFoldsThatAreNone) {
  EXPECT_EQ(complaints_about("mlpsweep: 1\ndata: mnist\nfolds: 1\n"),
            R"(s.yaml:3:8: 'folds' must be a whole number 2 to 1000, or none, got '1'
  folds: 1
         ^)");
}

TEST(Scope, RefusesAReadingThatLeavesNothingOpen) {
  EXPECT_EQ(complaints_about(kHead + R"(readings:
  penalty: {only: {l2: 0}}
  rate: [1, 2]
  empty: {a: {}, b: {l1: 0}}
  two words: {a: {l1: 0}, b: {l1: 1}}
)"),
            R"(s.yaml:4:3: reading 'penalty' has 1 member
    penalty: {only: {l2: 0}}
    ^^^^^^^
  expected two or more: the first is judged, the others are run and shown
s.yaml:5:9: reading 'rate' must be a mapping, got a list
    rate: [1, 2]
          ^
s.yaml:6:11: 'a' of reading 'empty' sets nothing
    empty: {a: {}, b: {l1: 0}}
            ^
s.yaml:7:3: the name of a reading must be 1 to 100 letters, digits, '.', '-' or '_', got 'two words'
    two words: {a: {l1: 0}, b: {l1: 1}}
    ^^^^^^^^^)");
}

TEST(Scope, RefusesAnUnknownSettingInAReading) {
  EXPECT_EQ(complaints_about(kHead + "readings: {x: {a: {epoch: 3}, b: {l2: [1, 2]}}}\n"),
            R"(s.yaml:3:20: unknown key 'epoch' in 'readings: x: a'
  readings: {x: {a: {epoch: 3}, b: {l2: [1, 2]}}}
                     ^^^^^
  expected one of: data, hidden, activation, output, loss, output_delta, clip, init, batch_size, epochs, l1, l2, penalty_form, bias_step, optimizer, early_stop, train_figures, shuffle, keep_weights
  nearest: epochs
s.yaml:3:39: 'l2' must be one value, got a list
  readings: {x: {a: {epoch: 3}, b: {l2: [1, 2]}}}
                                        ^
  lists of values belong in 'parameters')");
}

TEST(Scope, RefusesASourceThatIsNoneOrAtTheWrongPlace) {
  EXPECT_EQ(complaints_about(kHead + R"(from: {best_of: a}
experiments:
  a: {}
  b: {from: a}
  c: {from: {pin: {l2: 0}}}
  d: {from: {best_of: [a], worst_of: a}}
)"),
            R"(s.yaml:3:1: 'from' belongs in an experiment
  from: {best_of: a}
  ^^^^
  it starts one experiment from the winner of another
s.yaml:6:13: 'from' must be a mapping, got 'a'
    b: {from: a}
              ^
s.yaml:7:7: 'from' names no experiment
    c: {from: {pin: {l2: 0}}}
        ^^^^
  expected from: {best_of: NAME, pin: {KEY: VALUE}}
s.yaml:8:23: 'best_of' must be the name of an experiment, got a list
    d: {from: {best_of: [a], worst_of: a}}
                        ^)");
}

}  // namespace
}  // namespace mlpsweep::sweeps

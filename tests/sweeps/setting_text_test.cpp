#include "sweeps/setting_text.h"

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

TEST(SettingText, HasTheSweptSettingsByTheLastPartsOfTheirKeys) {
  EXPECT_EQ(brief_text({{"hidden", "64"}, {"l2", 0.0}, {"optimizer.learning_rate", 0.1}},
                       {"optimizer.learning_rate", "hidden"}, {.repeat = 2}),
            "learning_rate=0.1 hidden=64 repeat=2");
  EXPECT_EQ(brief_text({{"hidden", "64"}}, {"hidden"}), "hidden=64");
  EXPECT_EQ(brief_text({}, {}, {.repeat = 1, .folds = 3, .fold = 2}), "repeat=1 fold=2");
}

TEST(SettingText, AKeyWithoutADotIsItsOwnLastPart) {
  EXPECT_EQ(last_part("l2"), "l2");
}

}  // namespace
}  // namespace mlpsweep::sweeps

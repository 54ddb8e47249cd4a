#include "engine/duplicates.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

TEST(Twins, AreImagesOfTheSameBytesWhateverTheirLabel) {
  Dataset data;
  data.height = 1;
  data.width = 2;
  data.train = {4, Bytes{1, 2, 3, 4, 1, 2, 2, 1}, {0, 1, 1, 0}};
  data.test = {2, Bytes{1, 2, 9, 9}, {0, 1}};
  const Twins twins = count_twins(data);
  EXPECT_EQ(twins.images, 6U);
  EXPECT_EQ(twins.distinct, 4U);
  EXPECT_EQ(twins.with_twin, 3U);

  Partition own;
  own.train = {0, 1};
  own.validation = {2, 3};
  own.test = {0, 1};
  EXPECT_EQ(count_shared(own, data).validation, 1U);
  EXPECT_EQ(count_shared(own, data).test, 1U);
  own.train = {1, 3};
  EXPECT_EQ(count_shared(own, data).validation, 1U);
  EXPECT_EQ(count_shared(own, data).test, 0U);
  own.own_test = false;  // rows of the training file
  own.train = {0};
  own.test = {2, 3};
  EXPECT_EQ(count_shared(own, data).test, 1U);
}

// Counted apart from this code, with NumPy over the bytes of each image.
TEST(Twins, OfTheHandSignsAreAsCountedElsewhere) {
  const std::string folder = "../shared/data";
  if (!std::filesystem::exists(folder + "/sign-digits")) {
    GTEST_SKIP() << "no folder " << folder << "/sign-digits";
  }
  DatasetCache cache(folder);
  DataSpec spec;
  spec.set = "sign-digits";
  EXPECT_EQ(cache.get(spec)->class_names.size(), 10U);
  EXPECT_EQ(cache.get(spec)->height, 28);
  EXPECT_EQ(cache.twins(spec).distinct, 4598U);
  struct Pair {
    std::vector<std::string> classes;
    std::size_t with_twin;
  };
  for (const Pair& pair : {Pair{{"7", "8"}, 307}, Pair{{"0", "5"}, 156}, Pair{{"1", "5"}, 2}}) {
    spec.classes = pair.classes;
    const Twins twins = cache.twins(spec);
    EXPECT_EQ(twins.images, 1000U);
    EXPECT_EQ(twins.with_twin, pair.with_twin);
  }
}

}  // namespace
}  // namespace mlpsweep::engine

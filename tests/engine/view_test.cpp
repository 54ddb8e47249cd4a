#include "engine/view.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

using ::testing::HasSubstr;

/// One pixel a row: training rows 10 to 15 of classes a b c a b c, test rows 20 to 22 of c a b.
Dataset letters() {
  Dataset data;
  data.name = "letters";
  data.height = 1;
  data.width = 1;
  data.classes = 4;
  data.class_names = {"a", "b", "c", "d"};  // d has no row
  data.train = {6, Bytes{10, 11, 12, 13, 14, 15}, {0, 1, 2, 0, 1, 2}};
  data.test = {3, Bytes{20, 21, 22}, {2, 0, 1}};
  data.checksum = "sum";
  return data;
}

Dataset view_of(const std::function<void(DataSpec&)>& change) {
  DataSpec spec;
  change(spec);
  EXPECT_TRUE(asks_for_view(spec));
  return make_view(letters(), spec);
}

std::string complaint(const std::function<void(DataSpec&)>& change) {
  return message_of<InputError>([&] { static_cast<void>(view_of(change)); });
}

TEST(View, IsNotAskedForByAPlainSpec) {
  DataSpec spec;
  spec.set = "mnist";
  spec.split.validation = 0.2;
  EXPECT_FALSE(asks_for_view(spec));
}

TEST(View, KeepsClassesInTheOrderGivenAndDropsTheOtherRows) {
  const Dataset view = view_of([](DataSpec& s) { s.classes = {"c", "a"}; });
  EXPECT_EQ(view.classes, 2);
  EXPECT_EQ(view.class_names, (std::vector<std::string>{"c", "a"}));
  EXPECT_EQ(view.train.pixels, (Bytes{10, 12, 13, 15}));
  EXPECT_EQ(view.train.labels, (Bytes{1, 0, 1, 0}));
  EXPECT_EQ(view.test.pixels, (Bytes{20, 21}));
  EXPECT_EQ(view.test.labels, (Bytes{0, 1}));
  EXPECT_EQ(view.test.rows, 2U);
  EXPECT_EQ(view.checksum, "sum");
  EXPECT_EQ(view.name, "letters (c, a)");
}

TEST(View, ThePositiveClassIsClassOne) {
  for (const char* positive : {"a", "c"}) {
    const Dataset view = view_of([&](DataSpec& s) {
      s.classes = {"c", "a"};
      s.positive = positive;
    });
    EXPECT_EQ(view.class_names[1], positive);
    EXPECT_EQ(view.train.labels[0], positive[0] == 'a' ? 1 : 0);
  }
}

TEST(View, OneClassAgainstTheRestIsTwoClasses) {
  const Dataset view = view_of([](DataSpec& s) {
    s.positive = "b";
    s.against = "rest";
  });
  EXPECT_EQ(view.class_names, (std::vector<std::string>{"rest", "b"}));
  EXPECT_EQ(view.train.labels, (Bytes{0, 1, 0, 0, 1, 0}));
  EXPECT_EQ(view.test.labels, (Bytes{0, 0, 1}));
}

TEST(View, PoolPutsTheTestRowsBehindTheTrainingRows) {
  const Dataset view = view_of([](DataSpec& s) {
    s.pool = true;
    s.classes = {"a", "b"};
  });
  EXPECT_EQ(view.train.pixels, (Bytes{10, 11, 13, 14, 21, 22}));
  EXPECT_EQ(view.train.rows, 6U);
  EXPECT_EQ(view.test.rows, 0U);
}

TEST(View, RefusesWhatTheDataDoNotHold) {
  EXPECT_EQ(complaint([](DataSpec& s) {
              s.classes = {"a", "cc"};
            }),
            "data.classes: no label 'cc' in letters\n  labels there: a, b, c");
  EXPECT_THAT(complaint([](DataSpec& s) { s.classes = {"a", "d"}; }), HasSubstr("no label 'd'"));
  EXPECT_THAT(complaint([](DataSpec& s) { s.positive = "x"; }),
              HasSubstr("data.positive: no label"));
  EXPECT_THAT(complaint([](DataSpec& s) { s.positive = "a"; }),
              HasSubstr("data.positive: expected two classes, found 4"));
  EXPECT_THAT(complaint([](DataSpec& s) { s.against = "rest"; }),
              HasSubstr("data.against: expected data.positive"));
  DataSpec pool;
  pool.pool = true;
  Dataset no_test = letters();
  no_test.test = {};
  EXPECT_THAT(message_of<InputError>([&] { static_cast<void>(make_view(no_test, pool)); }),
              HasSubstr("no test part"));
}

TEST(View, IsMadeOnceAndApartFromTheWholeSet) {
  const ScratchFolder folder;
  DataSpec whole;
  whole.train = folder.write("images", idx_bytes({4, 1, 1}, {1, 2, 3, 4}));
  static_cast<void>(folder.write("labels", idx_bytes({4}, {0, 1, 2, 1})));
  DataSpec pair = whole;
  pair.classes = {"1", "2"};
  DatasetCache cache;
  const auto view = cache.get(pair);
  EXPECT_EQ(view->train.rows, 3U);
  EXPECT_EQ(cache.get(pair), view);
  EXPECT_EQ(cache.get(whole)->train.rows, 4U);
  EXPECT_EQ(cache.get(whole)->checksum, view->checksum);
  EXPECT_NE(data_key(pair), data_key(whole));
}

}  // namespace
}  // namespace mlpsweep::engine

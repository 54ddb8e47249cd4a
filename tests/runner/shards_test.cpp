#include "runner/shards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::runner {
namespace {

TEST(ReadShard, TakesANumberOfSoMany) {
  EXPECT_EQ(read_shard("1/2"), (results::Shard{1, 2}));
  EXPECT_EQ(read_shard("8/8"), (results::Shard{8, 8}));
  EXPECT_TRUE(is_part(read_shard("1/2")));
  EXPECT_FALSE(is_part({}));
}

TEST(ReadShard, RefusesAllElse) {
  for (const char* text : {"", "3", "/", "3/", "/3", "0/3", "1/1", "4/3", "-1/3", "1/3/5", "1/3 ",
                           "a/b", "1/100001", "99999999999/99999999999"}) {
    try {
      static_cast<void>(read_shard(text));
      ADD_FAILURE() << "'" << text << "' is taken";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("--shard: expected I/N"));
    }
  }
}

}  // namespace
}  // namespace mlpsweep::runner

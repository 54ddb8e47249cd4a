#include "runner/messages.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::runner {
namespace {

template <typename T>
T there_and_back(const T& message) {
  return std::get<T>(decode_message(encode(message)));
}

TEST(Messages, SetupComesBackWhole) {
  const Begin sent{"a b.yaml",
                   "mlpsweep: 1\nname: \xC3\xA9\n",
                   {"seed=3", "hidden=[]"},
                   "/runs/x",
                   7,
                   1ULL << 40,
                   {"mnist", "abc"},
                   {{"rates", {{"l2", "0.1"}, {"hidden", "3x4"}}}},
                   "slurm-x-12",
                   3,
                   {2, 8}};
  const Begin got = there_and_back(sent);
  EXPECT_EQ(got.file, sent.file);
  EXPECT_EQ(got.text, sent.text);
  EXPECT_EQ(got.overrides, sent.overrides);
  EXPECT_EQ(got.folder, sent.folder);
  EXPECT_EQ(got.attempt, 7);
  EXPECT_EQ(got.data, sent.data);
  EXPECT_EQ(got.winners, sent.winners);
  EXPECT_EQ(got.planned, 1ULL << 40);
  EXPECT_EQ(got.run, sent.run);
  EXPECT_EQ(got.run_part, 3);
  EXPECT_EQ(got.shard, (results::Shard{2, 8}));
}

TEST(Messages, OutcomesKeepTheirStatesAndEvenTheirNans) {
  const Done got = there_and_back(Done{{{3, engine::State::kComplete, 0.25, 1.0 / 3},
                                        {1ULL << 63, engine::State::kDiverged, 1, std::nan("")}},
                                       126e6});
  ASSERT_EQ(got.outcomes.size(), 2U);
  EXPECT_EQ(got.peak_bytes, 126e6);
  EXPECT_EQ(got.outcomes[0].metric, 1.0 / 3);
  EXPECT_EQ(got.outcomes[0].seconds, 0.25);
  EXPECT_EQ(got.outcomes[1].trial, 1ULL << 63);
  EXPECT_EQ(got.outcomes[1].state, engine::State::kDiverged);
  EXPECT_TRUE(std::isnan(got.outcomes[1].metric));
}

TEST(Messages, TheOthersComeBackWhole) {
  EXPECT_EQ(there_and_back(Ready{4, "node1"}).slots, 4);
  EXPECT_EQ(there_and_back(Ready{4, "node1"}).host, "node1");
  EXPECT_EQ(there_and_back(Assign{{5, 6}}).trials, (std::vector<std::uint64_t>{5, 6}));
  EXPECT_EQ(there_and_back(Returned{{9}}).trials, std::vector<std::uint64_t>{9});
  EXPECT_EQ(there_and_back(Broken{"no space"}).what, "no space");
  EXPECT_EQ(there_and_back(Fail{1ULL << 40, "died"}).trial, 1ULL << 40);
  EXPECT_EQ(there_and_back(Fail{3, "died"}).reason, "died");
  EXPECT_TRUE(std::holds_alternative<Stop>(decode_message(encode(Stop{}))));
  EXPECT_TRUE(std::holds_alternative<Quit>(decode_message(encode(Quit{}))));
}

TEST(Messages, BytesThatAreNoMessageAreRefusedWithTheLikelyReason) {
  for (const std::string& bytes : {std::string(), std::string("\xff\xff"), std::string("hello"),
                                   encode(Quit{}).substr(0, 1)}) {
    try {
      (void)decode_message(bytes);
      FAIL() << "took " << bytes.size() << " bytes for a message";
    } catch (const MachineError& error) {
      EXPECT_NE(std::string(error.what()).find("same version"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace mlpsweep::runner

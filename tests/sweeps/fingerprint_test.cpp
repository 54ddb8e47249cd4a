#include "sweeps/fingerprint.h"

#include <set>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::sweeps {
namespace {

// DO NOT CHANGE THESE: they are the names of trials in results that people keep.
TEST(Fingerprint, OfTheDefaultsIsForEverThis) {
  EXPECT_EQ(canonical_text({}, "0123"), R"(activation=tanh
batch_size=128
data.scale.method=unit
epochs=10
hidden=128
init.weights=glorot
loss=cross_entropy
optimizer.learning_rate=0.01
optimizer.name=sgd
output=softmax
seed=0
repeat=0
fold=0
data=0123
numerics=3
)");
  EXPECT_EQ(fingerprint({}, "0123").hex(), "f75bc02b1e60594e9b102006e1f22c5f");
}

TEST(Fingerprint, OfAFullSpecIsForEverThis) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
seed: 42
repeats: 2
data: {set: mnist, scale: {method: zscore, per: all}, split: {train: 40000, validation: 0.2, test: 0.1, stratify: true}}
base: {hidden: [203, 203], activation: relu, output: softmax, loss: mean_squared_error, batch_size: all,
       epochs: 7, l1: 1e-5, l2: 1e-4, optimizer: {learning_rate: 0.5, momentum: 0.9, momentum_form: averaged},
       init: he, early_stop: {patience: 3}, shuffle: none, keep_weights: both}
)");
  EXPECT_EQ(fingerprint(sweep.trial(1), "ab").hex(), "91269c155c24e7a3ff25f725ccfd0226");
}

TEST(Fingerprint, IsTheSameForAnyOrderAndSpellingOfTheSpec) {
  const Sweep one = read_sweep("a.yaml", R"(mlpsweep: 1
data: {set: mnist, split: {validation: 0.2}}
base: {l2: 1e-4, optimizer: {momentum: 0.9, learning_rate: 0.1}, hidden: [24, 12]}
)");
  const Sweep other = read_sweep("b.yaml", R"(mlpsweep: 1
name: another
metric: {name: train_loss}
base:
  hidden: 24x12
  optimizer.learning_rate: 1e-1
  optimizer.momentum: .90
  shuffle: each_epoch
parameters: {l2: [0.0001], l1: 0}
data:
  split: {validation: 2e-1}
  set: mnist
)");
  EXPECT_EQ(fingerprint(one.trial(0), "d"), fingerprint(other.trial(0), "d"));
}

TEST(Fingerprint, ChangesWithEverySettingThatDecidesBits) {
  std::set<Fingerprint> seen = {fingerprint({}, "d")};
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"data.split.train", "0.5"},
      {"data.split.validation", "0.25"},
      {"data.split.test", "100"},
      {"data.split.stratify", "true"},
      {"data.scale.method", "zscore"},
      {"data.scale.per", "all"},
      {"data.scale.fit", "each_file"},
      {"data.classes", "7,8"},
      {"data.positive", "7"},
      {"data.against", "rest"},
      {"data.pool", "true"},
      {"hidden", "203x203"},
      {"activation", "relu"},
      {"output", "sigmoid"},
      {"loss", "mean_squared_error"},
      {"init.weights", "he"},
      {"batch_size", "all"},
      {"epochs", "77"},
      {"l1", "0.5"},
      {"l2", "0.5"},
      {"optimizer.learning_rate", "3"},
      {"optimizer.momentum", "0.9"},
      {"optimizer.momentum_form", "averaged"},
      {"early_stop.patience", "0"},
      {"shuffle", "none"},
      {"keep_weights", "both"}};
  for (const auto& [key, text] : changes) {
    engine::TrainSpec spec;
    ASSERT_EQ(find_key(key)->set(spec, text), std::nullopt);
    EXPECT_TRUE(seen.insert(fingerprint(spec, "d")).second) << key;
  }
  engine::TrainSpec spec;
  spec.seed = 1;
  EXPECT_TRUE(seen.insert(fingerprint(spec, "d")).second);
  spec.seed = 0;
  spec.repeat = 1;
  EXPECT_TRUE(seen.insert(fingerprint(spec, "d")).second);
  EXPECT_TRUE(seen.insert(fingerprint({}, "e")).second);
}

TEST(Fingerprint, NamesTheFoldsOnlyWhereThereAreSome) {
  engine::TrainSpec spec;
  spec.folds = 5;
  spec.fold = 2;
  EXPECT_NE(canonical_text(spec, "d").find("\nfold=2\nfolds=5\ndata=d\n"), std::string::npos);
  engine::TrainSpec other = spec;
  other.folds = 10;
  EXPECT_NE(fingerprint(spec, "d"), fingerprint(other, "d"));
}

TEST(Fingerprint, KnowsNothingOfPaths) {
  engine::TrainSpec spec;
  spec.data.train = "/some/where.gz";
  spec.data.set = "mnist";
  EXPECT_EQ(fingerprint(spec, "d"), fingerprint({}, "d"));
}

TEST(Fingerprint, ReadsItsOwnHexAndNothingElse) {
  const Fingerprint one = hash_bytes("one");
  EXPECT_EQ(Fingerprint::from_hex(one.hex()), one);
  EXPECT_EQ(one.brief(), one.hex().substr(0, 8));
  for (const char* bad :
       {"", "12", "0123456789abcdef0123456789abcdeg", "0123456789ABCDEF0123456789ABCDEF",
        "0123456789abcdef0123456789abcdef0"}) {
    EXPECT_THROW(static_cast<void>(Fingerprint::from_hex(bad)), InputError) << bad;
  }
}

TEST(Fingerprints, OfAPartAreThoseOfItsTrials) {
  const Sweep sweep = read_sweep("a.yaml", R"(mlpsweep: 1
seed: 7
repeats: 2
folds: 3
data: {set: mnist}
base: {epochs: 3}
zip:
  optimizer.learning_rate: [0.1, 0.2]
  batch_size: [64, all]
parameters:
  - {l2: [0, 1e-3], hidden: [8, 4x4, none]}
  - {l2: [0, 1e-3], l1: 1e-4, activation: [relu, tanh, sigmoid]}
  - {data.set: [mnist, fashion-mnist], data.split.stratify: [false, true]}
exclude:
  - {l2: 1e-3, hidden: 4x4}
  - {activation: relu, batch_size: 64}
)");
  // Of another data set another checksum.
  const auto checksum_of = [](const engine::TrainSpec& trial) { return "of " + trial.data.set; };
  const Part& part = sweep.parts.front();
  ASSERT_TRUE(part.filtered);
  const std::vector<Fingerprint> all = fingerprints(part, sweep.seed, checksum_of);
  ASSERT_EQ(all.size(), part.trials());
  for (std::uint64_t i = 0; i < all.size(); ++i) {
    const engine::TrainSpec trial = part.trial(i, sweep.seed);
    EXPECT_EQ(all[i], fingerprint(trial, checksum_of(trial))) << i;
  }
  EXPECT_EQ(std::set<Fingerprint>(all.begin(), all.end()).size(), all.size());
}

}  // namespace
}  // namespace mlpsweep::sweeps

// How good a network is on some rows.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/dataset.h"
#include "engine/network.h"
#include "engine/partition.h"

namespace mlpsweep::engine {

/// Rows of a data set, with the way in which their bytes become inputs.
struct RowSource {
  const ImageSet* images;
  const Scaler* scaler;
  int inputs;

  /// Converts `count` rows and copies their labels; inputs `stride` apart.
  void fill(const std::uint32_t* rows, int count, float* inputs_out, int stride,
            std::uint8_t* labels) const;
};

struct Score {
  double loss = kNaN;      ///< Mean over the rows, without penalties.
  double accuracy = kNaN;  ///< Share of rows whose predicted class is the true one.
  std::int16_t only_class = kSeveralClasses;  ///< The class that all rows were given, if only one.
};

/// The means over `rows` rows, at least one.
[[nodiscard]] Score score_of(const Tally& tally, std::int64_t rows,
                             std::int16_t only_class = kSeveralClasses);

/// Scores in blocks of this many rows: all at once cost 7 % of an epoch more, and 150 MB.
inline constexpr int kScoredRows = 256;

/// Scores a network, its blocks spread over idle threads, sums in double in the order of the rows.
///
/// Threads  One call at a time.
class Scorer {
 public:
  explicit Scorer(const Network<float>& network) : network_(network) {}

  /// No rows: NaN. `predictions`, if given, gets each row's class.
  [[nodiscard]] Score score(const RowSource& source, const std::vector<std::uint32_t>& rows,
                            std::vector<std::uint8_t>* predictions = nullptr);

 private:
  /// Buffers of one block, handed back for the next: fresh memory for each costs its page faults.
  std::unique_ptr<Passes<float>> take();
  void give_back(std::unique_ptr<Passes<float>> passes);

  const Network<float>& network_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Passes<float>>> free_;
};

}  // namespace mlpsweep::engine

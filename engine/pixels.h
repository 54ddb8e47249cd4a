// Numbers of any type become the bytes that a data set holds, or are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlpsweep::engine {

/// What the bytes of some pixels stand for.
enum class PixelKind {
  kZeroOrOne,  ///< Only 0 and 1 came: either of the two below.
  kBytes,      ///< Whole numbers 0..255, as they were.
  kShares,     ///< Numbers 0..1, times 255: each was a whole number of 255ths.
};

/// Takes numbers one by one; a byte is kept for each.
///
/// Range    0..255 whole, or 0..1 in whole 255ths within 4e-7 (a float's rounding): anything else
///          would lose digits without a word, and is refused.
/// Threads  Not safe.
class PixelSink {
 public:
  /// False: no byte can stand for it, beside those that came before. Nothing is kept then.
  [[nodiscard]] bool add(double value);

  /// All at once what was a byte before: of no other kind than kBytes.
  void add_bytes(const std::uint8_t* bytes, std::size_t count);

  [[nodiscard]] PixelKind kind() const { return kind_; }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
  PixelKind kind_ = PixelKind::kZeroOrOne;
};

/// 0 and 1 as shares: 0 and 255.
void widen_to_shares(std::vector<std::uint8_t>& bytes);

/// What is said of a number that add() refused.
inline constexpr const char* kPixelsExpected =
    "expected whole numbers 0 to 255, or numbers 0 to 1 that are whole 255ths (bytes / 255)";

}  // namespace mlpsweep::engine

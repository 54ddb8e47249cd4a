#include "engine/pixels.h"

#include <cmath>

namespace mlpsweep::engine {
namespace {

/// The 255th that a share is, or -1. A float's rounding moves v * 255 by at most 255 * 2^-24, a
/// product by 1/255 in float twice as far.
int as_255th(double value) {
  constexpr double kRounding = 1e-4;
  const double scaled = value * 255;
  const double whole = std::round(scaled);
  return whole >= 0 && whole <= 255 && std::abs(scaled - whole) <= kRounding
             ? static_cast<int>(whole)
             : -1;
}

}  // namespace

bool PixelSink::add(double value) {
  if (kind_ != PixelKind::kShares && value >= 0 && value <= 255 && value == std::floor(value)) {
    if (value > 1)
      kind_ = PixelKind::kBytes;
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return true;
  }
  const int share = kind_ == PixelKind::kBytes ? -1 : as_255th(value);
  if (share < 0)
    return false;
  if (kind_ == PixelKind::kZeroOrOne)
    widen_to_shares(bytes_);
  kind_ = PixelKind::kShares;
  bytes_.push_back(static_cast<std::uint8_t>(share));
  return true;
}

void PixelSink::add_bytes(const std::uint8_t* bytes, std::size_t count) {
  kind_ = PixelKind::kBytes;
  bytes_.insert(bytes_.end(), bytes, bytes + count);
}

void widen_to_shares(std::vector<std::uint8_t>& bytes) {
  for (std::uint8_t& byte : bytes)
    byte = static_cast<std::uint8_t>(byte * 255);
}

}  // namespace mlpsweep::engine

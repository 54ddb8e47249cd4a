#include "engine/rng.h"

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include <Random123/philox.h>

#include "engine/errors.h"

namespace mlpsweep::engine {
namespace {

constexpr int kMostRepeats = 1 << 24;  // what is left of 32 bits beside the purpose's eight

// DO NOT CHANGE which bits go where: every recorded trial hangs on them. A block has 128 random
// bits; bits() and uniform() take the first half, normal() takes both, so that one counter is one
// draw whatever is drawn.
std::array<std::uint64_t, 2> block(std::uint64_t key, std::uint64_t name, std::uint64_t counter) {
  const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
  const auto high = [](std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); };
  const r123::Philox4x32::ctr_type words = r123::Philox4x32()(
      {{low(counter), high(counter), low(name), high(name)}}, {{low(key), high(key)}});
  const auto join = [](std::uint32_t l, std::uint32_t h) { return std::uint64_t{h} << 32 | l; };
  return {join(words[0], words[1]), join(words[2], words[3])};
}

// 52 bits and a half: with 53 the largest value would round to 1.
double open_interval(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

}  // namespace

Stream::Stream(std::uint64_t seed, int repeat, Purpose purpose, std::uint32_t index)
    : key_(seed),
      name_(std::uint64_t{static_cast<std::uint32_t>(repeat)} << 40 |
            std::uint64_t{static_cast<std::uint32_t>(purpose)} << 32 | index) {
  MLPS_CHECK(repeat >= 0 && repeat < kMostRepeats, "repeat " + std::to_string(repeat));
  MLPS_CHECK(static_cast<std::uint32_t>(purpose) < 256, "a purpose has eight bits");
}

std::uint64_t Stream::bits(std::uint64_t counter) const {
  return block(key_, name_, counter)[0];
}

double Stream::uniform(std::uint64_t counter) const {
  return open_interval(bits(counter));
}

double Stream::normal(std::uint64_t counter) const {
  const auto [first, second] = block(key_, name_, counter);
  return std::sqrt(-2 * std::log(open_interval(first))) *
         std::cos(2 * std::numbers::pi * open_interval(second));
}

std::vector<std::uint32_t> Stream::permutation(std::size_t n) const {
  __extension__ using Product = unsigned __int128;
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = n; i > 1; --i) {
    // The high half of bits * i is 0 .. i-1, each equally likely to 2^-64; `%` and a 32-bit draw
    // would prefer small numbers.
    const auto other = static_cast<std::size_t>(Product{bits(i - 1)} * i >> 64);
    std::swap(order[i - 1], order[other]);
  }
  return order;
}

}  // namespace mlpsweep::engine

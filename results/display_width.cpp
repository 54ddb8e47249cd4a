#include "results/display_width.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mlpsweep::results {
namespace {

struct Block {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr std::array kWide = {
    Block{0x1100, 0x115f},   Block{0x2e80, 0xa4cf},   Block{0xac00, 0xd7a3},
    Block{0xf900, 0xfaff},   Block{0xfe30, 0xfe6f},   Block{0xff00, 0xff60},
    Block{0xffe0, 0xffe6},   Block{0x1f300, 0x1f64f}, Block{0x1f900, 0x1f9ff},
    Block{0x20000, 0x3fffd},
};
constexpr std::array kZero = {
    Block{0x0300, 0x036f},
    Block{0x200b, 0x200f},
    Block{0x20d0, 0x20ff},
    Block{0xfe00, 0xfe0f},
};

template <std::size_t kBlocks>
bool lies_in(std::uint32_t letter, const std::array<Block, kBlocks>& blocks) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) {
    return letter >= block.first && letter <= block.last;
  });
}

/// Bytes of the sequence that `lead` opens; 0 for a byte that opens none.
std::size_t sequence_bytes(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xc2 && lead <= 0xdf) {
    return 2;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    return 3;
  }
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// The letter at the front of `text` and its bytes; an invalid byte comes alone, as a letter of
/// width one.
std::size_t decode(std::string_view text, std::uint32_t& letter) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = sequence_bytes(lead);
  letter = '?';
  if (bytes == 0 || bytes > text.size()) {
    return 1;
  }
  std::uint32_t value = bytes == 1 ? lead : lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) {
      return 1;
    }
    value = value << 6U | (next & 0x3fU);
  }
  letter = value;
  return bytes;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x80; })) {
    return text.size();
  }
  std::size_t width = 0;
  while (!text.empty()) {
    std::uint32_t letter = 0;
    text.remove_prefix(decode(text, letter));
    width += lies_in(letter, kWide) ? 2U : lies_in(letter, kZero) ? 0U : 1U;
  }
  return width;
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(),
      [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f; }, ' ');
  return line;
}

}  // namespace mlpsweep::results

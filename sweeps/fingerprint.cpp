#include "sweeps/fingerprint.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/errors.h"
#include "engine/train.h"
#include "sweeps/keys.h"
#include "sweeps/sweep.h"

namespace mlpsweep::sweeps {
namespace {

int nibble(char letter) {
  if (letter >= '0' && letter <= '9')
    return letter - '0';
  if (letter >= 'a' && letter <= 'f')
    return letter - 'a' + 10;
  return -1;
}

/// The keys of the fingerprint in the order of their lines, "name=...", so that the order of the
/// table can change without changing any identity.
const std::vector<const Key*>& identity_keys() {
  static const std::vector<const Key*> sorted = [] {
    std::vector<const Key*> found;
    for (const Key& key : keys()) {
      if (key.in_fingerprint)
        found.push_back(&key);
    }
    const auto line = [](const Key* key) { return std::string(key->name) + "="; };
    std::sort(found.begin(), found.end(),
              [&](const Key* a, const Key* b) { return line(a) < line(b); });
    return found;
  }();
  return sorted;
}

/// Nothing where it has its neutral value.
std::string line_of(const Key& key, const engine::TrainSpec& spec) {
  const Value value = key.get(spec);
  if (key.neutral && value == *key.neutral)
    return {};
  return std::string(key.name).append("=").append(text_of(value)).append("\n");
}

std::string last_lines(const engine::TrainSpec& spec, std::string_view data_checksum) {
  // Folds came later: without them the text is that of old trials.
  const std::string folds = spec.folds > 1 ? fmt::format("folds={}\n", spec.folds) : "";
  return fmt::format("seed={}\nrepeat={}\nfold={}\n{}data={}\nnumerics={}\n", spec.seed,
                     spec.repeat, spec.fold, folds, data_checksum, engine::kNumericsVersion);
}

/// The canonical texts of a block: lines that all of it shares, and between them those of its axes.
class BlockTexts {
 public:
  BlockTexts(const Block& block, const engine::TrainSpec& first) : block_(block) {
    shared_.emplace_back();
    for (const Key* key : identity_keys()) {
      if (const std::optional<std::size_t> axis = axis_of(*key)) {
        varied_.push_back({*axis, lines_of(*key, *axis, first)});
        shared_.emplace_back();
      } else {
        shared_.back() += line_of(*key, first);
      }
    }
  }

  /// All but the last lines of the text at a position of the product.
  void put(std::uint64_t position, std::string& text) {
    steps_.resize(block_.axes.size());
    for (std::size_t a = steps_.size(); a-- > 0;) {
      steps_[a] = position % block_.axes[a].values.size();
      position /= block_.axes[a].values.size();
    }
    text = shared_.front();
    for (std::size_t i = 0; i < varied_.size(); ++i)
      text.append(varied_[i].lines[steps_[varied_[i].axis]]).append(shared_[i + 1]);
  }

 private:
  struct Varied {
    std::size_t axis = 0;
    std::vector<std::string> lines;  ///< One a step.
  };

  [[nodiscard]] std::optional<std::size_t> axis_of(const Key& key) const {
    for (std::size_t a = 0; a < block_.axes.size(); ++a) {
      const std::vector<std::string>& names = block_.axes[a].keys;
      if (std::find(names.begin(), names.end(), key.name) != names.end())
        return a;
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> lines_of(const Key& key, std::size_t axis,
                                                  engine::TrainSpec spec) const {
    const std::vector<std::string>& names = block_.axes[axis].keys;
    const auto k = std::find(names.begin(), names.end(), key.name) - names.begin();
    std::vector<std::string> lines;
    for (const std::vector<std::string>& step : block_.axes[axis].values) {
      static_cast<void>(key.set(spec, step[static_cast<std::size_t>(k)]));  // legal: it was read
      lines.push_back(line_of(key, spec));
    }
    return lines;
  }

  const Block& block_;
  std::vector<std::string> shared_;  ///< Before, between and behind the varied lines.
  std::vector<Varied> varied_;
  std::vector<std::size_t> steps_;
};

bool varies_data(const Block& block) {
  return std::any_of(block.axes.begin(), block.axes.end(), [](const Axis& axis) {
    return std::any_of(axis.keys.begin(), axis.keys.end(),
                       [](const std::string& key) { return key.starts_with("data."); });
  });
}

/// The fingerprints of a part's trials, block by block.
class PartFingerprints {
 public:
  PartFingerprints(const Part& part, std::uint64_t seed, const ChecksumOf& checksum_of)
      : part_(part), seed_(seed), checksum_of_(checksum_of), all_(part.trials()) {}

  /// `first`, `end`: the block's configurations; `before`: the grid positions before it.
  void add(const Block& block, std::uint64_t first, std::uint64_t end, std::uint64_t before) {
    if (first == end)
      return;
    engine::TrainSpec spec = part_.trial(first, seed_);
    BlockTexts texts(block, spec);
    const bool one_source = !varies_data(block);
    std::vector<std::string> last = last_lines_of_runs(spec);
    std::string text;
    for (std::uint64_t c = first; c < end; ++c) {
      if (!one_source)
        last = last_lines_of_runs(part_.trial(c, seed_));
      texts.put((part_.filtered ? part_.kept[c] : c) - before, text);
      const std::size_t shared = text.size();
      for (std::uint64_t run = 0; run < part_.runs(); ++run) {
        text.resize(shared);
        text += last[run];
        all_[run * part_.configurations() + c] = hash_bytes(text);
      }
    }
  }

  [[nodiscard]] std::vector<Fingerprint> all() && { return std::move(all_); }

 private:
  [[nodiscard]] std::vector<std::string> last_lines_of_runs(engine::TrainSpec spec) const {
    const std::string checksum = checksum_of_(spec);
    std::vector<std::string> last;
    for (std::uint64_t run = 0; run < part_.runs(); ++run) {
      const int folds = std::max(part_.folds, 1);
      spec.repeat = static_cast<int>(run) / folds;
      spec.fold = static_cast<int>(run) % folds;
      last.push_back(last_lines(spec, checksum));
    }
    return last;
  }

  const Part& part_;
  std::uint64_t seed_;
  const ChecksumOf& checksum_of_;
  std::vector<Fingerprint> all_;
};

}  // namespace

std::string Fingerprint::hex() const {
  return fmt::format("{:016x}{:016x}", high, low);
}

std::string Fingerprint::brief() const {
  return hex().substr(0, 8);
}

Fingerprint Fingerprint::from_hex(std::string_view hex) {
  Fingerprint result;
  bool legal = hex.size() == 32;
  for (std::size_t i = 0; legal && i < hex.size(); ++i) {
    const int digit = nibble(hex[i]);
    legal = digit >= 0;
    std::uint64_t& half = i < 16 ? result.high : result.low;
    half = half << 4 | static_cast<std::uint64_t>(digit & 15);
  }
  if (!legal) {
    throw InputError(fmt::format("a fingerprint has 32 letters out of 0-9 and a-f, got '{}'",
                                 hex.substr(0, 64)));
  }
  return result;
}

std::string canonical_text(const engine::TrainSpec& spec, std::string_view data_checksum) {
  std::string text;
  for (const Key* key : identity_keys())
    text += line_of(*key, spec);
  return text + last_lines(spec, data_checksum);
}

Fingerprint fingerprint(const engine::TrainSpec& spec, std::string_view data_checksum) {
  return hash_bytes(canonical_text(spec, data_checksum));
}

std::vector<Fingerprint> fingerprints(const Part& part, std::uint64_t seed,
                                      const ChecksumOf& checksum_of) {
  PartFingerprints found(part, seed, checksum_of);
  if (part.trials() == 0)
    return {};
  const std::uint64_t count = part.configurations();
  std::uint64_t before = 0;
  std::uint64_t first = 0;
  for (const Block& block : part.blocks) {
    const std::uint64_t behind = before + block.size();
    std::uint64_t end = std::min(behind, count);
    if (part.filtered) {
      end = static_cast<std::uint64_t>(
          std::lower_bound(part.kept.begin(), part.kept.end(), behind) - part.kept.begin());
    }
    found.add(block, first, end, before);
    first = end;
    before = behind;
  }
  return std::move(found).all();
}

std::uint64_t table_hash(const Fingerprint& fingerprint) {
  static const std::uint64_t kSeed = [] {
    std::random_device device;
    return std::uint64_t{device()} << 32U | device();
  }();
  return XXH3_64bits_withSeed(&fingerprint, sizeof fingerprint, kSeed);
}

Fingerprint hash_bytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace mlpsweep::sweeps

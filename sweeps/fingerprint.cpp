#include "sweeps/fingerprint.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/errors.h"
#include "engine/train.h"
#include "sweeps/keys.h"

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
  for (const Key* key : identity_keys()) {
    const Value value = key->get(spec);
    if (key->neutral && value == *key->neutral)
      continue;
    text.append(key->name).append("=").append(text_of(value)).append("\n");
  }
  // Folds came later: without them the text is that of old trials.
  const std::string folds = spec.folds > 1 ? fmt::format("folds={}\n", spec.folds) : "";
  return text + fmt::format("seed={}\nrepeat={}\nfold={}\n{}data={}\nnumerics={}\n", spec.seed,
                            spec.repeat, spec.fold, folds, data_checksum, engine::kNumericsVersion);
}

Fingerprint fingerprint(const engine::TrainSpec& spec, std::string_view data_checksum) {
  return hash_bytes(canonical_text(spec, data_checksum));
}

Fingerprint hash_bytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace mlpsweep::sweeps

#include "runner/data_copy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <nlohmann/json.hpp>

#include "results/little_endian.h"
#include "runner/version.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::runner {
namespace {

using engine::Dataset;
using nlohmann::json;

constexpr std::string_view kMagic = "mlpsdat1";
constexpr std::size_t kPrefix = 8 + 8 + 16;  // magic, bytes of the head, its checksum
constexpr std::size_t kAlignment = 64;

template <class Bytes>
std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The head, where it is whole and of this version.
std::optional<json> head_of(std::string_view bytes, std::size_t& end) {
  if (bytes.size() < kPrefix || !bytes.starts_with(kMagic)) {
    return std::nullopt;
  }
  const auto size = results::take<std::uint64_t>(bytes, 8);
  if (size > bytes.size() - kPrefix) {
    return std::nullopt;
  }
  end = kPrefix + static_cast<std::size_t>(size);
  const std::string_view packed = bytes.substr(kPrefix, end - kPrefix);
  const sweeps::Fingerprint sum{results::take<std::uint64_t>(bytes, 16),
                                results::take<std::uint64_t>(bytes, 24)};
  if (sweeps::hash_bytes(packed) != sum) {
    return std::nullopt;
  }
  json head = json::from_cbor(packed, false);  // zeros follow it
  return head.at("program") == kProgram ? std::optional(std::move(head)) : std::nullopt;
}

Dataset described_by(const json& head) {
  Dataset data;
  head.at("name").get_to(data.name);
  head.at("height").get_to(data.height);
  head.at("width").get_to(data.width);
  head.at("classes").get_to(data.classes);
  head.at("class_names").get_to(data.class_names);
  head.at("train_rows").get_to(data.train.rows);
  head.at("test_rows").get_to(data.test.rows);
  head.at("checksum").get_to(data.checksum);
  head.at("files").get_to(data.files);
  head.at("notes").get_to(data.notes);
  return data;
}

bool fits(const Dataset& data, std::size_t bytes) {
  const auto most = bytes / std::max<std::size_t>(1, data.inputs());
  return data.height > 0 && data.width > 0 && data.train.rows <= most && data.test.rows <= most;
}

}  // namespace

std::vector<std::string_view> copy_parts(const Dataset& data) {
  return {text_of(data.train.pixels), text_of(data.test.pixels), text_of(data.train.labels),
          text_of(data.test.labels)};
}

std::string copy_head(const Dataset& data, std::string_view choice) {
  json head = {{"program", kProgram},
               {"choice", choice},
               {"name", data.name},
               {"height", data.height},
               {"width", data.width},
               {"classes", data.classes},
               {"class_names", data.class_names},
               {"train_rows", data.train.rows},
               {"test_rows", data.test.rows},
               {"checksum", data.checksum},
               {"files", data.files},
               {"notes", data.notes}};
  for (const std::string_view part : copy_parts(data)) {
    head["parts"].push_back(sweeps::hash_bytes(part).hex());
  }
  std::string packed;
  json::to_cbor(head, packed);
  const std::size_t end = (kPrefix + packed.size() + kAlignment - 1) / kAlignment * kAlignment;
  packed.resize(end - kPrefix, '\0');
  const sweeps::Fingerprint sum = sweeps::hash_bytes(packed);
  std::string bytes(kMagic);
  results::put(bytes, std::uint64_t{packed.size()});
  results::put(bytes, sum.high);
  results::put(bytes, sum.low);
  return bytes + packed;
}

std::optional<Dataset> read_copy(std::string_view bytes, const std::shared_ptr<const void>& owner,
                                 std::string_view checksum, std::string_view choice) try {
  std::size_t at = 0;
  const std::optional<json> head = head_of(bytes, at);
  if (!head || head->at("checksum") != checksum || head->at("choice") != choice) {
    return std::nullopt;
  }
  Dataset data = described_by(*head);
  if (!fits(data, bytes.size())) {
    return std::nullopt;
  }
  const std::array<std::size_t, 4> sizes = {data.train.rows * data.inputs(),
                                            data.test.rows * data.inputs(), data.train.rows,
                                            data.test.rows};
  std::array<std::span<const std::uint8_t>, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = bytes.substr(at, sizes[i]);
    if (part.size() != sizes[i] || sweeps::hash_bytes(part).hex() != head->at("parts").at(i)) {
      return std::nullopt;
    }
    parts[i] = {reinterpret_cast<const std::uint8_t*>(part.data()), part.size()};
    at += part.size();
  }
  data.train.pixels = engine::SharedBytes(owner, parts[0]);
  data.test.pixels = engine::SharedBytes(owner, parts[1]);
  data.train.labels.assign(parts[2].begin(), parts[2].end());
  data.test.labels.assign(parts[3].begin(), parts[3].end());
  return data;
} catch (const json::exception&) {
  return std::nullopt;
}

}  // namespace mlpsweep::runner

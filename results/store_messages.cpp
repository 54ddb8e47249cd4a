#include "results/store_messages.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/cbor.h"

namespace mlpsweep::results {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SweepInfo, name, spec, overrides, metric, minimize, at_best,
                                   swept, planned, provenance)

std::string encode(const SweepInfo& info) {
  std::string bytes;
  nlohmann::json::to_cbor(nlohmann::json(info), bytes);
  return bytes;
}

SweepInfo decode_info(std::string_view payload) {
  constexpr std::string_view kWhat = "what it says of the sweep";
  try {
    return parse_cbor(payload, kWhat, Numbers::kWhole).get<SweepInfo>();
  } catch (const nlohmann::json::exception& error) {
    throw MachineError(fmt::format("{} has a field of another type: {}", kWhat, error.what()));
  }
}

}  // namespace mlpsweep::results

#include "results/run_header.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/cbor.h"

namespace mlpsweep::results {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DataSource, key, name, checksum, train_rows,
                                                test_rows, inputs, classes, files, class_names,
                                                with_twin)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Shard, number, of)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RunHeader, name, file, text, overrides, winners,
                                                shard, planned, data, run, run_part, attempt, rank,
                                                ranks, threads, started, host, processor, isa,
                                                program, libraries)

std::string encode(const RunHeader& header) {
  std::string bytes;
  nlohmann::json::to_cbor(nlohmann::json(header), bytes);
  return bytes;
}

RunHeader decode_header(std::string_view payload) {
  constexpr std::string_view kWhat = "the header of a journal";
  try {
    return parse_cbor(payload, kWhat, Numbers::kWhole).get<RunHeader>();
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("{} has a field of another type: {}", kWhat, error.what()));
  } catch (const MachineError& error) {
    throw InputError(error.what());
  }
}

}  // namespace mlpsweep::results

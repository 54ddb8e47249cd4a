#include "results/run_header.h"

#include <nlohmann/json.hpp>

#include "engine/errors.h"

namespace mlpsweep::results {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DataSource, key, name, checksum, train_rows,
                                                test_rows, inputs, classes, files, class_names,
                                                with_twin)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RunHeader, name, file, text, overrides, winners,
                                                planned, data, attempt, rank, ranks, threads,
                                                started, host, processor, isa, program, libraries)

std::string encode(const RunHeader& header) {
  std::string bytes;
  nlohmann::json::to_cbor(nlohmann::json(header), bytes);
  return bytes;
}

RunHeader decode_header(std::string_view payload) {
  try {
    return nlohmann::json::from_cbor(payload).get<RunHeader>();
  } catch (const nlohmann::json::exception& error) {
    throw MachineError(std::string("the header of a journal can't be read: ") + error.what());
  }
}

}  // namespace mlpsweep::results

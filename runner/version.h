// Which program this is, for provenance.
#pragma once

namespace mlpsweep::runner {

inline constexpr const char* kProgram = "mlpsweep " MLPSWEEP_VERSION;

}  // namespace mlpsweep::runner

#include "engine/errors.h"

namespace mlpsweep {

void check_failed(const char* file, int line, const char* condition, const std::string& what) {
  throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": '" + condition +
                         "' does not hold: " + what);
}

}  // namespace mlpsweep

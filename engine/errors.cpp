#include "engine/errors.h"

#include <new>

namespace mlpsweep {

const char* words_of(const std::exception& error) {
  return dynamic_cast<const std::bad_alloc*>(&error) == nullptr
             ? error.what()
             : "out of memory; free some and run the same command again: all finished trials are "
               "kept";
}

std::string words_of(const std::exception_ptr& caught) {
  try {
    std::rethrow_exception(caught);
  } catch (const std::exception& error) {
    return words_of(error);
  } catch (...) {
    return "an exception of unknown kind";
  }
}

void check_failed(const char* file, int line, const char* condition, const std::string& what) {
  throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": '" + condition +
                         "' does not hold: " + what);
}

}  // namespace mlpsweep

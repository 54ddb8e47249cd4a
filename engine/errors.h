// The three ways in which this program says that it can't go on; who may throw which stands in
// .github/CONTRIBUTING.md, "When it can't".
#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace mlpsweep {

/// The user can mend it: place, what was expected, what was found, what is nearest. Exit code 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The machine failed (disk, library, another process): the path and the library's own words.
/// Exit code 3.
class MachineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What to tell the user of an exception: its own words, or those that std::bad_alloc lacks.
/// Allocates nothing; lives as long as the exception.
[[nodiscard]] const char* words_of(const std::exception& error);
[[nodiscard]] std::string words_of(const std::exception_ptr& caught);

/// Throws std::logic_error with file, line and `what`.
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& what);

}  // namespace mlpsweep

/// Holds unless we are wrong: throws std::logic_error, so that one broken trial takes neither the
/// sweep nor the open results with it. `what` is only evaluated on failure.
#define MLPS_CHECK(condition, what)                                   \
  do {                                                                \
    if (!(condition))                                                 \
      ::mlpsweep::check_failed(__FILE__, __LINE__, #condition, what); \
  } while (false)

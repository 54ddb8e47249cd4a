// Every complaint about one sweep, shown to its user at once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlpsweep::sweeps {

/// Where something stands.
///
/// Units    Lines and columns count from 1, columns in bytes; width in bytes.
struct Place {
  int source = 0;  ///< 0: the sweep's file; i: the i-th override of the command line.
  int line = 1;
  int column = 1;
  int width = 1;

  bool operator==(const Place&) const = default;
};

/// Collects complaints, so that a user mends them in one go.
///
/// Threads  Not safe; one object serves one sweep.
class Diagnostics {
 public:
  /// `file` and `text` name and hold the whole sweep file; its lines are shown under complaints, so
  /// `text` must outlive this object.
  /// `overrides` are the command line's, which complaints can be about as well.
  Diagnostics(std::string file, std::string_view text, std::vector<std::string> overrides = {});

  /// Records a complaint; each note is a line of its own under the caret. The same complaint about
  /// the same place is kept once: several experiments may inherit one fault.
  void report(Place at, std::string message, std::vector<std::string> notes = {});

  /// Records "unknown key 'x' in 'section'", what is allowed there and the nearest of it.
  /// `more` are names that are too many to show but may be the one that was meant.
  void unknown_key(Place at, std::string_view key, std::string_view section,
                   std::span<const std::string_view> allowed,
                   std::span<const std::string_view> more = {});

  /// Records "'key' must be <expected>, got '<got>'". `expected` names type, range and unit, for
  /// example "a number > 0 (per step)"; where it is "one of: ...", the nearest of them is named.
  void bad_value(Place at, std::string_view key, std::string_view expected, std::string_view got,
                 std::vector<std::string> notes = {});

  [[nodiscard]] bool any() const { return !complaints_.empty(); }
  /// Says that some setting could not be read under its name; unknown_key() implies it. Then
  /// nothing can be concluded from a setting that is not there.
  void mark_incomplete() { incomplete_ = true; }
  [[nodiscard]] bool incomplete() const { return incomplete_; }

  /// Errors   InputError with every complaint in the order of the file, then those about the
  /// command
  ///          line; the first 50 in full, the number of the others.
  void throw_if_any();

 private:
  struct Complaint {
    Place at;
    std::string message;
    std::vector<std::string> notes;
  };

  [[nodiscard]] std::string_view line_of(const Place& at) const;
  [[nodiscard]] std::string shown(const Complaint& complaint) const;

  std::string file_;
  std::vector<std::string_view> lines_;
  std::vector<std::string> overrides_;
  std::vector<Complaint> complaints_;
  bool incomplete_ = false;
};

/// 'text' in quotes, for a message: control characters replaced, long ones cut.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace mlpsweep::sweeps

#include "sweeps/diagnostics.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "engine/errors.h"
#include "sweeps/keys.h"
#include "sweeps/setting_text.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::sweeps {
namespace {

constexpr std::size_t kMostComplaints = 50;
constexpr std::size_t kLongestLine = 160;
constexpr std::size_t kContextBefore = 60;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

std::size_t characters_in(std::string_view bytes) {
  return static_cast<std::size_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return !continues_character(c); }));
}

/// Printable, and without line breaks.
std::string on_one_line(std::string_view text) {
  std::string safe = printable(text);
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return c == '\n' || c == '\r'; }, '?');
  return safe;
}

/// The line with carets below it. A tab stays a tab, so that the carets stand right at any tab
/// width; of a long line only the part around the place is shown.
std::string line_with_carets(std::string_view line, std::size_t at, std::size_t width) {
  std::string_view head;
  at = std::min(at, line.size());
  width = std::max<std::size_t>(1, std::min(width, line.size() - at));
  if (line.size() > kLongestLine) {
    std::size_t begin = at > kContextBefore ? at - kContextBefore : 0;
    while (begin > 0 && continues_character(line[begin]))
      --begin;
    if (begin > 0)
      head = "...";
    line = line.substr(begin, kLongestLine);
    at -= begin;
    width = std::min(width, std::max<std::size_t>(1, line.size() - at));
  }
  std::string carets(head.size(), ' ');
  for (const char c : line.substr(0, at)) {
    if (!continues_character(c))
      carets += c == '\t' ? '\t' : ' ';
  }
  carets.append(std::max<std::size_t>(1, characters_in(line.substr(at, width))), '^');
  // Only now: the place may be among the spaces.
  line = line.substr(0, line.find_last_not_of(' ') + 1);
  if (line.empty())
    return "";
  return fmt::format("  {}{}\n  {}\n", head, on_one_line(line), carets);
}

}  // namespace

std::string quote(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  if (text.size() <= kLongest)
    return fmt::format("'{}'", on_one_line(text));
  std::size_t end = kLongest;
  while (end > 0 && continues_character(text[end]))
    --end;
  return fmt::format("'{}...'", on_one_line(text.substr(0, end)));
}

Diagnostics::Diagnostics(std::string file, std::string_view text,
                         std::vector<std::string> overrides)
    : file_(std::move(file)), overrides_(std::move(overrides)) {
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    lines_.push_back(line);
    if (end == text.npos)
      return;
    text.remove_prefix(end + 1);
  }
}

void Diagnostics::report(Place at, std::string message, std::vector<std::string> notes) {
  const bool told = std::any_of(complaints_.begin(), complaints_.end(), [&](const Complaint& one) {
    return one.at == at && one.message == message;
  });
  if (!told)
    complaints_.push_back({at, std::move(message), std::move(notes)});
}

void Diagnostics::unknown_key(Place at, std::string_view key, std::string_view section,
                              std::span<const std::string_view> allowed,
                              std::span<const std::string_view> more) {
  std::vector<std::string> notes = {fmt::format("expected one of: {}", fmt::join(allowed, ", "))};
  incomplete_ = true;
  std::string_view near = nearest(key, allowed);
  if (near.empty())
    near = nearest(key, more);
  // What was meant may be the last part of a dotted name.
  for (std::size_t i = 0; near.empty() && i < more.size(); ++i) {
    const std::string_view leaf = last_part(more[i]);
    if (!nearest(key, std::span(&leaf, 1)).empty())
      near = more[i];
  }
  if (!near.empty())
    notes.push_back(fmt::format("nearest: {}", near));
  const std::string where = section.empty() ? "" : fmt::format(" in '{}'", section);
  report(at, fmt::format("unknown key {}{}", quote(key), where), std::move(notes));
}

void Diagnostics::bad_value(Place at, std::string_view key, std::string_view expected,
                            std::string_view got, std::vector<std::string> notes) {
  constexpr std::string_view kOneOf = "one of: ";
  if (expected.substr(0, kOneOf.size()) == kOneOf) {
    std::vector<std::string_view> words;
    for (std::string_view rest = expected.substr(kOneOf.size()); !rest.empty();) {
      const std::size_t comma = std::min(rest.find(", "), rest.size());
      words.push_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 2, rest.size()));
    }
    const std::string_view near = nearest(got, words);
    if (!near.empty())
      notes.push_back(fmt::format("nearest: {}", near));
  }
  report(at, fmt::format("'{}' must be {}, got {}", key, expected, quote(got)), std::move(notes));
}

std::string_view Diagnostics::line_of(const Place& at) const {
  if (at.source > 0)
    return overrides_[static_cast<std::size_t>(at.source) - 1];
  const auto index = static_cast<std::size_t>(std::max(at.line, 1)) - 1;
  return index < lines_.size() ? lines_[index] : std::string_view();
}

std::string Diagnostics::shown(const Complaint& complaint) const {
  const Place& at = complaint.at;
  const std::string_view line = line_of(at);
  const auto bytes_before =
      std::min(static_cast<std::size_t>(std::max(at.column, 1)) - 1, line.size());
  // Editors count characters, not bytes.
  const std::string where = at.source > 0
                                ? "command line"
                                : fmt::format("{}:{}:{}", file_, at.line,
                                              1 + characters_in(line.substr(0, bytes_before)));
  std::string text = fmt::format("{}: {}\n", where, complaint.message);
  text += line_with_carets(line, bytes_before, static_cast<std::size_t>(std::max(at.width, 1)));
  for (const std::string& note : complaint.notes)
    text += fmt::format("  {}\n", note);
  return text;
}

void Diagnostics::throw_if_any() {
  if (complaints_.empty())
    return;
  const auto order = [](const Complaint& complaint) {
    const Place& at = complaint.at;
    return std::tuple(at.source, at.line, at.column, std::string_view(complaint.message));
  };
  const auto before = [&](const Complaint& a, const Complaint& b) {
    // The file comes first, then the command line: 0 < 1 < 2 ...
    return order(a) < order(b);
  };
  const auto same = [&](const Complaint& a, const Complaint& b) { return order(a) == order(b); };
  std::stable_sort(complaints_.begin(), complaints_.end(), before);
  complaints_.erase(std::unique(complaints_.begin(), complaints_.end(), same), complaints_.end());
  std::string text;
  for (std::size_t i = 0; i < std::min(complaints_.size(), kMostComplaints); ++i) {
    text += shown(complaints_[i]);
  }
  if (complaints_.size() > kMostComplaints) {
    text +=
        fmt::format("{}: {} more faults like these\n", file_, complaints_.size() - kMostComplaints);
  }
  text.pop_back();  // whoever prints it ends the line
  throw InputError(text);
}

}  // namespace mlpsweep::sweeps

#include "sweeps/text_checks.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace mlpsweep::sweeps {
namespace {

bool begins_with(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}

bool is_control(char c) {
  return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 127;
}

/// `character` is well-formed: a control character (of C0, or of C1: U+0080 to U+009F), or one that
/// turns the direction of writing (U+202A to U+202E, U+2066 to U+2069).
bool rules_a_terminal(std::string_view character) {
  const auto last = static_cast<unsigned char>(character.back());
  if (character.size() == 1) {
    return last == '\r' || is_control(character.front());
  }
  const std::string_view head = character.substr(0, character.size() - 1);
  return (head == "\xC2" && last <= 0x9F) || (head == "\xE2\x80" && last >= 0xAA && last <= 0xAE) ||
         (head == "\xE2\x81" && last >= 0xA6 && last <= 0xA9);
}

/// The first byte that no sweep may hold.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text.substr(at));
    // A carriage return alone would end a line for YAML and not for the lines that we show.
    const bool lone_return = text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n');
    if (length == 0 || is_control(text[at]) || lone_return)
      return at;
    at += length;
  }
  return {};
}

Place place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return {0, static_cast<int>(line), static_cast<int>(at - line_begin + 1), 1};
}

}  // namespace

std::size_t character_length(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4)
    return 0;
  const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most)
    return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF)
      return 0;
  }
  return length;
}

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || (rules_a_terminal(character) && !begins_with(text, "\r\n"))) {
      clean += '?';
    } else {
      clean += character;
    }
    text.remove_prefix(character.size());
  }
  return clean;
}

void check_text(std::string_view text, Diagnostics& diagnostics) {
  const std::vector<std::string> wanted = {
      "expected a YAML text in UTF-8, without byte order mark"};
  if (text.size() > kMostBytes) {
    diagnostics.report(
        {}, fmt::format("the file has {} bytes; a sweep has at most {}", text.size(), kMostBytes));
  } else if (begins_with(text, "\xEF\xBB\xBF")) {
    diagnostics.report({}, "the file begins with a byte order mark", wanted);
  } else if (begins_with(text, "\xFF\xFE") || begins_with(text, "\xFE\xFF")) {
    diagnostics.report({}, "the file is UTF-16", wanted);
  } else if (const auto bad = first_bad_byte(text)) {
    diagnostics.report(
        place_of(text, *bad),
        fmt::format("byte 0x{:02x} is no part of a text", static_cast<unsigned char>(text[*bad])),
        wanted);
  }
}

}  // namespace mlpsweep::sweeps

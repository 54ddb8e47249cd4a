#include "sweeps/setting_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace mlpsweep::sweeps {

std::string_view last_part(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

std::string brief_text(const std::vector<Setting>& settings, const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) {
    const auto setting = std::find_if(settings.begin(), settings.end(),
                                      [&](const Setting& one) { return one.key == key; });
    if (setting != settings.end()) {
      text +=
          fmt::format("{}{}={}", text.empty() ? "" : " ", last_part(key), text_of(setting->value));
    }
  }
  return text;
}

std::string brief_text(const std::vector<Setting>& settings, const std::vector<std::string>& keys,
                       const Draw& draw) {
  std::string text = brief_text(settings, keys);
  text += fmt::format("{}repeat={}", text.empty() ? "" : " ", draw.repeat);
  return draw.folds == 0 ? text : text + fmt::format(" fold={}", draw.fold);
}

}  // namespace mlpsweep::sweeps

#include "runner/report_sections.h"

#include <cctype>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/classification.h"
#include "runner/example_images.h"
#include "runner/progress.h"

namespace mlpsweep::runner {
namespace {

constexpr std::size_t kExamplesAClass = 8;
constexpr std::size_t kMistakeRows = 4;
constexpr std::size_t kMistakesARow = 8;

const std::vector<std::string> kPlots = {"loss", "accuracy"};

std::string title_of(const ReportWork& work, std::string_view what, const std::string& settings) {
  return fmt::format("{}: {}{}{}", work.info.name, what, settings.empty() ? "" : ", ", settings);
}

/// Draws, writes, and puts it on the page.
void add_picture(ReportWork& work, const std::string& name, std::string_view text,
                 const results::Drawing& drawing) {
  const std::string file = fmt::format("{}.{}", name, work.format.name);
  results::write_picture(work.folder / file, drawing, work.format);
  work.page.picture(std::string(text), file);
}

/// One configuration's part of the page.
class Section {
 public:
  Section(ReportWork& work, const results::Group& group, std::string settings, std::string name)
      : work_(work), group_(group), settings_(std::move(settings)), name_(std::move(name)) {}

  void write() {
    work_.page.heading(settings_.empty() ? work_.info.name : settings_);
    if (group_.complete.empty()) {
      work_.page.text("Nothing to show: " + results::text_of_left_out({&group_, 1}) + ".");
      return;
    }
    tell_trials();
    curves();
    const results::Record& first = *group_.complete.front();
    if (first.result.confusion.empty()) {
      work_.page.text("There is no test part, so no confusion matrix.");
      return;
    }
    const auto images = images_of(first);
    std::vector<std::string> names = images ? images->names() : std::vector<std::string>();
    if (names.empty()) {
      for (int k = 0; k < first.result.classes; ++k) {
        names.push_back(std::to_string(k));
      }
    }
    matrix(names);
    if (images) {
      examples(*images, first);
    }
  }

 private:
  std::string title(std::string_view what) const { return title_of(work_, what, settings_); }

  void add(std::string_view what, std::string_view text, const results::Drawing& drawing) {
    add_picture(work_, fmt::format("{}-{}", name_, what), text, drawing);
  }

  void tell_trials() {
    std::vector<std::string> trials;
    for (const results::Record* trial : group_.complete) {
      trials.push_back(trial->fingerprint.brief());
    }
    std::string text = fmt::format("Trials: {}.", fmt::join(trials, ", "));
    if (const std::string left_out = results::text_of_left_out({&group_, 1}); !left_out.empty()) {
      text += fmt::format(" Left out: {}.", left_out);
    }
    work_.page.text(text);
  }

  void curves() {
    const std::vector<results::LabelledGroup> groups = {{"", &group_}};
    results::CurvePicture picture;
    picture.panels = results::curve_panels(groups, kPlots);
    if (picture.panels.empty()) {
      return;
    }
    const std::string note = results::note_on_curves(groups);
    picture.caption = {title("loss and accuracy by epoch"),
                       fmt::format("Sweep {}, {}.", work_.info.name, note)};
    add("curves", fmt::format("Loss and accuracy by epoch: {}.", note),
        results::draw_curves(picture));
  }

  void matrix(const std::vector<std::string>& names) {
    results::ConfusionPicture picture;
    picture.counts = results::mean_confusion(group_.complete);
    picture.names = names;
    std::set<std::pair<std::uint64_t, int>> repeats;
    for (const results::Record* trial : group_.complete) {
      repeats.emplace(trial->seed, trial->repeat);
    }
    const std::string of = repeats.size() == 1
                               ? std::string("one repeat")
                               : fmt::format("mean counts over {} repeats", repeats.size());
    picture.caption = {
        title("test part, confusion matrix"),
        fmt::format("Sweep {}, {}, {} test images. Empty squares are 0.", work_.info.name, of,
                    group_.complete.front()->result.predictions.size())};
    if (names.size() > results::kMostCountedClasses) {
      picture.caption.source += " Too many classes for numbers.";
    }
    add("confusion", fmt::format("Confusion matrix of the test part, {}.", of),
        results::draw_confusion(picture));
    const results::Classification report = results::classify(picture.counts, names);
    work_.page.text(
        fmt::format("Precision, recall and f1 of the test part, from the confusion "
                    "matrix above ({}):",
                    of));
    work_.page.code(results::text_of(report));
    for (const std::string& note : report.notes) {
      work_.page.text("Note: " + note + ".");
    }
  }

  /// Nothing where the data can't be had: the rest of the report needs none.
  std::optional<TestImages> images_of(const results::Record& record) {
    if (work_.no_images) {
      return std::nullopt;
    }
    try {
      return TestImages(record, work_.data);
    } catch (const InputError& error) {
      work_.no_images = error.what();
      log_warning(fmt::format("no example images: {}", error.what()));
      return std::nullopt;
    }
  }

  void examples(const TestImages& images, const results::Record& record) {
    const std::string of = fmt::format("Trial {} (repeat {}), in the order of the test part.",
                                       record.fingerprint.brief(), record.repeat);
    results::ExamplesPicture picture = images.examples(kExamplesAClass);
    picture.caption = {title("first test images of each predicted class"),
                       of + " Framed: the true class is another than the predicted one."};
    add("examples", fmt::format("The first test images given each class. {}", of),
        results::draw_examples(picture));
    picture = images.mistakes(kMistakeRows, kMistakesARow);
    if (picture.rows.empty()) {
      work_.page.text("No test image was given a wrong class.");
      return;
    }
    picture.caption = {title("first mistakes"), of};
    add("mistakes", fmt::format("The first test images given a wrong class. {}", of),
        results::draw_examples(picture));
  }

  ReportWork& work_;
  const results::Group& group_;
  std::string settings_;
  std::string name_;
};

}  // namespace

/// The settings that tell a configuration from the others: "learning_rate = 0.05, hidden = 64".
std::string settings_text(const results::KeyNames& names, std::span<const std::string> keys,
                          const results::Combination& values) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    parts.push_back(
        fmt::format("{} = {}", names.heading(keys[k]), sweeps::text_of(values.values[k])));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The same as a file's name: nothing but letters, digits and -_.=, not too long, each only once.
std::string file_name(const std::string& settings, std::set<std::string>& taken) {
  constexpr std::size_t kMost = 80;
  std::string name;
  for (const char letter : settings) {
    const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' ||
                       letter == '=' || letter == '_' || letter == '-';
    if (plain) {
      name += letter;
    } else if (letter == ',') {
      name += '_';
    } else if (letter != ' ') {
      name += '-';
    }
  }
  if (name.empty()) {
    name = "all";
  }
  const std::string begin = name.substr(0, kMost);
  if (name.size() > kMost || taken.contains(name)) {
    name = begin + "-" + sweeps::hash_bytes(settings).hex().substr(0, 8);
  }
  taken.insert(name);
  return name;
}

void write_configuration(ReportWork& work, const results::Group& group,
                         const std::string& settings) {
  Section(work, group, settings, file_name(settings, work.taken)).write();
}

void write_lines(ReportWork& work, std::span<const results::LabelledGroup> groups,
                 const std::string& key, const std::string& settings) {
  results::CurvePicture picture;
  picture.panels = results::curve_panels(groups, kPlots);
  if (picture.panels.empty()) {
    return;
  }
  const std::string what = fmt::format("loss and accuracy by {}", work.names.heading(key));
  const std::string note = results::note_on_curves(groups);
  picture.caption = {title_of(work, what, settings),
                     fmt::format("Sweep {}, {}.", work.info.name, note)};
  const std::string others = settings.empty() ? "" : ", " + settings;
  const std::string name =
      file_name(fmt::format("by-{}{}", work.names.heading(key), others), work.taken);
  add_picture(work, name, fmt::format("{}{}: {}.", what, others, note),
              results::draw_curves(picture));
}

}  // namespace mlpsweep::runner

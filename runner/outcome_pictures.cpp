#include "runner/outcome_pictures.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include <fmt/format.h>

#include "results/classification.h"
#include "results/grouping.h"
#include "results/pictures.h"
#include "results/select.h"
#include "runner/example_images.h"
#include "runner/report_sections.h"
#include "runner/scored_rows.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kExamplesAClass = 8;

/// The figures of one experiment.
class Figures {
 public:
  Figures(const results::StoredResults& stored, const PartGrid& grid,
          const results::PictureFormat& format, const fs::path& folder, engine::DatasetCache& data)
      : experiment_(grid.part.experiment),
        format_(format),
        folder_(folder),
        data_(data),
        keys_(grid.part.swept_keys()),
        names_(stored.records) {
    for (const auto& at : grid.trials) {
      if (at) {
        records_.push_back(&stored.records[*at]);
      }
    }
  }

  void draw(const sweeps::Picture& picture) {
    const auto asked = [&](std::string_view plot) {
      return std::find(picture.plot.begin(), picture.plot.end(), plot) != picture.plot.end();
    };
    std::vector<std::string> curves;
    std::copy_if(picture.plot.begin(), picture.plot.end(), std::back_inserter(curves),
                 results::is_curve_plot);
    if (!curves.empty()) {
      draw_curves(picture, curves);
    }
    const results::Grouping grouping = results::group_trials(records_, keys_, {});
    for (const results::Group& group : grouping.groups) {
      if (group.complete.empty()) {
        continue;
      }
      const std::string settings = settings_text(names_, keys_, grouping.rows[group.row]);
      if (asked("confusion")) {
        draw_confusion(picture, group, settings);
      }
      if (asked("examples")) {
        draw_examples(picture, group, settings);
      }
    }
  }

  [[nodiscard]] std::vector<results::OutcomePicture> take() { return std::move(drawn_); }

 private:
  /// Rows are pictures, columns the lines of one.
  void draw_curves(const sweeps::Picture& picture, const std::vector<std::string>& plots) {
    std::vector<std::string> rows = keys_;
    std::vector<std::string> lines;
    if (!picture.per_configuration) {
      lines = picture.lines.empty() ? keys_ : std::vector<std::string>{picture.lines};
      std::erase_if(rows, [&](const std::string& key) {
        return std::find(lines.begin(), lines.end(), key) != lines.end();
      });
    }
    const results::Grouping grouping = results::group_trials(records_, rows, lines);
    for (std::size_t row = 0; row < grouping.rows.size(); ++row) {
      std::vector<results::LabelledGroup> groups;
      for (std::size_t column = 0; column < grouping.columns.size(); ++column) {
        const results::Group* group = grouping.at(row, column);
        if (group != nullptr && !group->complete.empty()) {
          groups.push_back({settings_text(names_, lines, grouping.columns[column]), group});
        }
      }
      draw_lines(picture, plots, groups, settings_text(names_, rows, grouping.rows[row]));
    }
  }

  void draw_lines(const sweeps::Picture& picture, const std::vector<std::string>& plots,
                  const std::vector<results::LabelledGroup>& groups, const std::string& settings) {
    results::CurvePicture curves;
    curves.panels = results::curve_panels(groups, plots);
    if (curves.panels.empty()) {
      return;
    }
    const std::string what = fmt::format("{}", fmt::join(plots, " and "));
    curves.caption = {title(what + " by epoch", settings), results::note_on_curves(groups)};
    add(what, settings, picture.source, results::draw_curves(curves));
  }

  void draw_confusion(const sweeps::Picture& picture, const results::Group& group,
                      const std::string& settings) {
    if (group.complete.front()->result.confusion.empty()) {
      return;
    }
    results::ConfusionPicture confusion;
    confusion.counts = results::mean_confusion(group.complete);
    confusion.names = data_.get(spec_of(*group.complete.front()).data)->class_names;
    confusion.caption = {
        title("test part, confusion matrix", settings),
        fmt::format("Mean counts over {} trials. Empty squares are 0.", group.complete.size())};
    add("confusion", settings, picture.source, results::draw_confusion(confusion));
  }

  void draw_examples(const sweeps::Picture& picture, const results::Group& group,
                     const std::string& settings) {
    const results::Record& first = *group.complete.front();
    const TestImages images(first, data_);
    results::ExamplesPicture examples = images.examples(kExamplesAClass);
    if (!picture.predicted.empty()) {
      std::erase_if(examples.rows, [&](const results::ExampleRow& row) {
        return std::none_of(row.examples.begin(), row.examples.end(),
                            [&](const results::Example& example) {
                              return std::find(picture.predicted.begin(), picture.predicted.end(),
                                               example.predicted) != picture.predicted.end();
                            });
      });
    }
    if (examples.rows.empty()) {
      return;
    }
    examples.caption = {
        title("first test images of each predicted class", settings),
        fmt::format("Repeat {}, in the order of the test part. Framed: the true class is another.",
                    first.repeat)};
    add("examples", settings, picture.source, results::draw_examples(examples));
  }

  [[nodiscard]] std::string title(const std::string& what, const std::string& settings) const {
    return fmt::format("{}{}{}{}{}", experiment_, experiment_.empty() ? "" : ": ", what,
                       settings.empty() ? "" : ", ", settings);
  }

  void add(const std::string& what, const std::string& settings, const std::string& source,
           const results::Drawing& drawing) {
    const std::string name = file_name(title(what, settings), taken_);
    const std::string file = fmt::format("{}.{}", name, format_.name);
    results::write_picture(folder_ / file, drawing, format_);
    drawn_.push_back({(folder_.filename() / file).string(), title(what, settings), source});
  }

  std::string experiment_;
  const results::PictureFormat& format_;
  const fs::path& folder_;
  engine::DatasetCache& data_;
  std::vector<std::string> keys_;
  results::KeyNames names_;
  std::vector<const results::Record*> records_;
  std::set<std::string> taken_;
  std::vector<results::OutcomePicture> drawn_;
};

}  // namespace

std::vector<results::OutcomePicture> draw_figures(const results::StoredResults& stored,
                                                  const SweepResults& results,
                                                  const results::PictureFormat& format,
                                                  const fs::path& folder,
                                                  engine::DatasetCache& data) {
  std::vector<results::OutcomePicture> all;
  for (const PartGrid& grid : results.parts) {
    if (!grid.part.reading.empty()) {
      continue;
    }
    Figures figures(stored, grid, format, folder, data);
    for (const sweeps::Picture& picture : results.sweep.report.pictures) {
      if (picture.experiment.empty() || picture.experiment == grid.part.experiment) {
        figures.draw(picture);
      }
    }
    for (results::OutcomePicture& drawn : figures.take()) {
      all.push_back(std::move(drawn));
    }
  }
  return all;
}

}  // namespace mlpsweep::runner

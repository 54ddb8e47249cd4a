// The parts of a report's page: each draws its pictures and puts them on the page.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/dataset.h"
#include "results/gnuplot.h"
#include "results/grouping.h"
#include "results/pictures.h"
#include "results/report_page.h"
#include "results/select.h"
#include "results/store.h"

namespace mlpsweep::runner {

/// What one report is made of.
struct ReportWork {
  const results::SweepInfo& info;
  const results::KeyNames& names;
  const results::PictureFormat& format;
  std::filesystem::path folder;
  engine::DatasetCache& data;
  results::ReportPage page;
  std::set<std::string> taken;           ///< Names of files so far.
  std::optional<std::string> no_images;  ///< Why there are no examples; told once.
};

/// "learning_rate = 0.05, hidden = 64"
[[nodiscard]] std::string settings_text(const results::KeyNames& names,
                                        std::span<const std::string> keys,
                                        const results::Combination& values);

/// The same as a file's name: nothing but letters, digits and -_.=, not too long, each only once.
[[nodiscard]] std::string file_name(const std::string& settings, std::set<std::string>& taken);

/// One configuration: curves, confusion matrix, classification report, examples and mistakes.
/// Errors   As results::write_picture.
void write_configuration(ReportWork& work, const results::Group& group,
                         const std::string& settings);

/// Configurations that differ in one key as lines of one picture; `settings` are the others'
/// values. Errors   As results::write_picture.
void write_lines(ReportWork& work, std::span<const results::LabelledGroup> groups,
                 const std::string& key, const std::string& settings);

}  // namespace mlpsweep::runner

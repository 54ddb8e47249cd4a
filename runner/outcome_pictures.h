// The pictures that a spec asks for under `figures`.
#pragma once

#include <filesystem>
#include <vector>

#include "engine/dataset.h"
#include "results/gnuplot.h"
#include "results/outcome_page.h"
#include "results/store.h"
#include "runner/part_results.h"

namespace mlpsweep::runner {

/// Draws them into `folder`, of the judged reading of each experiment, and says what each shows;
/// file names are relative to the folder above it. Experiments without a complete trial have none.
/// Errors   As results::write_picture; the data for examples are not there.
[[nodiscard]] std::vector<results::OutcomePicture> draw_figures(
    const results::StoredResults& stored, const SweepResults& results,
    const results::PictureFormat& format, const std::filesystem::path& folder,
    engine::DatasetCache& data);

}  // namespace mlpsweep::runner

#include "runner/reproduce.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>

#include <fmt/core.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "results/file_io.h"
#include "results/outcome_page.h"
#include "results/page_text.h"
#include "runner/exit_codes.h"
#include "runner/interrupts.h"
#include "runner/load_results.h"
#include "runner/node_copies.h"
#include "runner/outcome_input.h"
#include "runner/outcome_pictures.h"
#include "runner/plan_trials.h"
#include "runner/progress.h"
#include "runner/sweep_data.h"
#include "runner/table_presets.h"
#include "runner/worker.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"
#include "sweeps/rules.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

/// Where nobody told: as wide as a log or a file may be.
constexpr std::size_t kWideEnough = 160;

std::size_t terminal_width() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60;
  return known ? size.ws_col : kWideEnough;
}

/// One spec, checked, and where its sweep goes.
struct Job {
  std::string spec;
  std::vector<std::string> notes;
  RunOptions run;
};

bool is_override(const std::string& word) {
  return word.find('=') != std::string::npos && !fs::exists(word);
}

std::vector<Job> jobs_of(const ReproduceOptions& options) {
  std::vector<std::string> specs;
  std::vector<std::string> overrides;
  for (const std::string& word : options.words) {
    (is_override(word) ? overrides : specs).push_back(word);
  }
  if (specs.empty()) {
    throw InputError("reproduce: no spec is named; expected one or more, then KEY=VALUE");
  }
  std::vector<Job> jobs;
  for (const std::string& spec : specs) {
    Job job{spec, {}, options.run};
    job.run.target = spec;
    job.run.overrides = overrides;
    job.run.tables = false;
    jobs.push_back(std::move(job));
  }
  return jobs;
}

/// Every spec and its data, before the first one is trained.
void check_jobs(std::vector<Job>& jobs, const ReproduceOptions& options,
                engine::DatasetCache& data) {
  for (Job& job : jobs) {
    const sweeps::Sweep sweep = sweeps::read_sweep_file(job.spec, {job.run.overrides, kNoLimit});
    if (sweep.report.expected.empty() && sweep.report.claims.empty()) {
      throw InputError(fmt::format(
          "{}: the spec quotes no report; expected 'expected' or 'claims' (or: mlpsweep run)",
          job.spec));
    }
    job.run.folder = (fs::path(options.folder) / sweep.name).string();
    job.notes = check_parts(sweep, data);
    const std::vector<std::string> warnings = sweeps::warnings(sweep);
    job.notes.insert(job.notes.end(), warnings.begin(), warnings.end());
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (jobs[i].run.folder == jobs[k].run.folder) {
        throw InputError(fmt::format("{} and {} go by one name: they would share {}", jobs[k].spec,
                                     jobs[i].spec, jobs[i].run.folder));
      }
    }
  }
}

/// What the records say of themselves, each thing once: they may come from several machines.
std::string told_by(const std::vector<results::Record>& records,
                    const std::function<std::string(const results::Provenance&)>& tell) {
  std::set<std::string> told;
  for (const results::Record& record : records) {
    told.insert(tell(record.provenance));
  }
  return fmt::format("{}", fmt::join(told, "; "));
}

std::string digest_of(const std::vector<results::Record>& records) {
  results::Digest digest;
  for (const results::Record& record : records) {
    digest.add(record);
  }
  return fmt::format("{} over {} records", digest.hex(), digest.records());
}

/// When the last trial began.
std::string last_start(const std::vector<results::Record>& records) {
  std::string last;
  for (const results::Record& record : records) {
    last = std::max(last, record.provenance.started);
  }
  return last;
}

results::ReportedOutcome reported(const Job& job, double seconds, const fs::path& page,
                                  const results::PictureFormat& format,
                                  engine::DatasetCache& data) {
  const results::StoredResults stored = load_results(job.run.folder);
  const SweepResults results = sweep_results(stored);
  results::ReportedOutcome reported;
  reported.outcome = results::outcome_of(outcome_input(stored, results, data));
  reported.spec = job.spec;
  const std::vector<results::Record> records = planned_records(stored);
  reported.digest = digest_of(records);
  reported.machine = told_by(records, [](const results::Provenance& of) {
    return fmt::format("{}, {}", of.processor, of.isa);
  });
  reported.program = told_by(records, [](const results::Provenance& of) { return of.program; });
  reported.last_begun = last_start(records);
  reported.seconds = seconds;
  reported.notes = job.notes;
  for (const sweeps::Part& part : results.sweep.parts) {
    if (part.trials() == 0) {
      reported.notes.push_back(fmt::format("experiment {} has no trials: {}",
                                           sweeps::title_of(part), sweeps::size_text(part)));
    }
  }
  const fs::path pictures = page / results.sweep.name;
  results::make_folder(pictures);
  reported.tables = preset_tables(stored);
  reported.pictures = draw_figures(stored, results, format, pictures, data);
  return reported;
}

/// Seconds that the run took; 0 where an earlier one had trained some of it.
struct Ran {
  int code = kExitDone;
  double seconds = 0;
};

Ran run_job(const World& world, const Job& job) {
  std::error_code ignored;
  const bool fresh = !fs::exists(job.run.folder, ignored);
  const auto start = std::chrono::steady_clock::now();
  Ran ran;
  ran.code = run(world, job.run);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  ran.seconds = fresh ? taken.count() : 0;
  return ran;
}

/// After each job: what is known is not lost when the next one fails.
void write_pages(const fs::path& folder, const std::vector<results::ReportedOutcome>& all) {
  const results::ReportPage page = results::outcome_page(all);
  results::write_whole(folder / "index.md", results::markdown_of(page));
  results::write_whole(folder / "index.html", results::html_of(page));
}

int print_outcome(const ReproduceOptions& options, const fs::path& folder,
                  const std::vector<results::ReportedOutcome>& all, int code) {
  fmt::print("{}\n", results::text_of(results::outcome_summary(all), terminal_width()));
  fmt::print("{}\n{}\n", (folder / "index.md").string(), (folder / "index.html").string());
  const bool against = std::any_of(all.begin(), all.end(), [](const results::ReportedOutcome& one) {
    return one.outcome.fails_strictly;
  });
  return options.strict && against && code == kExitDone ? kExitVerdict : code;
}

/// Rank 0's part; `left` counts the runs that the other ranks still wait for.
int reproduce_all(const World& world, const ReproduceOptions& options, std::vector<Job>& jobs,
                  std::size_t& left) {
  const results::PictureFormat& format = results::picture_format(options.format);
  results::require_gnuplot();
  engine::DatasetCache data(options.run.data_folder,
                            share_among(world.ranks_here(), world.is_first_here()));
  check_jobs(jobs, options, data);
  const fs::path folder = fs::path(options.folder) / "outcome";
  std::vector<results::ReportedOutcome> all;
  int code = kExitDone;
  for (const Job& job : jobs) {
    if (interrupted()) {  // while the last one's pictures were drawn
      return kExitInterrupted;
    }
    --left;
    const Ran ran = run_job(world, job);
    if (ran.code == kExitInterrupted) {
      return ran.code;
    }
    code = std::max(code, ran.code);
    all.push_back(reported(job, ran.seconds, folder, format, data));
    write_pages(folder, all);
  }
  return print_outcome(options, folder, all, code);
}

}  // namespace

int reproduce(const World& world, const ReproduceOptions& options) {
  std::vector<Job> jobs = jobs_of(options);
  if (world.rank() != 0) {
    for (const Job& job : jobs) {
      run(world, job.run);
    }
    return kExitDone;
  }
  std::size_t left = jobs.size();
  const auto skip_rest = [&] {
    for (; left > 0; --left) {
      skip_run(world);
    }
  };
  try {
    const int code = reproduce_all(world, options, jobs, left);
    skip_rest();
    return code;
  } catch (...) {
    skip_rest();
    throw;
  }
}

}  // namespace mlpsweep::runner

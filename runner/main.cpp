// The program: the command line that it takes. dispatch.cpp has what follows from it.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <exception>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/errors.h"
#include "runner/arguments.h"
#include "runner/dispatch.h"
#include "runner/exit_codes.h"
#include "runner/job.h"
#include "runner/process_memory.h"
#include "runner/version.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {
namespace {

constexpr const char* kPath =
    "A sweep's directory, a results.h5, or a spec that was run into runs/NAME";
constexpr const char* kPaths =
    "Directories of sweeps, results.h5 files, or specs that were run into runs/NAME";

/// A number of seconds. CLI11's own check of a range takes nan for a number in it.
CLI::Validator is_duration() {
  return {[](const std::string& text) {
            double seconds = 0;
            const char* end = text.data() + text.size();
            const auto [read_to, error] = std::from_chars(text.data(), end, seconds);
            const bool good =
                error == std::errc() && read_to == end && std::isfinite(seconds) && seconds >= 0;
            return good ? std::string()
                        : "expected a number of seconds, 0 or more, found '" + text + "'";
          },
          "SECONDS"};
}

void add_ranks(CLI::App& command, Arguments& a) {
  command
      .add_option("--ranks", a.run.ranks,
                  "Start so many ranks on this machine, and start them again when they die")
      ->check(CLI::Range(1, 4096));
}

/// What training takes on the command line, whatever it is for.
void add_training_options(CLI::App& command, Arguments& a) {
  command
      .add_option("--threads", a.run.threads,
                  "Threads of each rank (default: the cores it is given)")
      ->check(CLI::Range(1, 4096));
  command.add_option("--isa", a.isa, "Hold the arithmetic to one instruction set: avx2 or avx512");
  command.add_option("--data", a.run.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
  command
      .add_option("--checkpoint", a.run.checkpoint_seconds,
                  "Seconds of training after which a long trial's state is kept, to go on from; 0: "
                  "after every epoch")
      ->check(is_duration())
      ->capture_default_str();
  command.add_flag("--extend", a.run.extend,
                   "Go on although recorded trials are no longer in the spec");
  command.add_flag("--yes", a.run.yes, "More than a million trials are meant");
}

void add_run(CLI::App& app, Arguments& a) {
  CLI::App* run =
      app.add_subcommand("run", "Start, resume or extend a sweep; alone, or under mpirun or srun");
  run->add_option("spec", a.run.target, "A spec, or the directory of a sweep to go on with")
      ->required();
  run->add_option("settings", a.run.overrides,
                  "KEY=VALUE or KEY=V1,V2 instead of what the spec says");
  run->add_option("-o,--output", a.run.folder, "The sweep's directory (default runs/NAME)");
  run->add_option("--shard", a.run.shard,
                  "I/N: only the I-th of N parts, in OUTPUT/shard-I; `merge` joins the parts");
  add_ranks(*run, a);
  add_training_options(*run, a);
}

void add_reproduce(CLI::App& app, Arguments& a) {
  CLI::App* reproduce = app.add_subcommand(
      "reproduce", "Run specs of reports: published figure, measured figure, verdict");
  reproduce
      ->add_option("specs", a.reproduce.words,
                   "Specs that quote a report; then KEY=VALUE for all of them")
      ->required();
  reproduce->add_option("-o,--output", a.reproduce.folder,
                        "Holds each sweep's directory, and the page in `outcome` (default runs)");
  reproduce->add_option("--format", a.reproduce.format, "Of the pictures: svg, png or pdf");
  reproduce->add_flag("--strict", a.reproduce.strict,
                      "Exit code 4 where a figure or a claim speaks against the report");
  add_ranks(*reproduce, a);
  add_training_options(*reproduce, a);
}

void add_slurm(CLI::App& app, Arguments& a) {
  CLI::App* slurm = app.add_subcommand(
      "slurm", "Print the batch script under which Slurm runs a sweep to its end, or submit it");
  slurm->add_option("spec", a.slurm.spec)->required();
  slurm->add_option("settings", a.slurm.overrides, "KEY=VALUE or KEY=V1,V2");
  slurm->add_option("--nodes", a.slurm.nodes)->required()->check(CLI::Range(1, 100'000));
  slurm->add_option("--time", a.slurm.time, "Of one start, as sbatch takes it: 02:00:00, 1-12")
      ->required();
  slurm->add_option("--partition", a.slurm.partition);
  slurm->add_option("-o,--output", a.slurm.folder, "The sweep's directory (default runs/NAME)");
  slurm->add_flag("--submit", a.slurm.submit, "Hand the script to sbatch");
  slurm
      ->add_option("--ranks-per-node", a.slurm.ranks_per_node,
                   "More than one: each on a NUMA domain of its own")
      ->check(CLI::Range(1, 1024));
  slurm->add_option("--cores", a.slurm.cores, "Of a rank (default: the whole node, exclusively)")
      ->check(CLI::Range(1, 4096));
  slurm
      ->add_option("--shards", a.slurm.shards,
                   "A job array of so many parts; `merge` joins them when they have ended")
      ->check(CLI::Range(2, 100'000));
  slurm->add_option("--launcher", a.slurm.launcher, "srun or mpirun")->capture_default_str();
  slurm->add_option("--mpi", a.slurm.mpi, "srun's --mpi")->capture_default_str();
  slurm
      ->add_option("--notice", a.slurm.notice,
                   "Seconds before the time limit in which running trials are put down")
      ->check(CLI::Range(1, 65'535))
      ->capture_default_str();
  slurm
      ->add_option("--setup", a.slurm.setup,
                   "A line before all else, e.g. \"module load openmpi\"; may be given again")
      ->allow_extra_args(false);
  slurm
      ->add_option(
          "--sbatch", a.slurm.extras,
          "A further option of sbatch, e.g. --sbatch=--account=physics; may be given again")
      ->allow_extra_args(false);
  add_training_options(*slurm, a);
}

void add_merge(CLI::App& app, Arguments& a) {
  CLI::App* merge = app.add_subcommand(
      "merge", "Join the parts of a sweep (run --shard), or sweeps run apart, as one");
  merge->add_option("output", a.merge.folder, "The sweep's directory that they become part of")
      ->required();
  merge->add_option("from", a.merge.from,
                    "Directories of sweeps (default: shard-1, shard-2, ... in it)");
}

void add_prediction(CLI::App& plan, Arguments& a) {
  CLI::Option* time = plan.add_flag(
      "--time", a.plan.time,
      "Train pieces of its trials for a few seconds, and tell the wall time, core-hours and memory "
      "of each way to share the cores between ranks and threads");
  plan.add_option("--limit", a.plan.limit,
                  "Tell whether it fits into this time: 45s, 90min, 2h, 1d12h")
      ->needs(time);
  plan.add_option("--nodes", a.plan.nodes, "Nodes like this machine")
      ->needs(time)
      ->check(CLI::Range(1, 100'000));
  plan.add_option("--calibrate", a.plan.calibration_seconds, "Seconds that the pieces take in all")
      ->needs(time)
      ->check(is_duration())
      ->capture_default_str();
  plan.add_option("--isa", a.isa, "Hold the arithmetic to one instruction set: avx2 or avx512")
      ->needs(time);
  plan.add_option("-o,--output", a.plan.folder,
                  "Keep the prediction in this sweep's directory: the run there is held against it")
      ->needs(time);
}

void add_spec_commands(CLI::App& app, Arguments& a) {
  CLI::App* check = app.add_subcommand("check", "Every fault of a spec at once");
  check->add_option("spec", a.plan.spec)->required();
  check->add_option("settings", a.plan.overrides, "KEY=VALUE or KEY=V1,V2");
  check->add_flag("--yes", a.plan.yes, "More than a million trials are meant");
  CLI::App* plan = app.add_subcommand(
      "plan", "The trials of a spec with parameters, operations and memory; trains nothing");
  plan->add_option("spec", a.plan.spec)->required();
  plan->add_option("settings", a.plan.overrides, "KEY=VALUE or KEY=V1,V2");
  plan->add_option("--data", a.plan.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
  plan->add_flag("--yes", a.plan.yes, "More than a million trials are meant");
  plan->add_option("--cores", a.plan.cores, "Of a node (default: those that are free to use here)")
      ->check(CLI::Range(1, 4096));
  plan->add_option("--checkpoint", a.plan.checkpoint_seconds,
                   "As `run` will be told: which trials write checkpoints, which take memory")
      ->check(is_duration())
      ->capture_default_str();
  add_prediction(*plan, a);
  app.add_subcommand("keys",
                     "Every setting: type, range, default, meaning; and what goes together");
}

void add_table_options(CLI::App& command, Arguments& a) {
  command.add_option("path", a.table.from.paths, kPaths)->required();
  command
      .add_option("--where", a.where,
                  "KEY=VALUE: only these trials; the same key again: of any of these values")
      ->allow_extra_args(false);
  command.add_option("--format", a.table.format, "text, markdown, csv, latex or json");
  command.add_option("--experiment", a.table.from.experiment, "Only this experiment of the spec");
  command.add_option("--reading", a.table.from.reading,
                     "Another reading than the one that is judged, as \"NAME: MEMBER\"");
  // CLI11 takes an optional truth value for a counter, and sets it to 0 before anything is read.
  command.add_flag_callback(
      "--percent", [&a] { a.table.percent = true; }, "Accuracies as per cent");
}

void add_rows(CLI::App& command, Arguments& a) {
  command
      .add_option("--rows", a.table.options.rows,
                  "Keys that make the rows (default: all swept ones)")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_values(CLI::App& command, Arguments& a) {
  command
      .add_option("--values", a.table.options.values,
                  "Figures, e.g. test_accuracy,validation_loss; also the spec's `derived` ones")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_preset(CLI::App& command, Arguments& a) {
  command.add_option("--preset", a.table.preset,
                     "A table that the spec names in its section `tables`; what is typed beside it "
                     "goes before what it says");
  command.add_flag_callback(
      "--no-percent", [&a] { a.table.percent = false; }, "As shares, though the preset says else");
}

void add_compare(CLI::App& app, Arguments& a) {
  CLI::App* compare = app.add_subcommand(
      "compare", "Which configurations differ from one of them: paired tests, Holm's correction");
  add_table_options(*compare, a);
  add_rows(*compare, a);
  compare
      ->add_option("--to", a.to,
                   "KEY=VALUE,...: the reference (default: chosen by the sweep's metric)")
      ->delimiter(',')
      ->allow_extra_args(false);
  compare->add_flag("--best", a.compare.options.best,
                    "The reference is the best by the figure itself: all pairs are the family");
  compare->add_option("--metric", a.compare.options.figure,
                      "The figure to compare (default: test_accuracy, else the sweep's metric)");
  compare->add_flag("--new-images", a.new_images,
                    "Speak of other test images than the shared ones");
  compare->add_flag("--new-splits", a.new_splits,
                    "Speak of other splits (Nadeau and Bengio's correction)");
  compare->add_option("--data", a.compare.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
}

void add_result_commands(CLI::App& app, Arguments& a) {
  CLI::App* table =
      app.add_subcommand("table", "Compare configurations: mean, 95 % interval and n over repeats");
  add_table_options(*table, a);
  add_rows(*table, a);
  table->add_option("--columns", a.table.options.columns, "Keys that make the columns")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_values(*table, a);
  add_preset(*table, a);
  CLI::App* list = app.add_subcommand("list", "One row a trial");
  add_table_options(*list, a);
  add_rows(*list, a);
  add_values(*list, a);
  add_preset(*list, a);
  CLI::App* show = app.add_subcommand("show", "All that is known of one trial");
  show->add_option("path", a.path, kPath)->required();
  show->add_option("trial", a.trial, "The first letters of its fingerprint")->required();
  constexpr const char* kSweep = "A sweep's directory, or a spec that was run into runs/NAME";
  CLI::App* status = app.add_subcommand("status", "How far a sweep has come, also while it runs");
  status->add_option("path", a.status.path, kSweep)->required();
  status->add_flag("--watch", a.status.watch,
                   "Again and again until all trials have ended, from any machine that sees the "
                   "directory; then exit as --exit-code does");
  status->add_flag("--exit-code", a.status.exit_code,
                   "Exit with 0 all ended, 1 some failed, 75 some wait");
  CLI::App* explain = app.add_subcommand("explain", "Why a trial waits, failed or was not run");
  explain->add_option("path", a.path, kSweep)->required();
  explain
      ->add_option("trial", a.trials,
                   "The first letters of its fingerprint, or KEY=VALUE ... of its settings")
      ->required();
  CLI::App* verify = app.add_subcommand("verify", "The digest over all records");
  verify->add_option("path", a.path, kPath)->required();
}

void add_report(CLI::App& app, Arguments& a) {
  CLI::App* report = app.add_subcommand(
      "report", "Curves, confusion matrices, classification reports and examples, as a page");
  report->add_option("path", a.table.from.paths, kPath)->required();
  report->add_flag("--methods", a.methods,
                   "Instead, the paragraph that a paper's methods section needs, from the records "
                   "of one sweep or several");
  report->add_option("--experiment", a.table.from.experiment, "Only this experiment of the spec");
  report->add_option("--reading", a.table.from.reading,
                     "Another reading than the one that is judged, as \"NAME: MEMBER\"");
  report->add_option("-o,--output", a.report.folder,
                     "Where the page and its pictures go (default DIR/report, of one experiment "
                     "DIR/report/NAME)");
  report->add_option("--format", a.table.format,
                     "Of the pictures: svg (default), png or pdf; with --methods: text or latex");
  report->add_option("--where", a.where, "KEY=VALUE: only these configurations")
      ->allow_extra_args(false);
  report->add_option("--data", a.report.data_folder,
                     "Folder of data sets, for the example images (also: MLPSWEEP_DATA)");
  report->add_option("--lines", a.report.lines,
                     "A swept key: its values as lines of one picture as well");
  report->add_flag("--yes", a.report.yes, "Pictures of many configurations are meant");
}

void add_gradcheck(CLI::App& app, Arguments& a) {
  CLI::App* check = app.add_subcommand(
      "gradcheck", "Hold the gradients of every configuration against differences of the loss");
  check->add_option("spec", a.gradcheck.spec)->required();
  check->add_option("settings", a.gradcheck.overrides, "KEY=VALUE or KEY=V1,V2");
  check->add_option("--epsilon", a.gradcheck.epsilon,
                    "Single weights on real examples: the difference's step (default 0.01)");
  check->add_option("--examples", a.gradcheck.examples,
                    "Single weights: rows of the training part (default 1)");
  check->add_option("--weights", a.gradcheck.weights,
                    "Single weights: how many of each kind (default "
                    "input_hidden=2,hidden_output=2,hidden_bias=1,output_bias=1)");
  check->add_option("--format", a.gradcheck.format, "text, markdown, csv, latex or json");
  check->add_option("--data", a.gradcheck.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
}

void add_data(CLI::App& app, Arguments& a) {
  CLI::App* data = app.add_subcommand("data", "Known data sets: list, check or fetch them");
  data->require_subcommand(1);
  const auto add = [&](const char* name, const char* meaning) {
    CLI::App* action = data->add_subcommand(name, meaning);
    action->add_option("set", a.data.sets, "Known sets (default: all)");
    action->callback([&a, name] { a.data_action = name; });
    return action;
  };
  for (CLI::App* looking :
       {add("list", "Where each set is, or how to get it; licences and attributions"),
        add("check", "Hold the sets that are there against the published checksums")}) {
    looking->add_option("--data", a.data.data_folder, "Folder of data sets (also: MLPSWEEP_DATA)");
  }
  CLI::App* fetch = add("fetch", "Bring sets from where they are published");
  fetch->add_option("--to", a.data.to,
                    "Folder of data sets (default: MLPSWEEP_DATA, else ~/.local/share/mlpsweep)");
  fetch->add_option("--mirror", a.data.mirror,
                    "An address or a folder that holds NAME/FILE, instead of the published ones");
  fetch->add_option("--timeout", a.data.silent_seconds, "Seconds without a byte until it gives up")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
}

/// A word that is no command, told with the nearest that is one; CLI11 only says that one is
/// required.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') {
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) {
    return std::nullopt;
  }
  std::string text = "mlpsweep: no command '" + std::string(argv[1]) + "'; expected one of:";
  for (const std::string_view name : names) {
    text.append(" ").append(name);
  }
  const std::string_view near = sweeps::nearest(argv[1], names);
  return near.empty() ? text : text.append("\n  nearest: ").append(near);
}

int main_of(int argc, char** argv) {
  CLI::App app("mlpsweep sweeps multi-layer perceptrons over a grid, on a laptop or a cluster.");
  app.set_version_flag("--version", kProgram);
  app.require_subcommand(1);
  Arguments arguments;
  add_run(app, arguments);
  add_reproduce(app, arguments);
  add_slurm(app, arguments);
  add_merge(app, arguments);
  add_spec_commands(app, arguments);
  add_result_commands(app, arguments);
  add_compare(app, arguments);
  add_report(app, arguments);
  arguments.words.assign(argv + 1, argv + argc);
  arguments.table.command_line = "mlpsweep";
  for (const std::string& word : arguments.words) {
    arguments.table.command_line.append(" ").append(word);
  }
  add_gradcheck(app, arguments);
  add_data(app, arguments);
  if (const auto wrong = unknown_command(app, argc, argv); wrong && !is_extra_rank()) {
    tell(*wrong);
    return kExitBadInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (is_extra_rank()) {
      return kExitBadInput;
    }
    std::ostringstream out;
    std::ostringstream complaint;
    const int code = app.exit(error, out, complaint);
    std::fputs(out.str().c_str(), stdout);
    if (code == 0) {
      return kExitDone;
    }
    std::string words = complaint.str();
    words.erase(words.find_last_not_of('\n') + 1);
    tell(words);
    return kExitBadInput;
  }
  return dispatch(app.get_subcommands().front()->get_name(), arguments);
}

}  // namespace
}  // namespace mlpsweep::runner

int main(int argc, char** argv) {
  mlpsweep::runner::return_freed_memory();
  try {
    return mlpsweep::runner::main_of(argc, argv);
  } catch (const std::exception& error) {  // the command line itself found no memory
    std::fprintf(stderr, "mlpsweep: %s\n", mlpsweep::words_of(error));
    return mlpsweep::runner::kExitMachine;
  }
}

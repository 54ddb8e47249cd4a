#include "runner/slurm_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

const SlurmJob kJob = {"digits", "/opt/mlpsweep", "/home/me/digits.yaml", "/scratch/me/digits"};

SlurmOptions options() {
  SlurmOptions options;
  options.nodes = 4;
  options.time = "02:00:00";
  return options;
}

std::string refusal(const SlurmOptions& options) {
  try {
    static_cast<void>(batch_script(options, kJob));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(BatchScript, AsksForWholeNodesAndOneRankOnEach) {
  const std::string script = batch_script(options(), kJob);
  EXPECT_THAT(script, testing::StartsWith("#!/bin/bash\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --job-name=digits\n#SBATCH --nodes=4\n"
                                "#SBATCH --ntasks-per-node=1\n#SBATCH --exclusive\n"
                                "#SBATCH --time=02:00:00\n#SBATCH --requeue\n"
                                "#SBATCH --open-mode=append\n#SBATCH --signal=B:USR1@90\n"));
  EXPECT_THAT(script, HasSubstr("srun --mpi=pmix --cpu-bind=none \"$program\" run "
                                "'/home/me/digits.yaml' -o \"$folder\" &"));
  EXPECT_THAT(script, Not(HasSubstr("--partition")));
}

TEST(BatchScript, TakesPartOfANodeWhereCoresAreNamed) {
  SlurmOptions part = options();
  part.cores = 8;
  part.partition = "long";
  const std::string script = batch_script(part, kJob);
  EXPECT_THAT(script, HasSubstr("#SBATCH --cpus-per-task=8\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --partition=long\n"));
  EXPECT_THAT(script, HasSubstr("srun --mpi=pmix --cpus-per-task=8 --cpu-bind=none "));
  EXPECT_THAT(script, Not(HasSubstr("--exclusive")));
}

TEST(BatchScript, HoldsSeveralRanksOfANodeToItsNumaDomains) {
  SlurmOptions several = options();
  several.ranks_per_node = 2;
  EXPECT_THAT(batch_script(several, kJob), HasSubstr("srun --mpi=pmix --cpu-bind=rank_ldom "));
  several.launcher = "mpirun";
  EXPECT_THAT(batch_script(several, kJob), HasSubstr("mpirun -n 8 --map-by numa --bind-to numa "));
}

TEST(BatchScript, StartsByMpirunWhereASiteHasNoPmix) {
  SlurmOptions mpirun = options();
  mpirun.launcher = "mpirun";
  EXPECT_THAT(batch_script(mpirun, kJob),
              HasSubstr("mpirun -n 4 --map-by ppr:1:node --bind-to none "));
}

TEST(BatchScript, OfAJobArrayHasPartsThatComeBackOneByOne) {
  SlurmOptions array = options();
  array.shards = 8;
  const std::string script = batch_script(array, kJob);
  EXPECT_THAT(script, HasSubstr("#SBATCH --array=1-8\n"));
  EXPECT_THAT(script, HasSubstr("-o \"$folder\" --shard \"$SLURM_ARRAY_TASK_ID/8\" &"));
  EXPECT_THAT(script, HasSubstr("\npart=$folder/shard-$SLURM_ARRAY_TASK_ID\n"));
  EXPECT_THAT(script, HasSubstr("\njob=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\n"));
}

TEST(BatchScript, QuotesWhatBashWouldReadAnotherWay) {
  SlurmOptions odd = options();
  odd.overrides = {"hidden=32,64", "data.set=$(reboot)"};
  odd.words = {"--data", "/data of mine"};
  SlurmJob job = kJob;
  job.spec = "/home/me/it's.yaml";
  EXPECT_THAT(batch_script(odd, job),
              HasSubstr(R"(run '/home/me/it'\''s.yaml' 'hidden=32,64' 'data.set=$(reboot)' )"
                        R"(-o "$folder" '--data' '/data of mine' &)"));
}

TEST(BatchScript, HasASitesOwnLines) {
  SlurmOptions site = options();
  site.setup = {"module purge", "module load openmpi"};
  site.extras = {"--account=physics"};
  const std::string script = batch_script(site, kJob);
  EXPECT_THAT(script, HasSubstr("#SBATCH --account=physics\n"));
  EXPECT_THAT(script, HasSubstr("\nmodule purge\nmodule load openmpi\n\nprogram="));
}

TEST(BatchScript, TakesTheTimesThatSbatchTakes) {
  for (const char* time : {"90", "90:00", "1:30:00", "2-0", "2-12:30", "2-12:30:00"}) {
    SlurmOptions timed = options();
    timed.time = time;
    EXPECT_EQ(refusal(timed), "") << time;
  }
  for (const char* time : {"", "two hours", "2h", "1:2:3:4", ":30", "30:", "1-2-3", "1:30-2", "-3",
                           "1::2", "1:30\n#SBATCH --nodes=900"}) {
    SlurmOptions timed = options();
    timed.time = time;
    EXPECT_THAT(refusal(timed), HasSubstr("--time: expected minutes, H:MM:SS or D-HH")) << time;
  }
}

TEST(BatchScript, RefusesWhatSbatchWouldNotTake) {
  SlurmOptions bad = options();
  bad.launcher = "mpirum";
  EXPECT_EQ(refusal(bad), "--launcher: expected srun or mpirun, found 'mpirum'; nearest: mpirun");
  bad = options();
  bad.extras = {"account=physics"};
  EXPECT_THAT(refusal(bad), HasSubstr("expected an option of sbatch, as in "
                                      "--sbatch=--account=physics, found 'account=physics'"));
  bad.extras = {"--account=physics\nrm -r ~"};
  EXPECT_EQ(refusal(bad), "--sbatch: expected one line, found several");
  bad = options();
  bad.partition = "a\nb";
  EXPECT_EQ(refusal(bad), "--partition: expected one line, found several");
}

}  // namespace
}  // namespace mlpsweep::runner

#include "runner/job.h"

#include <cstdlib>
#include <map>
#include <string>

#include <gtest/gtest.h>

namespace mlpsweep::runner {
namespace {

/// Every variable that a job is known by; those not given are absent.
class Environment {
 public:
  explicit Environment(const std::map<std::string, std::string>& given) {
    for (const char* name : {"SLURM_JOB_ID", "SLURM_CLUSTER_NAME", "SLURM_RESTART_COUNT", kRunVariable,
                             kPartVariable, "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
      ::unsetenv(name);
    }
    for (const auto& [name, value] : given) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
};

std::string told(const std::map<std::string, std::string>& given) {
  const Environment environment(given);
  const RunIdentity identity = run_identity();
  return identity.run + " " + std::to_string(identity.part);
}

TEST(RunIdentity, IsNamelessWithoutALauncherAndSlurm) { EXPECT_EQ(told({}), " 0"); }

TEST(RunIdentity, IsTheLaunchersWithAPartForEachStart) {
  EXPECT_EQ(told({{kRunVariable, "a"}, {kPartVariable, "2"}}), "a 2");
}

TEST(RunIdentity, OfASlurmJobOutlivesItsRequeuesAndCountsTheLaunchersStartsWithinEach) {
  const std::string job = "slurm-c-17 ";
  EXPECT_EQ(told({{"SLURM_JOB_ID", "17"}, {"SLURM_CLUSTER_NAME", "c"}}), job + "0");
  const std::map<std::string, std::string> requeued = {{"SLURM_JOB_ID", "17"},
                                                       {"SLURM_CLUSTER_NAME", "c"},
                                                       {"SLURM_RESTART_COUNT", "2"},
                                                       {kRunVariable, "another in each restart"},
                                                       {kPartVariable, "3"}};
  EXPECT_EQ(told(requeued), job + "2003");
}

TEST(ExtraRank, IsAnyButTheFirstOfWhicheverLauncherSaysSo) {
  const auto extra = [](const std::map<std::string, std::string>& given) {
    const Environment environment(given);
    return is_extra_rank();
  };
  EXPECT_FALSE(extra({}));
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    EXPECT_FALSE(extra({{name, "0"}})) << name;
    EXPECT_TRUE(extra({{name, "12"}})) << name;
  }
}

}  // namespace
}  // namespace mlpsweep::runner

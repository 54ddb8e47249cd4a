#include "results/process_state.h"

#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>

#include "results/file_io.h"

namespace mlpsweep::results {

ProcessState state_of(int process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(in, line);
  // The second field, a name in brackets, may have anything in it.
  const std::size_t name_end = line.rfind(')');
  ProcessState found;
  if (name_end != std::string::npos) {
    std::istringstream rest(line.substr(name_end + 1));
    rest >> found.state >> found.parent;
    std::string between;
    for (int field = 5; field < 22; ++field) {
      rest >> between;
    }
    rest >> found.start;
  }
  return found;
}

std::vector<int> all_processes() {
  std::vector<int> found;
  int unlisted = 0;
  for (const std::string& name : names_in("/proc", unlisted)) {
    if (name.find_first_not_of("0123456789") == std::string::npos) {
      found.push_back(std::stoi(name));
    }
  }
  return found;
}

}  // namespace mlpsweep::results

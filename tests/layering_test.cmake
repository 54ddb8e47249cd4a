# Fails if an #include points against the one direction the folders depend in:
#   runner -> results -> sweeps -> engine
# Run by CTest as: cmake -DROOT=<source dir> -P tests/layering_test.cmake
# forbid(folder pattern [files that may]) looks at every #include of the folder.
function(forbid folder pattern)
  file(GLOB_RECURSE sources ${ROOT}/${folder}/*.h ${ROOT}/${folder}/*.cpp)
  foreach(source IN LISTS sources)
    if(ARGC GREATER 2 AND source MATCHES "${ARGN}")
      continue()
    endif()
    file(STRINGS ${source} includes REGEX "^ *#include *[<\"](${pattern})")
    foreach(include IN LISTS includes)
      message(SEND_ERROR "${source}: ${folder}/ must not have: ${include}")
    endforeach()
  endforeach()
endfunction()

forbid(engine  "sweeps/|results/|runner/|yaml-cpp/|hdf5|mpi|CLI/|spdlog/")
forbid(engine  "tbb/|oneapi/" "engine/parallel\\.cpp$")
forbid(engine  "dnnl|oneapi/dnnl|omp\\.h" "engine/gemm\\.cpp$")
forbid(engine  "archive\\.h>|archive_entry" "engine/archive\\.cpp$")
forbid(sweeps  "results/|runner/|hdf5|mpi|CLI/|spdlog/|tbb/|oneapi/|dnnl|archive")
forbid(sweeps  "yaml-cpp/" "sweeps/read_sweep\\.cpp$")
forbid(results "runner/|mpi|yaml-cpp/|CLI/|spdlog/|tbb/|oneapi/|dnnl|archive")
forbid(results "hdf5(_hl)?\\.h" "results/hdf5_file\\.cpp$")
forbid(runner  "hdf5|yaml-cpp/|tbb/|oneapi/|dnnl|archive")
forbid(runner  "mpi\\.h" "runner/mpi_link\\.cpp$")
forbid(runner  "CLI/" "runner/main\\.cpp$")
forbid(runner  "spdlog/" "runner/progress\\.cpp$")

# Fails if a copy of the hot loops defines a function that another copy, or the rest of the program,
# may define as well: the linker would keep one of them, whatever instruction set it was made for.
# So does a copy for AVX-512 without its registers: a later -march on its command line would hide the
# whole gain, and no result would tell.
# Run by CTest as: cmake -DNM=<nm> -DCOPY=<avx2|...> "-DOBJECT=<object file>" -P kernels_test.cmake
execute_process(COMMAND ${NM} --demangle --defined-only ${OBJECT} OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${NM} cannot read ${OBJECT}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${symbols}")
set(own 0)
foreach(line IN LISTS lines)
  # W, V, u, T, B, D: what other object files see. Lower case is private to this one.
  if(line MATCHES "^[0-9a-f]+ [WVuTBDR] ")
    if(line MATCHES "mlpsweep::engine::${COPY}::")
      math(EXPR own "${own} + 1")
    else()
      message(SEND_ERROR "the ${COPY} copy of the hot loops defines: ${line}")
    endif()
  endif()
endforeach()
if(own EQUAL 0)
  message(SEND_ERROR "${OBJECT} defines nothing in namespace ${COPY}: the wrong file?")
endif()
if(COPY STREQUAL avx512)
  execute_process(COMMAND ${OBJDUMP} --disassemble ${OBJECT} OUTPUT_VARIABLE code RESULT_VARIABLE failed)
  if(failed OR NOT code MATCHES "%zmm")
    message(SEND_ERROR "the avx512 copy uses no AVX-512 register: was a -march put behind its own?")
  endif()
endif()

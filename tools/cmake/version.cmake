# Where a build comes from, written into every result.
execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} describe --always --dirty --abbrev=12
                OUTPUT_VARIABLE DICKEJUMP_GIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT DICKEJUMP_GIT)
  set(DICKEJUMP_GIT unknown)
endif()
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
string(STRIP "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${build_type}} -ffp-contract=off -fno-math-errno" DICKEJUMP_FLAGS)
configure_file(${PROJECT_SOURCE_DIR}/tools/cmake/build_info.hpp.in ${PROJECT_BINARY_DIR}/generated/study/build_info.hpp @ONLY)

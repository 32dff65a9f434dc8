# Installs the build into an empty prefix and builds and runs a user's project against it.
# cmake -DBUILD=<build folder> -DCONFIG=.. -DCXX=.. -DCXX_FLAGS=.. -DGENERATOR=.. -P install_and_use.cmake
set(work "${BUILD}/tests/package")
file(REMOVE_RECURSE "${work}/prefix" "${work}/consumer")

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
endfunction()

run("${CMAKE_COMMAND}" --install "${BUILD}" --config "${CONFIG}" --prefix "${work}/prefix")
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${work}/consumer" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${work}/prefix" "-DCMAKE_BUILD_TYPE=${CONFIG}" "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
run("${CMAKE_COMMAND}" --build "${work}/consumer" --config "${CONFIG}")

# What is exported must not know where it was built.
file(GLOB package "${work}/prefix/lib*/cmake/dickejump/*.cmake" "${work}/prefix/lib*/*/cmake/dickejump/*.cmake")
foreach(file IN LISTS package)
  file(READ "${file}" text)
  string(FIND "${text}" "${BUILD}" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${file} names the build folder")
  endif()
  string(FIND "${text}" "-Wall" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${file} exports warnings")
  endif()
endforeach()

run("${work}/consumer/consumer")
message(STATUS "${output}")
if(NOT output MATCHES "^delta w / gamma = 0\\.[0-9]+ \\+- 0\\.[0-9]+, bound 0\\.[0-9]+\n$")
  message(FATAL_ERROR "not a sensitivity")
endif()
if(EXISTS "${work}/prefix/bin/dickejump")
  run("${work}/prefix/bin/dickejump" exact steady --atoms 100 --pump 1 --json)
  if(NOT output MATCHES "\"jz_variance\":850")
    message(FATAL_ERROR "the installed program says ${output}")
  endif()
endif()

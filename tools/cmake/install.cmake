# What `cmake --install` puts where, `cmake --build .. --target uninstall` takes away again, and `cpack -G DEB` packs:
# the components program, development and python are the packages dickejump, libdickejump-dev and python3-dickejump.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dickejump)

get_target_property(library_type dickejump TYPE)
# A shared library goes with the program that needs it.
install(TARGETS dickejump EXPORT dickejump-targets
        LIBRARY COMPONENT program NAMELINK_COMPONENT development
        ARCHIVE COMPONENT development)
install(DIRECTORY include/dickejump TYPE INCLUDE COMPONENT development)
install(EXPORT dickejump-targets NAMESPACE dickejump:: DESTINATION ${package_dir} COMPONENT development)
configure_package_config_file(tools/cmake/dickejump-config.cmake.in dickejump-config.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(dickejump-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dickejump-config.cmake ${PROJECT_BINARY_DIR}/dickejump-config-version.cmake
        DESTINATION ${package_dir} COMPONENT development)

# Every package says what is new and whose it is.
set(package_documents CHANGELOG.md LICENSE tools/cmake/copyright)
list(TRANSFORM package_documents PREPEND ${PROJECT_SOURCE_DIR}/)
install(FILES ${package_documents} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libdickejump-dev COMPONENT development)

# For builds without CMake. A static library does not know what it needs; a shared one does.
set(needed "-lhwy -lhdf5_serial_hl -lhdf5_serial")
if(DICKEJUMP_EXECUTOR STREQUAL "tbb")
  string(APPEND needed " -ltbb")
else()
  string(APPEND needed " -pthread")
endif()
set(DICKEJUMP_PC_LIBS "")
if(library_type STREQUAL "STATIC_LIBRARY")
  set(DICKEJUMP_PC_LIBS " ${needed}")
endif()
file(RELATIVE_PATH DICKEJUMP_PC_UP /${CMAKE_INSTALL_LIBDIR} /)
configure_file(tools/cmake/dickejump.pc.in dickejump.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dickejump.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

if(TARGET dickejump_program)
  # The program finds a shared library beside it, wherever the tree is put.
  if(library_type STREQUAL "SHARED_LIBRARY")
    file(RELATIVE_PATH to_library ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
    set_target_properties(dickejump_program PROPERTIES INSTALL_RPATH "$ORIGIN/${to_library}")
  endif()
  install(TARGETS dickejump_program RUNTIME COMPONENT program)
  install(FILES ${PROJECT_BINARY_DIR}/pages/dickejump.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${PROJECT_BINARY_DIR}/pages/dickejump
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
  install(FILES ${PROJECT_BINARY_DIR}/pages/_dickejump
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT program)
  install(FILES ${package_documents} DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
endif()

if(TARGET dickejump_python)
  install(FILES ${package_documents} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/python3-dickejump COMPONENT python)
endif()

if(PROJECT_IS_TOP_LEVEL)
  add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
                              -P ${PROJECT_SOURCE_DIR}/tools/cmake/uninstall.cmake VERBATIM)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dickejump)
# Who answers for a package is who makes it: as Debian's tools have it, else as git does.
set(DICKEJUMP_PACKAGE_CONTACT "" CACHE STRING "Maintainer of the packages, NAME <EMAIL> (default: DEBFULLNAME and DEBEMAIL, or git's)")
set(packager "${DICKEJUMP_PACKAGE_CONTACT}")
if(NOT packager AND DEFINED ENV{DEBFULLNAME} AND DEFINED ENV{DEBEMAIL})
  set(packager "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
endif()
if(NOT packager)
  foreach(what IN ITEMS name email)
    execute_process(COMMAND git config user.${what} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                    OUTPUT_VARIABLE git_${what} OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endforeach()
  if(git_name AND git_email)
    set(packager "${git_name} <${git_email}>")
  endif()
endif()
if(NOT packager)
  cmake_host_system_information(RESULT host QUERY FQDN)
  set(packager "root <root@${host}>")
endif()
set(CPACK_PACKAGE_CONTACT "${packager}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/tools/cmake/debian.cmake)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENTS_ALL development)
if(TARGET dickejump_program)
  list(APPEND CPACK_COMPONENTS_ALL program)
endif()
if(TARGET dickejump_python)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME dickejump)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION
    "This package has the command-line program.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libdickejump-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libeigen3-dev, libhwy-dev, libhdf5-dev, libtbb-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
    "This package has headers, library, CMake package and pkg-config file.")
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-dickejump)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3, python3-numpy")
set(CPACK_DEBIAN_PYTHON_DESCRIPTION
    "This package has the Python package.")
if(library_type STREQUAL "SHARED_LIBRARY")
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", dickejump (= ${PROJECT_VERSION})")
  string(APPEND CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS ", dickejump (= ${PROJECT_VERSION})")
endif()
include(CPack)

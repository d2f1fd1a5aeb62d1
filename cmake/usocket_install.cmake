# SPDX-License-Identifier: MIT

# The installed package: libraries, headers, find_package(usocket) and pkg-config.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(usocket_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/usocket)

install(
    TARGETS usocket usocket_server
    EXPORT usocket_targets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT usocket_runtime
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT usocket_runtime NAMELINK_COMPONENT usocket_development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT usocket_development
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
)
install(
    DIRECTORY ${usocket_include_dir}/ ${usocket_platform_include_dir}/
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    COMPONENT usocket_development
    FILES_MATCHING PATTERN "*.hpp"
)
install(
    EXPORT usocket_targets
    NAMESPACE usocket::
    FILE usocket_targets.cmake
    DESTINATION ${usocket_cmake_dir}
    COMPONENT usocket_development
)

configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/usocket-config.cmake.in ${PROJECT_BINARY_DIR}/package/usocket-config.cmake
    INSTALL_DESTINATION ${usocket_cmake_dir}
)
# Before 1.0 a minor version may break its users.
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/package/usocket-config-version.cmake COMPATIBILITY SameMinorVersion
)
install(
    FILES ${PROJECT_BINARY_DIR}/package/usocket-config.cmake ${PROJECT_BINARY_DIR}/package/usocket-config-version.cmake
    DESTINATION ${usocket_cmake_dir}
    COMPONENT usocket_development
)

# A static library's users link what it needs themselves; pkg-config --static says so for a shared one.
set(usocket_needed_libs ${CMAKE_THREAD_LIBS_INIT})
if(usocket_has_io_uring)
    list(APPEND usocket_needed_libs -luring)
endif()
list(JOIN usocket_needed_libs " " usocket_needed_libs)
if(BUILD_SHARED_LIBS)
    set(usocket_pc_libs "")
    set(usocket_pc_libs_private "${usocket_needed_libs}")
else()
    set(usocket_pc_libs "${usocket_needed_libs}")
    set(usocket_pc_libs_private "")
endif()
file(RELATIVE_PATH usocket_pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
foreach(name usocket usocket-server)
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/package/${name}.pc @ONLY)
endforeach()
install(
    FILES ${PROJECT_BINARY_DIR}/package/usocket.pc ${PROJECT_BINARY_DIR}/package/usocket-server.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT usocket_development
)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT usocket_development)

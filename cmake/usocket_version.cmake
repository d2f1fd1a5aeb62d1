# SPDX-License-Identifier: MIT

# Reads the version from the one place that states it, include/usocket/version.hpp.
function(usocket_read_version result)
    set(header ${CMAKE_CURRENT_SOURCE_DIR}/include/usocket/version.hpp)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
    file(STRINGS ${header} line REGEX " version = \"[0-9]+\\.[0-9]+\\.[0-9]+\"")
    if(NOT line MATCHES "\"([0-9]+\\.[0-9]+\\.[0-9]+)\"")
        message(FATAL_ERROR "${header} states no version")
    endif()
    set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

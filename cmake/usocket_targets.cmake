# SPDX-License-Identifier: MIT

find_package(Threads REQUIRED)

# The folder with the public headers that differ by system.
if(usocket_platform MATCHES "^(windows|unsupported)$")
    set(usocket_platform_name ${usocket_platform})
else()
    set(usocket_platform_name posix)
endif()
set(usocket_include_dir ${PROJECT_SOURCE_DIR}/include)
set(usocket_platform_include_dir ${PROJECT_SOURCE_DIR}/src/platform/${usocket_platform_name}/include)

# The warnings every file of this project compiles without.
function(usocket_set_warnings target)
    target_compile_options(
        ${target}
        PRIVATE
            $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall
            -Wextra
            -Wpedantic
            -Wconversion
            -Wsign-conversion
            -Wshadow
            -Wold-style-cast
            -Wnon-virtual-dtor>
    )
    if(USOCKET_WARNINGS_AS_ERRORS)
        target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Werror>)
    endif()
endfunction()

# What the public headers ask of any target that includes them.
function(usocket_use_public_headers target scope)
    target_compile_features(${target} ${scope} cxx_std_20)
    target_include_directories(
        ${target}
        ${scope}
        $<BUILD_INTERFACE:${usocket_include_dir}>
        $<BUILD_INTERFACE:${usocket_platform_include_dir}>
        $<INSTALL_INTERFACE:include>
    )
endfunction()

# Compiles `target` as a part of the library: hidden visibility, private headers written from src/.
function(usocket_compile_as_library target)
    usocket_use_public_headers(${target} PUBLIC)
    usocket_set_warnings(${target})
    # For the library alone: in optimised programs g++ 12 suspects the standard library's own code.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wnull-dereference>)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} PRIVATE Threads::Threads)
    set_target_properties(
        ${target}
        PROPERTIES CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON LINKER_LANGUAGE CXX
    )
    if(BUILD_SHARED_LIBS)
        set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    endif()
endfunction()

# Compiles `target` as a program of this project that uses the library as its users do.
function(usocket_compile_as_program target)
    usocket_set_warnings(${target})
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    target_link_libraries(${target} PRIVATE usocket::usocket Threads::Threads)
endfunction()

# SPDX-License-Identifier: MIT

# Sanitizers and coverage apply to everything in the build, tests included.
if(USOCKET_SANITIZE)
    list(JOIN USOCKET_SANITIZE "," sanitizers)
    add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizers})
    if("address" IN_LIST USOCKET_SANITIZE)
        add_compile_options(-fsanitize-address-use-after-scope)
    endif()
endif()

if(USOCKET_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()

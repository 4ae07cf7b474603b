# The other libraries, as targets that keep what they load at start-up small.

# spdlog and fmt compiled in: their shared libraries would be loaded, and bring
# the shared libstdc++ along, at each start of jitrun.
find_package(spdlog REQUIRED)
add_library(jitrunSpdlog INTERFACE)
target_link_libraries(jitrunSpdlog INTERFACE Threads::Threads)
target_compile_definitions(jitrunSpdlog INTERFACE
  SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY=1)
get_target_property(JitrunSpdlogInclude spdlog::spdlog_header_only
                    INTERFACE_INCLUDE_DIRECTORIES)
target_include_directories(jitrunSpdlog SYSTEM INTERFACE ${JitrunSpdlogInclude})

find_path(JitrunFfiInclude ffi.h REQUIRED)
find_library(JitrunFfiLibrary NAMES libffi.a REQUIRED)
add_library(jitrunFfi INTERFACE)
target_include_directories(jitrunFfi SYSTEM INTERFACE ${JitrunFfiInclude})
target_link_libraries(jitrunFfi INTERFACE ${JitrunFfiLibrary})

find_path(JitrunCliInclude CLI/CLI.hpp REQUIRED)
add_library(jitrunCLI11 INTERFACE)
target_include_directories(jitrunCLI11 SYSTEM INTERFACE ${JitrunCliInclude})

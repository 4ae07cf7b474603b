# Rooms: the static libraries of lib/, and who may use whom.
#
#   jitrun_add_library(Sema ${Sources} DEPENDS Syntax TypedAST LLVM support)
#
# makes the library jitrunSema (alias jitrun::Sema). DEPENDS names rooms and is
# checked against cmake/Rooms.txt; LLVM names LLVM components. A room without
# sources makes no library, and those above it do without.

set(JITRUN_ROOMS_FILE ${PROJECT_SOURCE_DIR}/cmake/Rooms.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${JITRUN_ROOMS_FILE})

# Sets JITRUN_ROOMS, and for each room JITRUN_REACH_<Room>: all that it may use.
macro(jitrun_read_rooms)
  file(STRINGS ${JITRUN_ROOMS_FILE} _Lines REGEX "^[A-Za-z]")
  set(JITRUN_ROOMS)
  foreach(_Line IN LISTS _Lines)
    string(REPLACE "|" ";" _Columns "${_Line}")
    list(GET _Columns 0 _Room)
    list(GET _Columns 1 _Edges)
    string(STRIP "${_Room}" _Room)
    string(REGEX MATCHALL "[A-Za-z]+" _Edges "${_Edges}")
    set(JITRUN_REACH_${_Room})
    foreach(_Edge IN LISTS _Edges)
      if(NOT _Edge IN_LIST JITRUN_ROOMS)
        message(FATAL_ERROR
          "cmake/Rooms.txt: '${_Room}' names '${_Edge}', which is not above it in the table")
      endif()
      list(APPEND JITRUN_REACH_${_Room} ${_Edge} ${JITRUN_REACH_${_Edge}})
    endforeach()
    list(REMOVE_DUPLICATES JITRUN_REACH_${_Room})
    list(APPEND JITRUN_ROOMS ${_Room})
  endforeach()
endmacro()
jitrun_read_rooms()

function(jitrun_add_library Room)
  cmake_parse_arguments(PARSE_ARGV 1 Arg "" "" "DEPENDS;LLVM;LIBRARIES")
  if(NOT Room IN_LIST JITRUN_ROOMS)
    message(FATAL_ERROR "room '${Room}' is not in cmake/Rooms.txt")
  endif()
  foreach(Dep IN LISTS Arg_DEPENDS)
    if(NOT Dep IN_LIST JITRUN_REACH_${Room})
      message(FATAL_ERROR
        "room '${Room}' may not depend on '${Dep}' (cmake/Rooms.txt)")
    endif()
  endforeach()
  if(NOT Arg_UNPARSED_ARGUMENTS)
    return()
  endif()

  set(Target jitrun${Room})
  add_library(${Target} STATIC ${Arg_UNPARSED_ARGUMENTS})
  add_library(jitrun::${Room} ALIAS ${Target})
  target_include_directories(${Target} PUBLIC
    ${PROJECT_SOURCE_DIR}/lib ${PROJECT_SOURCE_DIR}/include)
  foreach(Dep IN LISTS Arg_DEPENDS)
    # A room that is still empty has no library.
    target_link_libraries(${Target} PUBLIC $<TARGET_NAME_IF_EXISTS:jitrun${Dep}>)
  endforeach()
  if(Arg_LLVM)
    set_property(GLOBAL APPEND PROPERTY JITRUN_LLVM_COMPONENTS ${Arg_LLVM})
    target_link_libraries(${Target} PUBLIC jitrunLLVM)
  endif()
  target_link_libraries(${Target} PUBLIC ${Arg_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY JITRUN_BUILT_ROOMS ${Room})
endfunction()

# jitrun_add_executable(name sources... [STATIC_LLVM] [ROOMS ...] [LIBRARIES ...])
function(jitrun_add_executable Name)
  cmake_parse_arguments(PARSE_ARGV 1 Arg "STATIC_LLVM" "" "ROOMS;LIBRARIES")
  add_executable(${Name} ${Arg_UNPARSED_ARGUMENTS})
  target_include_directories(${Name} PRIVATE
    ${PROJECT_SOURCE_DIR}/lib ${PROJECT_SOURCE_DIR}/include)
  foreach(Room IN LISTS Arg_ROOMS)
    target_link_libraries(${Name} PRIVATE $<TARGET_NAME_IF_EXISTS:jitrun${Room}>)
  endforeach()
  target_link_libraries(${Name} PRIVATE ${Arg_LIBRARIES})
  if(Arg_STATIC_LLVM AND JITRUN_STATIC_LLVM)
    # Not position independent: LLVM's tables are then constants, where some
    # 47,000 relocations at start-up would touch 140 pages.
    target_link_options(${Name} PRIVATE -no-pie)
    set_target_properties(${Name} PROPERTIES JITRUN_STATIC_LLVM ON)
    target_link_options(${Name} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
  if(JITRUN_SANITIZE)
    # Generated code finds __asan_* and __tsan_* by name.
    set_target_properties(${Name} PROPERTIES ENABLE_EXPORTS ON)
  endif()
endfunction()

// Preloaded into a program under test: counts what its own code (not that of libraries, but for the
// C++ standard library's, which works for it) allocates with operator new, and lets one fail. It
// begins to count when the program first asks for signals, which it does right before MPI_Init.
//
// Told by the environment:
//   FAULTS_NEW_AT  which one throws std::bad_alloc, from 1; 0 or absent: none
//   FAULTS_COUNT   file that gets who asked for the one that failed (addresses in the program);
//                  then where the program was if that ends it, else their number at its end
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>

namespace {

struct Range {
  const char* begin = nullptr;
  const char* end = nullptr;
  [[nodiscard]] bool holds(const void* address) const { return address >= begin && address < end; }
};

struct Own {
  const char* base = nullptr;
  Range program, library;
  long at = 0;
};

/// The program is the first object that the loader lists.
int note_object(dl_phdr_info* info, std::size_t /*size*/, void* data) {
  Own& own = *static_cast<Own*>(data);
  const bool is_program = own.program.begin == nullptr;
  if (!is_program && std::strstr(info->dlpi_name, "libstdc++") == nullptr) {
    return 0;
  }
  Range& range = is_program ? own.program : own.library;
  const char* base = reinterpret_cast<const char*>(info->dlpi_addr);
  own.base = is_program ? base : own.base;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    if (part.p_type == PT_LOAD && (part.p_flags & PF_X) != 0) {
      range = {base + part.p_vaddr, base + part.p_vaddr + part.p_memsz};
    }
  }
  return 0;
}

const Own& own() {
  static const Own found = [] {
    Own own;
    dl_iterate_phdr(note_object, &own);
    const char* at = std::getenv("FAULTS_NEW_AT");
    own.at = at != nullptr ? std::atol(at) : 0;
    return own;
  }();
  return found;
}

std::atomic<bool> begun = false;
std::atomic<long> count = 0;

std::FILE* open_told() {
  const char* name = std::getenv("FAULTS_COUNT");
  return name != nullptr ? std::fopen(name, "a") : nullptr;
}

struct Teller {
  ~Teller() {
    if (std::FILE* file = open_told()) {
      std::fprintf(file, "%ld\n", count.load());
      std::fclose(file);
    }
  }
} teller;

void tell_callers() {
  std::FILE* file = open_told();
  if (file == nullptr) {
    return;
  }
  void* callers[32];
  const int depth = backtrace(callers, 32);
  std::fprintf(file, "%ld", own().at);
  for (int i = 0; i < depth; ++i) {
    if (own().program.holds(callers[i])) {
      std::fprintf(file, " 0x%tx", static_cast<const char*>(callers[i]) - own().base);
    }
  }
  std::fprintf(file, "\n");
  std::fclose(file);
}

/// A destructor that allocates, or looks at what was never allocated.
[[gnu::constructor]] void watch_ends() {
  std::set_terminate([] {
    tell_callers();
    std::abort();
  });
  std::signal(SIGSEGV, [](int signal) {
    tell_callers();
    std::signal(signal, SIG_DFL);  // and the same again, for good
  });
}

bool fails(const void* caller) {
  if (!begun || (!own().program.holds(caller) && !own().library.holds(caller))) {
    return false;
  }
  const long number = ++count;
  if (number == own().at) {
    tell_callers();
  }
  return number == own().at;
}

void* allocate(std::size_t bytes, std::size_t alignment, const void* caller) {
  void* memory = nullptr;
  if (!fails(caller)) {
    memory = alignment == 0
                 ? std::malloc(bytes > 0 ? bytes : 1)
                 : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  }
  return memory;
}

void* allocate_or_throw(std::size_t bytes, std::size_t alignment, const void* caller) {
  void* memory = allocate(bytes, alignment, caller);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

extern "C" int sigaction(int number, const struct sigaction* wanted,
                         struct sigaction* before) noexcept {
  using Function = int(int, const struct sigaction*, struct sigaction*);
  static auto* const real = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, "sigaction"));
  begun = begun || number == SIGUSR1;
  return real(number, wanted, before);
}

void* operator new(std::size_t bytes) {
  return allocate_or_throw(bytes, 0, __builtin_return_address(0));
}
void* operator new[](std::size_t bytes) {
  return allocate_or_throw(bytes, 0, __builtin_return_address(0));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate_or_throw(bytes, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocate_or_throw(bytes, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes, 0, __builtin_return_address(0));
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes, 0, __builtin_return_address(0));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

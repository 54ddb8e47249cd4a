#include "runner/fetch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#include <curl/curl.h>
#include <fmt/core.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "engine/archive.h"
#include "engine/errors.h"
#include "results/file_io.h"
#include "runner/version.h"

namespace mlpsweep::runner {
namespace {

constexpr long kConnectSeconds = 15;
constexpr long kMostRedirections = 10;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 28;  // ten times the largest known file

// ----------------------------------------------------------------------------------------
// checksums

class Hash {
 public:
  explicit Hash(const EVP_MD* kind) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    MLPS_CHECK(context_ != nullptr && EVP_DigestInit_ex(context_.get(), kind, nullptr) == 1,
               "OpenSSL gave no hash");
  }

  void add(const std::vector<std::uint8_t>& bytes) {
    MLPS_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "OpenSSL");
  }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    MLPS_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1, "OpenSSL");
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
      text += fmt::format("{:02x}", digest[i]);
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// ----------------------------------------------------------------------------------------
// downloads

/// What libcurl hands back to its callbacks.
struct Transfer {
  int descriptor;
  const FetchWatch& watch;
  std::uint64_t written = 0;
  int disk_error = 0;
  bool too_long = false;
};

std::size_t take_bytes(char* bytes, std::size_t, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.too_long = transfer.written + count > kMostBytes;
  std::size_t done = 0;
  while (!transfer.too_long && done < count) {
    const ssize_t wrote = write(transfer.descriptor, bytes + done, count - done);
    if (wrote < 0 && errno != EINTR) {
      transfer.disk_error = errno;
      break;
    }
    done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
  }
  transfer.written += done;
  return done;
}

int tell_progress(void* user, curl_off_t of, curl_off_t got, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.watch.progress) {
    transfer.watch.progress(static_cast<std::uint64_t>(got), static_cast<std::uint64_t>(of));
  }
  return transfer.watch.stop_requested && transfer.watch.stop_requested() ? 1 : 0;
}

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

Handle make_handle(const std::string& address, Transfer& transfer) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  MLPS_CHECK(ready == CURLE_OK, "libcurl can't be started");
  Handle handle(curl_easy_init(), &curl_easy_cleanup);
  CURL* curl = handle.get();
  MLPS_CHECK(curl != nullptr, "libcurl gave no handle");
  curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirections);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
                   std::min<long>(kConnectSeconds, transfer.watch.silent_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, long{transfer.watch.silent_seconds});
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(kMostBytes));
  // Else who interrupts would wait for a name server that doesn't answer.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, kProgram);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, tell_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  return handle;
}

/// What came of it, in words; empty for success.
std::string why_of(CURL* curl, CURLcode code, const Transfer& transfer) {
  if (transfer.too_long || code == CURLE_FILESIZE_EXCEEDED) {
    return "it sends more than a data set can have";
  }
  switch (code) {
    case CURLE_OK:
      return "";
    case CURLE_HTTP_RETURNED_ERROR: {
      long answer = 0;
      curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
      return fmt::format("the server answers {}{}", answer, answer == 404 ? " (no such file)" : "");
    }
    case CURLE_PARTIAL_FILE:
      return fmt::format("cut off after {} bytes", transfer.written);
    case CURLE_TOO_MANY_REDIRECTS:
      return fmt::format("it redirects more than {} times", kMostRedirections);
    case CURLE_ABORTED_BY_CALLBACK:
      return "interrupted";
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t connected = 0;  // microseconds until it was
      curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
      return connected == 0 ? "no connection in time"
                            : fmt::format("silent for {} s, given up after {} bytes",
                                          transfer.watch.silent_seconds, transfer.written);
    }
    default:
      return curl_easy_strerror(code);
  }
}

/// A silence is as good as none if nothing came before it.
bool is_unreachable(CURLcode code, const Transfer& transfer) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
         code == CURLE_COULDNT_CONNECT ||
         (code == CURLE_OPERATION_TIMEDOUT && transfer.written == 0);
}

}  // namespace

Digests unpacked_digests(const std::string& path) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  Hash md5(EVP_md5());
  Hash sha256(EVP_sha256());
  engine::PackedFile file(path);
  std::vector<std::uint8_t> piece;
  do {
    piece.clear();
    file.read_until(piece, kPiece);
    md5.add(piece);
    sha256.add(piece);
  } while (!piece.empty());
  return {md5.hex(), sha256.hex()};
}

FetchFailure download(const std::string& address, int descriptor, const FetchWatch& watch) {
  Transfer transfer{descriptor, watch};
  const Handle handle = make_handle(address, transfer);
  const CURLcode code = curl_easy_perform(handle.get());
  if (transfer.disk_error != 0) {
    results::fail(address, "store what came from it", transfer.disk_error);
  }
  return {why_of(handle.get(), code, transfer), is_unreachable(code, transfer)};
}

}  // namespace mlpsweep::runner
